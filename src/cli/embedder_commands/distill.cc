#include "cli/embedder_commands/distill.h"

#include <bit>
#include <fstream>
#include <iterator>

#include "base/json_writer.h"
#include "base/sha256.h"
#include "cli/embedder_commands/static_file.h"
#include "learning/cluster_training.h"
#include "learning/distill_evaluation.h"
#include "learning/outcomes.h"
#include "scoring/cluster/artifact.h"
#include "scoring/npy.h"

namespace switchyard::cli {
namespace {

constexpr std::uint64_t kHeldOutOf = 5;     ///< One question in five is held out to measure, as `train cluster` does.
constexpr std::uint64_t kWordCountMin = 2;  ///< A word seen once is a name or a slip; its row is learned from the text.
constexpr std::size_t kTextsAtOnce = 32;    ///< Given to the teacher together.

std::string sha256_hex(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<learning::Outcomes> read_data(const std::vector<std::string>& names, std::ostream& err) {
  learning::Outcomes outcomes;
  for (const std::string& name : names) {
    std::filesystem::path path = name;
    if (std::filesystem::is_directory(path)) {
      path /= std::filesystem::exists(path / "train.jsonl") ? "train.jsonl" : "train.jsonl.gz";
    }
    SY_CHECK(learning::read_outcomes(path, outcomes));
  }
  for (const auto& [what, count] : outcomes.errors) err << "left out " << count << " rows: " << what << "\n";
  return outcomes;
}

struct Split {
  std::vector<std::size_t> known, held;
};

Result<Split> split(const learning::Outcomes& outcomes) {
  Split out;
  for (std::size_t i = 0; i < outcomes.rows.size(); ++i) {
    (outcomes.rows[i].question % kHeldOutOf == 0 ? out.held : out.known).push_back(i);
  }
  if (out.known.empty() || out.held.empty()) {
    return fail(ErrorKind::kInvalidRequest, "data: expected enough different questions to hold some out");
  }
  return out;
}

learning::Progress shown(bool progress, std::ostream& err) {
  return [progress, &err](std::string_view step, double done) {
    if (progress)
      err << "\r" << step << " " << static_cast<int>(done * 100) << " %" << (done >= 1 ? "\n" : "") << std::flush;
  };
}

/// The teacher's vectors of texts, from the kept file if it was made from the same texts by the same teacher.
Result<std::vector<float>> teach(const scoring::Encoder& teacher, const std::vector<std::string_view>& texts,
                                 const std::filesystem::path& kept, const learning::Progress& progress) {
  std::string all;
  for (const std::string_view text : texts) all.append(text).push_back('\0');
  const std::string name = sha256_hex(std::string(teacher.identity()) + '\0' + all).substr(0, 32) + ".npy";
  if (!kept.empty() && std::filesystem::exists(kept / name)) {
    std::ifstream file(kept / name, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    const auto matrix = scoring::read_npy_f4(bytes);
    if (matrix && matrix->rows == texts.size() && matrix->columns == teacher.dimension()) {
      return std::vector<float>(matrix->data, matrix->data + matrix->rows * matrix->columns);
    }
  }
  std::vector<float> out;
  out.reserve(texts.size() * teacher.dimension());
  for (std::size_t begin = 0; begin < texts.size(); begin += kTextsAtOnce) {
    learning::report(progress, "teacher", static_cast<double>(begin) / static_cast<double>(texts.size()));
    const std::span some = std::span(texts).subspan(begin, std::min(kTextsAtOnce, texts.size() - begin));
    SY_TRY(const std::vector<float> vectors, teacher.encode(some));
    out.insert(out.end(), vectors.begin(), vectors.end());
  }
  learning::report(progress, "teacher", 1);
  if (!kept.empty()) {
    std::error_code code;
    std::filesystem::create_directories(kept, code);
    std::ofstream file(kept / name, std::ios::binary | std::ios::trunc);
    file << scoring::write_npy_f4(texts.size(), teacher.dimension(), out);
    if (!file.flush()) return fail(ErrorKind::kUnavailable, "'" + (kept / name).string() + "' cannot be written");
  }
  return out;
}

Result<void> check(const DistillOptions& options) {
  const learning::DistillSettings& s = options.settings;
  const auto wrong = [](const char* what) { return fail(ErrorKind::kInvalidRequest, what); };
  if (!std::has_single_bit(s.buckets) || s.buckets < 2) return wrong("buckets: expected a power of two");
  if (s.dimension < 1 || s.dimension > scoring::StaticEmbedder::kDimensionMax)
    return wrong("dimension: expected 1 to 256");
  // The array file's own header comes on top.
  if (std::size_t{s.buckets} * s.dimension >= kTableBytesMax)
    return wrong("buckets times dimension: expected less than 8 MiB");
  if (!(s.keep > 0 && s.keep <= 1)) return wrong("keep: expected more than 0, at most 1");
  if (options.out.extension() != ".npy") return wrong("out: expected a file name that ends in .npy");
  return {};
}

std::string shortest(double number) {
  std::string text;
  json::Writer(text).number(number);
  return text;
}

std::string manifest(const scoring::Encoder& teacher, const DistillOptions& o, const learning::Outcomes& outcomes,
                     const learning::Distilled& made, const std::string& identity, std::size_t words) {
  const learning::DistillSettings& s = o.settings;
  std::string text, command = "switchyard embedder distill --teacher " + o.teacher;
  for (const std::string& name : o.data) command += " --data " + name;
  command += " --out " + o.out.string() + " --buckets " + std::to_string(s.buckets) + " --dimension " +
             std::to_string(s.dimension) + " --epochs " + std::to_string(s.epochs) + " --seed " +
             std::to_string(s.seed) + (o.all ? " --all" : "") + " --rate " + shortest(s.rate) + " --keep " +
             shortest(s.keep) + " --common " + shortest(s.common);
  json::Writer w(text);
  w.begin_object().field("format", "switchyard-static-1").field("identity", identity).field("command", command);
  w.field("teacher", teacher.identity()).field("data_sha256", outcomes.sha256).field("rows", outcomes.rows.size());
  w.field("words", words).field("buckets", s.buckets).field("dimension", s.dimension).field("epochs", s.epochs);
  w.field("rate", s.rate).field("keep", s.keep).field("common", s.common).field("seed", s.seed);
  w.field("learned_from",
          o.all ? "all questions; measured without those held out" : "four questions in five, by question hash");
  w.field("teacher_variance_held", made.variance_share).field("held_out_cosine_of_words", made.start_cosine);
  w.field("held_out_cosine", made.cosine).end_object();
  text.push_back('\n');
  return text;
}

void print(const char* how, const learning::Evaluation& e, std::ostream& out) {
  out << how << ": RGI " << e.gain;
  if (e.high > e.low) out << " (" << e.low << " to " << e.high << ")";
  for (const learning::PoolReport& pool : e.pools) out << "; " << pool.name << " NG " << pool.gain;
  out << "\n";
}

}  // namespace

Result<void> distill(const scoring::Encoder& teacher, const DistillOptions& options, std::ostream& out,
                     std::ostream& err) {
  SY_CHECK(check(options));
  if (options.settings.dimension > teacher.dimension()) {
    return fail(ErrorKind::kInvalidRequest, "dimension: expected at most the teacher's");
  }
  const learning::Progress progress = shown(options.progress, err);
  SY_TRY(const learning::Outcomes outcomes, read_data(options.data, err));
  SY_TRY(Split parts, split(outcomes));
  std::vector<std::string_view> texts, known;
  texts.reserve(outcomes.rows.size());
  for (const learning::Row& row : outcomes.rows) texts.push_back(learning::served_part(row.query));
  known.reserve(parts.known.size());
  for (const std::size_t row : parts.known) known.push_back(texts[row]);
  const std::vector<learning::CountedWord> words = learning::count_words(known, kWordCountMin);
  std::vector<std::string_view> spelt;
  spelt.reserve(words.size());
  for (const learning::CountedWord& word : words) spelt.push_back(word.text);

  learning::TeacherVectors vectors{.dimension = teacher.dimension(), .texts = {}, .words = {}};
  SY_TRY(vectors.words, teach(teacher, spelt, options.kept, progress));
  SY_TRY(vectors.texts, teach(teacher, texts, options.kept, progress));
  learning::Distilled made =
      learning::distill(texts, parts.known, parts.held, words, vectors, options.settings, progress);
  if (options.all) {
    std::vector<std::size_t> all = parts.known;
    all.insert(all.end(), parts.held.begin(), parts.held.end());
    made.weights = learning::distill(texts, all, {}, words, vectors, options.settings, progress).weights;
  }
  const std::string bytes = scoring::write_npy_i1(options.settings.buckets, options.settings.dimension, made.weights);
  const std::string identity = scoring::cluster::embedder_identity(bytes);
  const std::string about = manifest(teacher, options, outcomes, made, identity, words.size());
  for (const auto& [path, content] : {std::pair(options.out, &bytes), std::pair(manifest_path(options.out), &about)}) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << *content;
    if (!file.flush()) return fail(ErrorKind::kUnavailable, "'" + path.string() + "' cannot be written");
  }
  out << about;
  return {};
}

Result<void> eval_table(const std::vector<std::string>& data, const std::filesystem::path& table, bool progress,
                        std::ostream& out, std::ostream& err) {
  SY_TRY(const learning::Outcomes outcomes, read_data(data, err));
  SY_TRY(const Split parts, split(outcomes));
  const learning::Progress shows = shown(progress, err);
  learning::RoutingWorth worth;
  if (table.empty()) {
    const learning::ClusterModel model = learning::train_clusters(outcomes, parts.known, {}, shows);
    worth = learning::routing_worth(outcomes, parts.known, parts.held,
                                    {model.buckets, model.dimension, model.weights.data()}, {}, shows);
  } else {
    SY_TRY(const auto file, StaticFile::open(table));
    worth = learning::routing_worth(outcomes, parts.known, parts.held, file->weights(), {}, shows);
  }
  print("nearest questions", worth.neighbours, out);
  print("clusters", worth.clusters, out);
  return {};
}

}  // namespace switchyard::cli
