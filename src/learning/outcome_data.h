#pragma once
/// \file
/// Routing outcomes: what each model of a pool scored on each query, and what it cost. A data set is a folder with
/// `models.json` (prices) and `train.jsonl` or `train.jsonl.gz` (one object a line: query_id, query, task, outcomes).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::learning {

struct MeasuredModel {
  std::string name;
  double input_usd_per_million = 0;
  double output_usd_per_million = 0;
  bool priced = false;
  bool chat = true;  ///< False for a base model, which nobody serves to a chat client.
};

struct OutcomeRow {
  std::string query_id;
  std::string query;
  std::uint32_t task = 0;          ///< Index into `DataSet::tasks`.
  std::vector<float> scores;       ///< From 0 to 1, one a model of the data set.
  std::vector<float> costs_usd;    ///< One a model; NaN where none was recorded.
};

struct DataSet {
  std::string name;  ///< The folder's.
  std::vector<MeasuredModel> models;  ///< Sorted by name.
  std::vector<std::string> tasks;     ///< In the order of their first row.
  std::vector<OutcomeRow> rows;
  std::vector<std::string> refused;   ///< "line 12: outcomes: expected one for every model", at most `kRefusedShown`.
  std::size_t refused_count = 0;
  std::string sha256;  ///< Of the two files as they lie, hexadecimal.
};

constexpr std::size_t kRefusedShown = 10;

struct DataLimits {
  std::size_t line_bytes_max = 4 << 20;
  std::size_t file_bytes_max = std::size_t{1} << 30;  ///< After inflating.
  std::size_t models_max = 256;
};

/// Reads one folder. Rows in error are left out, counted and named in `refused`.
/// Errors: kNotFound if a file is missing; kInvalidRequest if `models.json` is broken, a limit is passed or no row is left.
Result<DataSet> read_data_set(const std::string& folder, const DataLimits& limits = {});

/// The parts of that, for bytes in memory.
Result<std::vector<MeasuredModel>> parse_models(std::string_view json);
/// Appends the row of `line` to `data` (whose models are set), or says what is wrong with it.
Result<void> parse_row(std::string_view line, DataSet& data);

}  // namespace switchyard::learning
