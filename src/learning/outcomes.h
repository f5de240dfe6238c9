#pragma once
/// \file
/// Measured outcomes to learn from: one query, what each model scored on it. Reads our JSONL, plain or gzipped.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::learning {

struct Row {
  std::string query;
  std::uint32_t task = 0;                                  ///< Index into `Outcomes::tasks`.
  std::vector<std::pair<std::uint32_t, float>> scores;     ///< Column, score from 0 to 1.
  std::uint64_t question = 0;  ///< Hash of the query's letters and digits: the same question has one in every data set.
};

struct Outcomes {
  std::vector<std::string> columns;  ///< Measured models.
  std::vector<std::string> tasks;
  std::vector<Row> rows;
  std::map<std::string, std::size_t> errors;  ///< What was wrong with rows that were left out, and how often.
  std::string sha256;                ///< Of all files read, in their order.
};

/// Adds a file. Rows that are not as expected are counted in `errors`, never guessed.
/// Errors: kInvalidRequest if the file cannot be read at all.
Result<void> read_outcomes(const std::filesystem::path& file, Outcomes& into);
/// The hash by which questions are split; see `Row::question`.
std::uint64_t question_hash(std::string_view query);

}  // namespace switchyard::learning
