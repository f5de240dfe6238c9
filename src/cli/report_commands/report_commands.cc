#include "cli/report_commands/report_commands.h"

#include <algorithm>
#include <array>
#include <iomanip>

#include "base/json_writer.h"
#include "cli/report_commands/instant.h"
#include "service/ledger/segment.h"

namespace switchyard::cli {
namespace {

constexpr std::array<std::string_view, 5> kGroups = {"model", "provider", "key", "day", "outcome"};

Result<std::int64_t> bound(std::string_view option, const std::string& text, std::int64_t none) {
  if (text.empty()) return none;
  auto at = parse_instant(text);
  if (!at) at.error().message.insert(0, std::string(option) + ": ");
  return at;
}

void print_json(const std::vector<ledger::ReportRow>& rows, const std::string& group_by, std::ostream& out) {
  out << "[";
  std::string text;
  for (const ledger::ReportRow& r : rows) {
    text.assign(&r == rows.data() ? "" : ",");
    json::Writer w(text);
    w.begin_object().field(group_by, r.group).field("requests", r.requests).field("errors", r.errors);
    w.field("input_tokens", r.usage.input).field("cache_read_tokens", r.usage.cache_read);
    w.field("cache_write_tokens", r.usage.cache_write).field("output_tokens", r.usage.output);
    w.field("reasoning_tokens", r.usage.reasoning).field("cost_pico_usd", r.cost.pico());
    w.field("cost_usd", r.cost.dollars()).field("p50_us", r.p50_us).field("p95_us", r.p95_us).end_object();
    out << text;
  }
  out << "]\n";
}

void print_table(const std::vector<ledger::ReportRow>& rows, const std::string& group_by, std::ostream& out) {
  out << std::left << std::setw(36) << group_by << std::right << std::setw(10) << "requests" << std::setw(8) << "errors"
      << std::setw(12) << "input" << std::setw(12) << "cached" << std::setw(12) << "output" << std::setw(14) << "USD"
      << std::setw(10) << "p50 ms" << std::setw(10) << "p95 ms" << "\n";
  for (const ledger::ReportRow& r : rows) {
    out << std::left << std::setw(36) << (r.group.empty() ? "(none)" : r.group) << std::right << std::setw(10)
        << r.requests << std::setw(8) << r.errors << std::setw(12) << r.usage.input + r.usage.cache_write
        << std::setw(12) << r.usage.cache_read << std::setw(12) << r.usage.completion() << std::setw(14) << std::fixed
        << std::setprecision(6) << r.cost.dollars() << std::setw(10) << std::setprecision(1)
        << static_cast<double>(r.p50_us) / 1000 << std::setw(10) << static_cast<double>(r.p95_us) / 1000 << "\n";
  }
}

}  // namespace

Result<ledger::ReportQuery> usage_query(const UsageOptions& options) {
  if (std::ranges::find(kGroups, options.by) == kGroups.end()) {
    return fail(ErrorKind::kInvalidRequest,
                "--by: expected model, provider, key, day or outcome, not '" + options.by + "'");
  }
  ledger::ReportQuery query{.group_by = options.by};
  SY_TRY(query.from_us, bound("--from", options.from, query.from_us));
  SY_TRY(query.to_us, bound("--to", options.to, query.to_us));
  if (query.from_us > query.to_us) {
    return fail(ErrorKind::kInvalidRequest, "--from: '" + options.from + "' is after --to, which ends the range");
  }
  return query;
}

Result<void> report_usage(ledger::LedgerReader& reader, const std::filesystem::path& journal,
                          const ledger::ReportQuery& query, bool json, std::ostream& out) {
  // The journal first: an entry that a running gateway stores meanwhile is in the database by the time that is read,
  // and counts once by its id. The other way round it could be in neither.
  SY_CHECK(ledger::read_journal(
      journal, [&](std::span<const ledger::Entry> entries) { return reader.add_journalled(entries); }));
  SY_TRY(const std::vector<ledger::ReportRow> rows, reader.report(query));
  json ? print_json(rows, query.group_by, out) : print_table(rows, query.group_by, out);
  return {};
}

}  // namespace switchyard::cli
