// Any bytes as one of an artifact's files, with hashes to match: loading refuses or gives an artifact that scores.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scoring/estimator/estimator_scorer.h"
#include "scoring/estimator/test_artifact.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  namespace estimator = scoring::estimator;
  if (size == 0) return 0;
  estimator::TestArtifact files("estimator-fuzz");
  constexpr const char* kNames[] = {"registry.json", "pools.json", "forest.bin", "weights.npy"};
  files.files[kNames[data[0] % 4]] = std::string(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto loaded = estimator::Artifact::load(files.write());
  if (!loaded) return 0;
  Model model;
  model.id = "alpha";
  Provider provider;
  provider.name = "test";
  const auto catalog = Catalog::build({model}, {provider}, {Binding{}});
  const estimator::EstimatorScorer scorer(*loaded, *catalog);
  if (!scorer.knows(0)) return 0;
  const std::uint32_t models[] = {0};
  std::vector<scoring::ModelScore> scores;
  scoring::ScoreTrace trace;
  if (scorer.score("any text", scorer.default_knobs(), models, scores, trace) && !std::isfinite(scores.at(0).score))
    std::abort();
  return 0;
}
