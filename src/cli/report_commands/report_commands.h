#pragma once
/// \file
/// `switchyard report usage`: what was used and what it cost, including what a gateway has journalled and not yet
/// stored. Changes nothing, and works whether a gateway runs or not.

#include <filesystem>
#include <ostream>
#include <string>

#include "service/ledger/store.h"

namespace switchyard::cli {

/// What the command line says.
struct UsageOptions {
  std::string by = "model", from, to;  ///< An empty bound is none.
  bool json = false;
};

/// Errors: kInvalidRequest that names the option.
Result<ledger::ReportQuery> usage_query(const UsageOptions& options);

/// `journal` is the ledger's folder, which need not exist. Errors: those of the reader.
Result<void> report_usage(ledger::LedgerReader& reader, const std::filesystem::path& journal,
                          const ledger::ReportQuery& query, bool json, std::ostream& out);

}  // namespace switchyard::cli
