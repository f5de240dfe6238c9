#include "cli/report_commands/report_commands.h"

#include <iomanip>

#include "base/json_writer.h"

namespace switchyard::cli {

Result<void> report_usage(ledger::LedgerReader& reader, const ledger::ReportQuery& query, bool as_json, std::ostream& out) {
  SY_TRY(const std::vector<ledger::ReportRow> rows, reader.report(query));
  if (as_json) {
    std::string text;
    json::Writer w(text);
    w.begin_array();
    for (const ledger::ReportRow& r : rows) {
      w.begin_object().field(query.group_by, r.group).field("requests", r.requests).field("errors", r.errors);
      w.field("input_tokens", r.usage.input).field("cache_read_tokens", r.usage.cache_read);
      w.field("cache_write_tokens", r.usage.cache_write).field("output_tokens", r.usage.output);
      w.field("reasoning_tokens", r.usage.reasoning).field("cost_pico_usd", r.cost.pico()).field("cost_usd", r.cost.dollars());
      w.field("p50_us", r.p50_us).field("p95_us", r.p95_us).end_object();
    }
    w.end_array();
    out << text << "\n";
    return {};
  }
  out << std::left << std::setw(36) << query.group_by << std::right << std::setw(10) << "requests" << std::setw(8) << "errors"
      << std::setw(12) << "input" << std::setw(12) << "cached" << std::setw(12) << "output" << std::setw(14) << "USD"
      << std::setw(10) << "p50 ms" << std::setw(10) << "p95 ms" << "\n";
  for (const ledger::ReportRow& r : rows) {
    out << std::left << std::setw(36) << (r.group.empty() ? "(none)" : r.group) << std::right << std::setw(10) << r.requests
        << std::setw(8) << r.errors << std::setw(12) << r.usage.input + r.usage.cache_write << std::setw(12) << r.usage.cache_read
        << std::setw(12) << r.usage.completion() << std::setw(14) << std::fixed << std::setprecision(6) << r.cost.dollars()
        << std::setw(10) << std::setprecision(1) << static_cast<double>(r.p50_us) / 1000 << std::setw(10)
        << static_cast<double>(r.p95_us) / 1000 << "\n";
  }
  return {};
}

}  // namespace switchyard::cli
