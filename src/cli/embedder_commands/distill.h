#pragma once
/// \file
/// `switchyard embedder distill` and `eval`: a static table from a transformer teacher, and what a table is worth.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/distill.h"
#include "scoring/encoder.h"

namespace switchyard::cli {

/// A table is committed and loaded whole.
constexpr std::size_t kTableBytesMax = std::size_t{8} << 20;

struct DistillOptions {
  std::vector<std::string> data;  ///< JSONL files, or folders with train.jsonl[.gz].
  std::filesystem::path out;      ///< The table (.npy); the manifest goes beside it.
  std::filesystem::path kept;     ///< Folder where the teacher's vectors are kept for the next time, or empty.
  std::string teacher;            ///< As the command named it, for the manifest.
  bool all = false;               ///< After measuring, learn from the questions held out, too.
  learning::DistillSettings settings;
  bool progress = false;
};

/// Learns, measures on one question in five that is held out, writes table and manifest.
Result<void> distill(const scoring::Encoder& teacher, const DistillOptions& options, std::ostream& out,
                     std::ostream& err);

/// Prints the routing gain (RGI) of a table, or of one trained as `train cluster` does it if `table` is empty.
Result<void> eval_table(const std::vector<std::string>& data, const std::filesystem::path& table, bool progress,
                        std::ostream& out, std::ostream& err);

}  // namespace switchyard::cli
