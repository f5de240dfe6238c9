#pragma once
/// \file
/// What the training commands share: reading outcomes, the registry of models, files with hashes, a progress bar.

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learning/evaluation.h"
#include "learning/outcomes.h"
#include "learning/progress.h"

namespace switchyard::cli {

/// `names`: JSONL files, folders that hold train.jsonl or train.jsonl.gz, or folders of such folders. Tells `err` what
/// was left out. Errors: kInvalidRequest if a file cannot be read.
Result<learning::Outcomes> read_data(const std::vector<std::string>& names, std::ostream& err);

/// The registry file: the measured columns, and those models of `proxies` whose column is one of them.
/// Errors: kInvalidRequest if `proxies` is not a JSON array.
Result<std::string> registry_json(const std::filesystem::path& proxies, const std::vector<std::string>& columns,
                                  std::ostream& err);

/// Errors: kUnavailable.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
/// Draws on `err` if `shown`; `err` must outlive it.
learning::Progress progress_bar(bool shown, std::ostream& err);
void print(const learning::Evaluation& evaluation, std::ostream& out);
/// The manifest's "held_out".
std::string metrics_json(const learning::Evaluation& evaluation, std::size_t held);

}  // namespace switchyard::cli
