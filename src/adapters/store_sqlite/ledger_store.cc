#include "adapters/store_sqlite/ledger_store.h"

#include <algorithm>
#include <map>

namespace switchyard::store_sqlite {
namespace {

/// The SQL of a group, or empty. Never the user's own text.
std::string_view group_column(std::string_view group_by) {
  static constexpr std::pair<std::string_view, std::string_view> kGroups[] = {
      {"model", "model"}, {"provider", "provider"}, {"key", "key_id"}, {"outcome", "outcome"},
      {"day", "strftime('%Y-%m-%d', started_us / 1000000, 'unixepoch')"}};
  for (const auto& [name, sql] : kGroups) {
    if (name == group_by) return sql;
  }
  return {};
}

/// The nearest-rank percentile of sorted values.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, std::size_t percent) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, (sorted.size() * percent + 99) / 100 - (sorted.size() * percent > 0 ? 1 : 0))];
}

}  // namespace

Result<std::unique_ptr<SqliteLedgerStore>> SqliteLedgerStore::open(const std::string& path) {
  SY_TRY(Database database, Database::open(path));
  return std::unique_ptr<SqliteLedgerStore>(new SqliteLedgerStore(std::move(database)));
}

Result<void> SqliteLedgerStore::insert(std::span<const ledger::Entry> entries) {
  return in_transaction(database_, [&]() -> Result<void> {
    SY_TRY(Statement insert, database_.prepare("INSERT OR IGNORE INTO ledger VALUES "
                                               "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
    for (const ledger::Entry& e : entries) {
      insert.bind(1, e.id).bind(2, e.decision_id).bind(3, e.started_us).bind(4, e.key_id).bind(5, dialect_name(e.dialect));
      insert.bind(6, std::int64_t{e.stream == StreamMode::kStreamed}).bind(7, e.requested_model).bind(8, e.model);
      insert.bind(9, e.provider).bind(10, ledger::outcome_name(e.outcome)).bind(11, std::int64_t{e.status});
      insert.bind(12, e.error_kind).bind(13, e.attempts).bind(14, e.usage.input).bind(15, e.usage.cache_read);
      insert.bind(16, e.usage.cache_write).bind(17, e.usage.output).bind(18, e.usage.reasoning);
      insert.bind(19, std::int64_t{e.usage_estimated}).bind(20, e.cost.pico()).bind(21, e.routing_us);
      insert.bind(22, e.first_byte_us).bind(23, e.total_us);
      SY_CHECK(insert.step());
      insert.reset();
    }
    return {};
  });
}

Result<std::vector<ledger::ReportRow>> SqliteLedgerStore::report(const ledger::ReportQuery& query) {
  const std::string_view column = group_column(query.group_by);
  if (column.empty()) return fail(ErrorKind::kInvalidRequest, "by: expected model, provider, key, day or outcome");
  SY_TRY(Statement select,
         database_.prepare("SELECT " + std::string(column) +
                           ", outcome, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, "
                           "cost_pico_usd, total_us FROM ledger WHERE started_us >= ? AND started_us < ?"));
  select.bind(1, query.from_us).bind(2, query.to_us);
  std::map<std::string, std::pair<ledger::ReportRow, std::vector<std::int64_t>>> groups;
  for (;;) {
    SY_TRY(const bool more, select.step());
    if (!more) break;
    auto& [row, times] = groups[select.text(0)];
    ++row.requests;
    row.errors += select.text(1) != "success";
    row.usage.input += select.integer(2);
    row.usage.cache_read += select.integer(3);
    row.usage.cache_write += select.integer(4);
    row.usage.output += select.integer(5);
    row.usage.reasoning += select.integer(6);
    row.cost += Usd::from_pico(select.integer(7));
    times.push_back(select.integer(8));
  }
  std::vector<ledger::ReportRow> rows;
  for (auto& [name, group] : groups) {
    auto& [row, times] = group;
    std::ranges::sort(times);
    row.group = name;
    row.p50_us = percentile(times, 50);
    row.p95_us = percentile(times, 95);
    rows.push_back(row);
  }
  std::ranges::sort(rows, [](const auto& a, const auto& b) { return a.cost != b.cost ? a.cost > b.cost : a.group < b.group; });
  return rows;
}

}  // namespace switchyard::store_sqlite
