#pragma once
/// \file
/// `switchyard eval`: how well artifacts route on questions that they were not trained on.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"
#include "learning/router_report.h"

namespace switchyard::cli {

struct EvalOptions {
  std::vector<std::string> artifacts;  ///< Folders; the others are compared with the first.
  std::vector<std::string> data;       ///< As for training; models.json beside a file gives prices.
  std::filesystem::path html;          ///< Also write a page; empty for none.
  bool json = false;
  bool progress = false;
  std::uint64_t seed = 42;  ///< Of the bootstrap.
};

/// Errors: kInvalidRequest for artifacts or data that cannot be used, kUnavailable if the page cannot be written.
Result<void> eval(const EvalOptions& options, std::ostream& out, std::ostream& err);

/// One self-contained page with curves, calibration, regret and tables.
std::string eval_page(const std::vector<learning::RouterReport>& reports);

}  // namespace switchyard::cli
