#include "adapters/store_sqlite/ledger_store.h"

#include <algorithm>

namespace switchyard::store_sqlite {
namespace {

/// Of one insert: the ledger repeats it later, and stops within seconds even if another process keeps the lock.
constexpr auto kInsertBusy = std::chrono::milliseconds(100);

Result<void> insert_into(Database& database, const std::string& table, std::span<const ledger::Entry> entries) {
  SY_TRY(Statement insert, database.prepare("INSERT OR IGNORE INTO " + table +
                                            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  for (const ledger::Entry& e : entries) {
    insert.bind(1, e.id).bind(2, e.decision_id).bind(3, e.started_us).bind(4, e.key_id);
    insert.bind(5, dialect_name(e.dialect)).bind(6, std::int64_t{e.stream == StreamMode::kStreamed});
    insert.bind(7, e.requested_model).bind(8, e.model).bind(9, e.provider);
    insert.bind(10, ledger::outcome_name(e.outcome)).bind(11, std::int64_t{e.status}).bind(12, e.error_kind);
    insert.bind(13, e.attempts).bind(14, e.usage.input).bind(15, e.usage.cache_read).bind(16, e.usage.cache_write);
    insert.bind(17, e.usage.output).bind(18, e.usage.reasoning).bind(19, std::int64_t{e.usage_estimated});
    insert.bind(20, e.cost.pico()).bind(21, e.routing_us).bind(22, e.first_byte_us).bind(23, e.total_us);
    SY_CHECK(insert.step());
    insert.reset();
  }
  return {};
}

/// The SQL of a group, or empty. Never the user's own text.
std::string_view group_column(std::string_view group_by) {
  static constexpr std::pair<std::string_view, std::string_view> kGroups[] = {
      {"model", "model"},
      {"provider", "provider"},
      {"key", "key_id"},
      {"outcome", "outcome"},
      {"day", "strftime('%Y-%m-%d', started_us / 1000000, 'unixepoch')"}};
  for (const auto& [name, sql] : kGroups) {
    if (name == group_by) return sql;
  }
  return {};
}

/// The entries of a time range (?1 to ?2): the ledger's, and those of the journal that it does not have.
constexpr std::string_view kRange =
    " FROM (SELECT * FROM main.ledger WHERE started_us >= ?1 AND started_us < ?2 UNION ALL "
    "SELECT * FROM temp.journalled AS j WHERE started_us >= ?1 AND started_us < ?2 "
    "AND NOT EXISTS (SELECT 1 FROM main.ledger AS l WHERE l.id = j.id)) ";

}  // namespace

// Commits survive a power cut (synchronous = FULL), because the ledger removes a journal segment right after the commit
// of its last entry. With NORMAL the commit could still be in the page cache then, and a power cut would take both
// copies. The other way, NORMAL and a checkpoint before each removal, syncs less often, but a checkpoint is only
// complete when no reader stands in its way: a long report would stop segments from being removed. The price is one
// sync of the log an insert, at most some 5 a second, on a thread that nothing waits for.
Result<std::unique_ptr<SqliteLedgerStore>> SqliteLedgerStore::open(const std::string& path) {
  SY_TRY(Database database, Database::open(path, Commit::kSurvivesPowerCut));
  database.wait_for_locks(kInsertBusy);
  return std::unique_ptr<SqliteLedgerStore>(new SqliteLedgerStore(std::move(database)));
}

Result<void> SqliteLedgerStore::insert(std::span<const ledger::Entry> entries) {
  return in_transaction(database_, [&] { return insert_into(database_, "main.ledger", entries); });
}

Result<std::unique_ptr<SqliteLedgerReader>> SqliteLedgerReader::open(const std::string& path) {
  SY_TRY(Database database, Database::open(path));
  // The empty copy has the ledger's columns in their order; its own key makes a record that is in two segments count
  // once.
  SY_CHECK(
      database.run("PRAGMA temp_store = FILE; CREATE TEMP TABLE journalled AS SELECT * FROM main.ledger LIMIT 0; "
                   "CREATE UNIQUE INDEX temp.journalled_by_id ON journalled (id)"));
  return std::unique_ptr<SqliteLedgerReader>(new SqliteLedgerReader(std::move(database)));
}

Result<void> SqliteLedgerReader::add_journalled(std::span<const ledger::Entry> entries) {
  // A plain BEGIN locks only what is written to: the gateway's database stays free.
  SY_CHECK(database_.run("BEGIN"));
  const auto inserted = insert_into(database_, "temp.journalled", entries);
  SY_CHECK(database_.run(inserted ? "COMMIT" : "ROLLBACK"));
  return inserted;
}

Result<std::vector<ledger::ReportRow>> SqliteLedgerReader::report(const ledger::ReportQuery& query) {
  const std::string_view group = group_column(query.group_by);
  if (group.empty()) return fail(ErrorKind::kInvalidRequest, "by: expected model, provider, key, day or outcome");
  // Both passes see one state of the ledger, even while a gateway writes to it.
  SY_CHECK(database_.run("BEGIN"));
  auto rows = sums(group, query);
  Result<void> done;
  if (rows) done = add_percentiles(group, query, *rows);
  (void)database_.run("COMMIT");
  if (!done) return std::unexpected(std::move(done).error());
  if (rows && query.group_by != "day") {
    std::ranges::sort(
        *rows, [](const auto& a, const auto& b) { return a.cost != b.cost ? a.cost > b.cost : a.group < b.group; });
  }
  return rows;
}

/// Rows in the groups' order, without percentiles.
Result<std::vector<ledger::ReportRow>> SqliteLedgerReader::sums(std::string_view group,
                                                                const ledger::ReportQuery& query) {
  SY_TRY(
      Statement select,
      database_.prepare("SELECT " + std::string(group) +
                        " AS grouped, count(*), sum(outcome <> 'success'), sum(input_tokens), sum(cache_read_tokens), "
                        "sum(cache_write_tokens), sum(output_tokens), sum(reasoning_tokens), sum(cost_pico_usd)" +
                        std::string(kRange) + "GROUP BY grouped ORDER BY grouped"));
  select.bind(1, query.from_us).bind(2, query.to_us);
  std::vector<ledger::ReportRow> rows;
  for (;;) {
    SY_TRY(const bool more, select.step());
    if (!more) return rows;
    ledger::ReportRow& row = rows.emplace_back();
    row.group = select.text(0);
    row.requests = select.integer(1);
    row.errors = select.integer(2);
    row.usage = {select.integer(3), select.integer(4), select.integer(5), select.integer(6), select.integer(7)};
    row.cost = Usd::from_pico(select.integer(8));
  }
}

/// Walks over every group's times in their order (SQLite sorts on the disk what is too much for memory) and takes those
/// at the nearest ranks.
Result<void> SqliteLedgerReader::add_percentiles(std::string_view group, const ledger::ReportQuery& query,
                                                 std::vector<ledger::ReportRow>& rows) {
  SY_TRY(Statement select, database_.prepare("SELECT " + std::string(group) + " AS grouped, total_us" +
                                             std::string(kRange) + "ORDER BY grouped, total_us"));
  select.bind(1, query.from_us).bind(2, query.to_us);
  for (ledger::ReportRow& row : rows) {
    const std::int64_t p50_rank = (row.requests * 50 + 99) / 100, p95_rank = (row.requests * 95 + 99) / 100;
    for (std::int64_t rank = 1; rank <= row.requests; ++rank) {
      SY_TRY(const bool more, select.step());
      if (!more) return {};
      if (rank == p50_rank) row.p50_us = select.integer(1);
      if (rank == p95_rank) row.p95_us = select.integer(1);
    }
  }
  return {};
}

}  // namespace switchyard::store_sqlite
