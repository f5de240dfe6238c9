#pragma once
/// \file
/// The ledger in SQLite: the gateway's writing end and the reports' reading end.

#include "adapters/store_sqlite/database.h"
#include "service/ledger/store.h"

namespace switchyard::store_sqlite {

/// Used by one thread at a time; other processes may read meanwhile.
class SqliteLedgerStore final : public ledger::LedgerStore {
 public:
  /// Errors: kUnavailable.
  static Result<std::unique_ptr<SqliteLedgerStore>> open(const std::string& path);
  Result<void> insert(std::span<const ledger::Entry> entries) override;

 private:
  explicit SqliteLedgerStore(Database database) : database_(std::move(database)) {}
  Database database_;
};

/// Never writes to the ledger; keeps what it is given in a temporary table, which SQLite moves to the disk when it is
/// large. Used by one thread.
class SqliteLedgerReader final : public ledger::LedgerReader {
 public:
  /// Errors: kUnavailable.
  static Result<std::unique_ptr<SqliteLedgerReader>> open(const std::string& path);
  Result<void> add_journalled(std::span<const ledger::Entry> entries) override;
  Result<std::vector<ledger::ReportRow>> report(const ledger::ReportQuery& query) override;

 private:
  explicit SqliteLedgerReader(Database database) : database_(std::move(database)) {}
  Result<std::vector<ledger::ReportRow>> sums(std::string_view group, const ledger::ReportQuery& query);
  Result<void> add_percentiles(std::string_view group, const ledger::ReportQuery& query,
                               std::vector<ledger::ReportRow>& rows);
  Database database_;
};

}  // namespace switchyard::store_sqlite
