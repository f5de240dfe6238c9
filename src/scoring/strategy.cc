#include "scoring/strategy.h"

#include "scoring/cluster/cluster_scorer.h"
#include "scoring/estimator/estimator_scorer.h"

namespace switchyard::scoring {
namespace {

/// Whether the folder's manifest names the estimator; a cluster artifact of the first version names nothing.
Result<bool> is_estimator(const std::filesystem::path& folder) {
  const std::filesystem::path name = folder / "manifest.json";
  SY_TRY(const std::string text, read_text(name));
  const auto document = json::Document::parse(text);
  if (!document) return bad_artifact(name.string(), document.error().message);
  const json::Value strategy = document->root()["strategy"];
  if (strategy.has_value() && !strategy.equals("cluster") && !strategy.equals(estimator::kStrategy)) {
    return bad_artifact(name.string(), "strategy: expected 'cluster' or 'estimator'");
  }
  return strategy.equals(estimator::kStrategy);
}

}  // namespace

Result<std::shared_ptr<const Scorer>> load_scorer(const std::filesystem::path& folder, const Catalog& catalog) {
  SY_TRY(const bool estimated, is_estimator(folder));
  if (estimated) {
    SY_TRY(auto artifact, estimator::Artifact::load(folder));
    return std::make_shared<const estimator::EstimatorScorer>(std::move(artifact), catalog);
  }
  SY_TRY(auto artifact, cluster::Artifact::load(folder));
  return std::make_shared<const cluster::ClusterScorer>(std::move(artifact), catalog);
}

Result<std::string> checked_manifest(const std::filesystem::path& folder) {
  SY_TRY(const bool estimated, is_estimator(folder));
  if (estimated) {
    SY_TRY(const auto artifact, estimator::Artifact::load(folder));
    return artifact->manifest();
  }
  SY_TRY(const auto artifact, cluster::Artifact::load(folder));
  return artifact->manifest();
}

}  // namespace switchyard::scoring
