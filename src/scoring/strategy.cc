#include "scoring/strategy.h"

#include "scoring/cluster/cluster_scorer.h"
#include "scoring/estimator/estimator_scorer.h"
#include "scoring/vector_scorer.h"

namespace switchyard::scoring {

Result<std::string> strategy_of(const std::filesystem::path& folder) {
  const std::filesystem::path name = folder / "manifest.json";
  SY_TRY(const std::string text, read_text(name));
  const auto document = json::Document::parse(text);
  if (!document) return bad_artifact(name.string(), document.error().message);
  const json::Value strategy = document->root()["strategy"];
  // A cluster artifact of the first version names nothing.
  if (!strategy.has_value()) return std::string("cluster");
  const std::string known = strategy.string();
  if (known != "cluster" && known != estimator::kStrategy && find_head(known) == nullptr) {
    return bad_artifact(name.string(), "strategy: '" + known + "' is not known");
  }
  return known;
}

Result<std::shared_ptr<const Scorer>> load_scorer(const std::filesystem::path& folder, const Catalog& catalog) {
  SY_TRY(const std::string strategy, strategy_of(folder));
  if (strategy == estimator::kStrategy) {
    SY_TRY(auto artifact, estimator::Artifact::load(folder));
    return std::make_shared<const estimator::EstimatorScorer>(std::move(artifact), catalog);
  }
  if (strategy == "cluster") {
    SY_TRY(auto artifact, cluster::Artifact::load(folder));
    return std::make_shared<const cluster::ClusterScorer>(std::move(artifact), catalog);
  }
  SY_TRY(auto artifact, VectorArtifact::load(folder));
  return std::make_shared<const VectorScorer>(std::move(artifact), catalog);
}

Result<std::string> checked_manifest(const std::filesystem::path& folder) {
  SY_TRY(const std::string strategy, strategy_of(folder));
  if (strategy == estimator::kStrategy) {
    SY_TRY(const auto artifact, estimator::Artifact::load(folder));
    return artifact->manifest();
  }
  if (strategy == "cluster") {
    SY_TRY(const auto artifact, cluster::Artifact::load(folder));
    return artifact->manifest();
  }
  SY_TRY(const auto artifact, VectorArtifact::load(folder));
  return artifact->manifest();
}

}  // namespace switchyard::scoring
