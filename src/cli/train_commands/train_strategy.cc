#include "cli/train_commands/train_strategy.h"

#include <algorithm>
#include <bit>

#include "base/json_writer.h"
#include "cli/train_commands/training_data.h"
#include "learning/head_expectation.h"
#include "scoring/cluster/artifact.h"
#include "scoring/vector_artifact.h"

namespace switchyard::cli {
namespace {

constexpr std::uint64_t kHeldOutOf = 5;  ///< One question in five is held out to measure.

Result<const learning::Strategy*> check(const TrainStrategyOptions& options) {
  const auto wrong = [](const std::string& what) { return fail(ErrorKind::kInvalidRequest, what); };
  const learning::Strategy* const strategy = learning::find_strategy(options.strategy);
  if (strategy == nullptr) return wrong("strategy: '" + options.strategy + "' is not known");
  const learning::ClusterSettings& s = options.embedder;
  if (s.dimension < 1 || s.dimension > scoring::StaticEmbedder::kDimensionMax) {
    return wrong("dimension: expected 1 to 256");
  }
  if (!std::has_single_bit(s.buckets) || s.buckets < 2 || s.buckets > 1u << 20) {
    return wrong("buckets: expected a power of two from 2 to 1048576");
  }
  if (!(options.alpha >= 0 && options.alpha <= 1)) return wrong("alpha: expected 0 to 1");
  if (!(options.output_cost_ratio >= 0 && options.output_cost_ratio <= 10)) {
    return wrong("output_cost_ratio: expected 0 to 10");
  }
  return strategy;
}

/// An embedder and a head, trained on the same rows.
struct Trained {
  std::vector<std::int8_t> weights;
  learning::TrainedHead head;
};

Result<Trained> train(const learning::Outcomes& outcomes, const std::vector<std::size_t>& rows,
                      const TrainStrategyOptions& options, const learning::Strategy& strategy,
                      const learning::Progress& progress) {
  Trained trained;
  learning::ClusterModel embedder;
  embedder.dimension = options.embedder.dimension;
  embedder.buckets = options.embedder.buckets;
  embedder.weights = learning::learn_weights(outcomes, rows, options.embedder, progress);
  SY_TRY(
      const learning::TrainingSet set,
      learning::make_training_set(outcomes, rows, learning::embed_rows(outcomes, rows, embedder), embedder.dimension));
  SY_TRY(trained.head, strategy.train(set, {options.embedder.seed}, progress));
  trained.weights = std::move(embedder.weights);
  return trained;
}

Result<void> write_artifact(const learning::Outcomes& outcomes, const Trained& trained,
                            const TrainStrategyOptions& options, const std::string& held_out, bool dial,
                            std::ostream& err) {
  std::vector<std::string> columns;
  for (const std::uint32_t column : trained.head.columns) columns.push_back(outcomes.columns[column]);
  std::map<std::string, std::string> files = trained.head.files;
  SY_TRY(files["registry.json"], registry_json(options.proxies, columns, err));
  const learning::ClusterSettings& s = options.embedder;
  files["weights.npy"] = scoring::write_npy_i1(s.buckets, s.dimension, trained.weights);
  std::string manifest;
  json::Writer w(manifest);
  w.begin_object().field("format", scoring::kVectorArtifactFormat).field("version", options.out.filename().string());
  w.field("strategy", options.strategy).key("embedder").begin_object();
  w.field("identity", scoring::cluster::embedder_identity(files["weights.npy"])).field("dimension", s.dimension);
  w.field("buckets", s.buckets).end_object().field("alpha", dial ? options.alpha : 1.0);
  w.field("output_cost_ratio", options.output_cost_ratio).field("seed", s.seed);
  w.key("training_data").begin_object().field("rows", outcomes.rows.size()).field("sha256", outcomes.sha256);
  w.end_object().key("held_out").raw(held_out).key("files").begin_object();
  std::error_code code;
  std::filesystem::create_directories(options.out, code);
  for (const auto& [name, bytes] : files) {
    SY_CHECK(write_file(options.out / name, bytes));
    w.field(name, sha256_hex(bytes));
  }
  w.end_object().end_object();
  manifest.push_back('\n');
  return write_file(options.out / "manifest.json", manifest);
}

}  // namespace

Result<void> train_strategy(const TrainStrategyOptions& options, std::ostream& out, std::ostream& err) {
  SY_TRY(const learning::Strategy* const strategy, check(options));
  SY_TRY(const learning::Outcomes outcomes, read_data(options.data, err));
  const learning::Progress progress = progress_bar(options.progress, err);
  std::vector<std::size_t> all, known, held;
  for (std::size_t i = 0; i < outcomes.rows.size(); ++i) {
    all.push_back(i);
    (outcomes.rows[i].question % kHeldOutOf == 0 ? held : known).push_back(i);
  }
  if (known.empty() || held.empty()) {
    return fail(ErrorKind::kInvalidRequest, "data: expected enough different questions to hold some out");
  }
  std::string held_out;
  {
    SY_TRY(const Trained measured, train(outcomes, known, options, *strategy, progress));
    const scoring::StaticEmbedder embedder(
        {options.embedder.buckets, options.embedder.dimension, measured.weights.data()}, "training");
    SY_TRY(const learning::Expect expect,
           learning::head_expectation(outcomes, strategy->name, measured.head, embedder));
    const learning::Evaluation evaluation =
        learning::evaluate(outcomes, known, held, expect, options.embedder.seed, progress);
    print(evaluation, out);
    const auto fixed = learning::fixed_choices(outcomes, known, held, expect);
    learning::print(fixed, out);
    held_out = metrics_json(evaluation, held.size());
  }
  SY_TRY(const Trained trained, train(outcomes, all, options, *strategy, progress));
  SY_CHECK(write_artifact(outcomes, trained, options, held_out, strategy->dial, err));
  SY_TRY(const auto loaded, scoring::VectorArtifact::load(options.out));
  out << "wrote " << options.out.string() << " (" << loaded->registry().models.size() << " models)\n";
  return {};
}

}  // namespace switchyard::cli
