#pragma once
/// \file
/// The ledger in SQLite.

#include "adapters/store_sqlite/database.h"
#include "service/ledger/ledger.h"

namespace switchyard::store_sqlite {

/// Used by one thread at a time; other processes may read meanwhile.
class SqliteLedgerStore final : public ledger::LedgerStore, public ledger::LedgerReader {
 public:
  /// Errors: kUnavailable.
  static Result<std::unique_ptr<SqliteLedgerStore>> open(const std::string& path);
  Result<void> insert(std::span<const ledger::Entry> entries) override;
  Result<std::vector<ledger::ReportRow>> report(const ledger::ReportQuery& query) override;

 private:
  explicit SqliteLedgerStore(Database database) : database_(std::move(database)) {}
  Database database_;
};

}  // namespace switchyard::store_sqlite
