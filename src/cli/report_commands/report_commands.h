#pragma once
/// \file
/// `switchyard report usage`: what was used and what it cost.

#include <ostream>

#include "service/ledger/ledger.h"

namespace switchyard::cli {

/// Errors: those of the reader.
Result<void> report_usage(ledger::LedgerReader& reader, const ledger::ReportQuery& query, bool json, std::ostream& out);

}  // namespace switchyard::cli
