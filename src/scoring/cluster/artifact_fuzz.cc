// Any bytes as one of an artifact's files, with hashes to match: loading refuses or gives an artifact that scores.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scoring/cluster/cluster_scorer.h"
#include "scoring/cluster/test_artifact.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  namespace cluster = scoring::cluster;
  if (size == 0) return 0;
  cluster::TestArtifact files("fuzz");
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr const char* kNames[] = {"registry.json", "centroids.npy", "quality.npy"};
  files.files[kNames[data[0] % 3]] = bytes;
  const auto loaded = cluster::Artifact::load(files.write());
  if (!loaded) return 0;
  Model model;
  model.id = "alpha";
  Provider provider;
  provider.name = "test";
  const auto catalog = Catalog::build({model}, {provider}, {Binding{}});
  const cluster::ClusterScorer scorer(*loaded, *catalog);
  if (!scorer.knows(0)) return 0;
  const std::uint32_t models[] = {0};
  std::vector<scoring::ModelScore> scores;
  scoring::ScoreTrace trace;
  if (scorer.score("any text", scorer.default_knobs(), models, scores, trace) && !std::isfinite(scores.at(0).score))
    std::abort();
  return 0;
}
