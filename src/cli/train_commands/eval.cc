#include "cli/train_commands/eval.h"

#include <algorithm>
#include <chrono>
#include <iomanip>

#include "base/json_writer.h"
#include "cli/train_commands/training_data.h"
#include "learning/estimator/cross_validation.h"
#include "scoring/cluster/artifact.h"
#include "scoring/estimator/artifact.h"
#include "scoring/strategy.h"

namespace switchyard::cli {
namespace {

using learning::NamedRouter;
using learning::PoolDetails;
using learning::RouterReport;

constexpr std::size_t kTimedModelsMax = 30;      ///< What the target for a decision's time counts with.
constexpr std::size_t kTimedDecisions = 20'000;  ///< Enough for a 99th percentile.

/// The cluster artifact in the shape that training gives it, its columns in the order of the data's.
learning::ClusterModel model_of(const scoring::cluster::Artifact& artifact, const learning::Outcomes& outcomes) {
  learning::ClusterModel model;
  const auto& centroids = artifact.centroids();
  const auto& weights = artifact.weights();
  model.clusters = centroids.rows;
  model.dimension = centroids.columns;
  model.buckets = weights.rows;
  model.weights.assign(weights.data, weights.data + weights.rows * weights.columns);
  model.centroids.assign(centroids.data, centroids.data + centroids.rows * centroids.columns);
  for (std::size_t k = 0; k < centroids.rows; ++k) {
    for (const std::string& column : outcomes.columns) {
      const auto found = std::ranges::find(artifact.columns(), column);
      const auto at = static_cast<std::size_t>(found - artifact.columns().begin());
      model.quality.push_back(found == artifact.columns().end() ? 0.5f : artifact.quality().row(k)[at]);
    }
  }
  return model;
}

Result<NamedRouter> load_router(const std::filesystem::path& folder, const learning::Outcomes& outcomes) {
  if (auto artifact = scoring::estimator::Artifact::load(folder)) {
    const learning::Expect expect = learning::estimator::expectation_of(outcomes, (*artifact)->estimator());
    return NamedRouter{(*artifact)->version(),
                       [kept = *artifact, expect](const learning::Row& row, std::span<const std::uint32_t> columns,
                                                  std::span<double> scores,
                                                  std::span<double> costs) { expect(row, columns, scores, costs); }};
  } else if (!artifact.error().message.contains("strategy: ")) {
    return std::unexpected(std::move(artifact).error());
  }
  SY_TRY(const auto artifact, scoring::cluster::Artifact::load(folder));
  const auto model = std::make_shared<const learning::ClusterModel>(model_of(*artifact, outcomes));
  const learning::Expect expect = learning::expectation_of(outcomes, *model, artifact->knobs().top_p);
  return NamedRouter{
      artifact->version(),
      [model, expect](const learning::Row& row, std::span<const std::uint32_t> columns, std::span<double> scores,
                      std::span<double> costs) { expect(row, columns, scores, costs); }};
}

/// Times whole decisions, as the gateway makes them, over the data's queries.
Result<void> time_decisions(const std::filesystem::path& folder, const learning::Outcomes& outcomes,
                            RouterReport& report) {
  SY_TRY(const std::string text, scoring::read_text(folder / "registry.json"));
  SY_TRY(const scoring::Registry registry, scoring::read_registry(text));
  std::vector<Model> models;
  std::vector<Binding> bindings;
  std::vector<std::uint32_t> candidates;
  for (const scoring::RegistryEntry& entry : registry.models) {
    if (models.size() == kTimedModelsMax) break;
    if (std::ranges::find(models, entry.model, &Model::id) != models.end()) continue;
    candidates.push_back(static_cast<std::uint32_t>(models.size()));
    Binding& binding = bindings.emplace_back();
    binding.model = candidates.back();
    binding.price.input = binding.price.output = Usd::per_token(1'000'000);
    models.emplace_back().id = entry.model;
  }
  if (models.empty()) return {};
  Provider provider;
  provider.name = "timed";
  SY_TRY(const Catalog catalog, Catalog::build(std::move(models), {provider}, std::move(bindings)));
  SY_TRY(const auto scorer, scoring::load_scorer(folder, catalog));
  std::vector<double> times;
  std::vector<scoring::ModelScore> scores;
  scoring::ScoreTrace trace;
  for (std::size_t i = 0; i < kTimedDecisions; ++i) {
    const std::string& query = outcomes.rows[i % outcomes.rows.size()].query;
    const auto begin = std::chrono::steady_clock::now();
    SY_CHECK(scorer->score(query, scorer->default_knobs(), candidates, scores, trace));
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  std::ranges::sort(times);
  report.p50_us = times[times.size() / 2];
  report.p99_us = times[times.size() * 99 / 100];
  return {};
}

void write_interval(json::Writer& w, std::string_view name, const learning::Interval& interval) {
  w.key(name).begin_object().field("value", interval.value).field("low", interval.low).field("high", interval.high);
  w.end_object();
}

void write_pool(json::Writer& w, const PoolDetails& pool) {
  w.begin_object().field("name", pool.name).field("rows", pool.rows).field("models", pool.models);
  write_interval(w, "ng", pool.gain);
  w.field("gap_closed", pool.gap_closed).field("accuracy", pool.accuracy).field("aiq", pool.curves.routed_mean);
  w.field("aiq_zero", pool.curves.singles_mean).field("aiq_oracle", pool.curves.oracle_mean);
  if (pool.pair) w.field("apgr", pool.gap.routed).field("apgr_oracle", pool.gap.oracle);
  w.key("counted").boolean(pool.counted).field("ece", pool.calibration_error).key("reliability").begin_array();
  for (const auto& bin : pool.reliability) {
    w.begin_object().field("count", bin.count).field("expected", bin.expected).field("observed", bin.observed);
    w.end_object();
  }
  w.end_array().key("tasks").begin_array();
  for (const learning::TaskReport& task : pool.tasks) {
    w.begin_object().field("name", task.name).field("rows", task.rows).field("score", task.score);
    w.field("best_single", task.best_single).field("oracle", task.oracle).end_object();
  }
  w.end_array().end_object();
}

std::string json_of(const std::vector<RouterReport>& reports) {
  std::string text;
  json::Writer w(text);
  w.begin_array();
  for (const RouterReport& report : reports) {
    w.begin_object().field("artifact", report.name);
    write_interval(w, "rgi", report.rgi);
    write_interval(w, "ahead_of_first", report.ahead);
    w.key("decision_us").begin_object().field("p50", report.p50_us).field("p99", report.p99_us).end_object();
    w.key("pools").begin_array();
    for (const PoolDetails& pool : report.pools) write_pool(w, pool);
    w.end_array().end_object();
  }
  w.end_array();
  return text;
}

void print_report(const RouterReport& report, bool first, std::ostream& out) {
  out << std::fixed << std::setprecision(3) << report.name << "\n  RGI " << report.rgi.value << " (" << report.rgi.low
      << " to " << report.rgi.high << ")";
  if (!first) {
    out << ", ahead of the first by " << report.ahead.value << " (" << report.ahead.low << " to " << report.ahead.high
        << ")";
  }
  out << "\n  decision: p50 " << std::setprecision(1) << report.p50_us << " us, p99 " << report.p99_us << " us\n"
      << std::setprecision(3)
      << "  data set       rows models     NG  (95 % interval)    AIQ   zero oracle   APGR gap closed accuracy    "
         "ECE\n";
  for (const PoolDetails& pool : report.pools) {
    out << "  " << std::left << std::setw(14) << pool.name << std::right << std::setw(5) << pool.rows << std::setw(7)
        << pool.models << std::setw(7) << pool.gain.value << "  (" << std::setw(6) << pool.gain.low << " to "
        << std::setw(6) << pool.gain.high << ")" << std::setw(7) << pool.curves.routed_mean << std::setw(7)
        << pool.curves.singles_mean << std::setw(7) << pool.curves.oracle_mean << std::setw(7);
    if (pool.pair) {
      out << pool.gap.routed;
    } else {
      out << "-";
    }
    out << std::setw(11) << pool.gap_closed << std::setw(9) << pool.accuracy << std::setw(7) << pool.calibration_error
        << (pool.counted ? "" : "  (too few rows to count)") << "\n";
  }
}

}  // namespace

Result<void> eval(const EvalOptions& options, std::ostream& out, std::ostream& err) {
  if (options.artifacts.empty()) return fail(ErrorKind::kInvalidRequest, "artifact: expected at least one");
  SY_TRY(const learning::Outcomes outcomes, read_data(options.data, err));
  if (outcomes.rows.empty()) return fail(ErrorKind::kInvalidRequest, "data: expected at least one row");
  std::vector<NamedRouter> routers;
  for (const std::string& folder : options.artifacts) {
    SY_TRY(routers.emplace_back(), load_router(folder, outcomes));
  }
  std::vector<std::size_t> all(outcomes.rows.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  // The file's own mean costs stand for what a router can know of prices; they are the same for every artifact.
  std::vector<RouterReport> reports =
      learning::report_routers(outcomes, all, all, routers, options.seed, progress_bar(options.progress, err));
  for (std::size_t i = 0; i < reports.size(); ++i) {
    SY_CHECK(time_decisions(options.artifacts[i], outcomes, reports[i]));
  }
  if (!options.html.empty()) SY_CHECK(write_file(options.html, eval_page(reports)));
  if (options.json) {
    out << json_of(reports) << "\n";
    return {};
  }
  for (std::size_t i = 0; i < reports.size(); ++i) print_report(reports[i], i == 0, out);
  return {};
}

}  // namespace switchyard::cli
