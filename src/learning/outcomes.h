#pragma once
/// \file
/// Measured outcomes to learn from: one query, what each model scored on it and what that cost. Reads our JSONL, plain
/// or gzipped, and the prices of `models.json` beside it.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::learning {

struct Row {
  std::string query;
  std::uint32_t pool = 0;                               ///< Index into `Outcomes::pools`.
  std::uint32_t task = 0;                               ///< Index into `Outcomes::tasks`.
  std::vector<std::pair<std::uint32_t, float>> scores;  ///< Column, score from 0 to 1.
  std::vector<float> costs_usd;                         ///< One a score; NaN where none was recorded.
  std::vector<float> output_tokens;                     ///< One a score; NaN where none were recorded.
  std::uint64_t question = 0;  ///< Hash of the query's letters and digits: the same question has one in every data set.
};

/// The models that were measured on the same rows: one file's.
struct Pool {
  std::string name;                    ///< The file's folder.
  std::vector<std::uint32_t> columns;  ///< In the order of its first row.
};

/// What is known of a measured model beside its outcomes.
struct ColumnFacts {
  std::optional<double> usd_per_million;  ///< Of input tokens.
  std::optional<double> output_usd_per_million;
  std::string size;  ///< "8B" or "8x7B", as the data say; empty if they do not.
  bool chat = true;  ///< False for a base model, which nobody serves to a chat client.
};

struct Outcomes {
  std::vector<std::string> columns;  ///< Measured models.
  std::vector<ColumnFacts> facts;    ///< One a column.
  std::vector<std::string> tasks;
  std::vector<Pool> pools;
  std::vector<Row> rows;
  std::map<std::string, std::size_t> errors;  ///< What was wrong with rows that were left out, and how often.
  std::string sha256;                         ///< Of all files read, in their order.
};

constexpr std::size_t kOutcomeBytesMax = std::size_t{1} << 30;  ///< Of one file, inflated.

/// Adds a file. Rows that are not as expected are counted in `errors`, never guessed.
/// Errors: kInvalidRequest if the file cannot be read at all, inflates to more than `kOutcomeBytesMax`, or its
/// models.json is not an object.
Result<void> read_outcomes(const std::filesystem::path& file, Outcomes& into);
/// The hash by which questions are split; see `Row::question`.
std::uint64_t question_hash(std::string_view query);

}  // namespace switchyard::learning
