#pragma once
/// \file
/// Router keys in SQLite.

#include <mutex>

#include "adapters/store_sqlite/database.h"
#include "base/clock.h"
#include "service/identity/key_store.h"

namespace switchyard::store_sqlite {

/// Safe to call from several threads; several processes may use one file.
class SqliteKeyStore final : public identity::KeyStore {
 public:
  /// Errors: kUnavailable. `clock` outlives the store.
  static Result<std::unique_ptr<SqliteKeyStore>> open(const std::string& path, const Clock& clock);
  Result<identity::NewKey> create(std::string_view name) override;
  Result<std::vector<ApiKey>> list() override;
  Result<identity::NewKey> rotate(std::string_view id_or_prefix) override;
  Result<ApiKey> revoke(std::string_view id_or_prefix) override;
  Result<std::int64_t> change_counter() override;

 private:
  SqliteKeyStore(Database database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
  Result<std::vector<ApiKey>> read(std::string_view where, std::string_view argument);
  Result<ApiKey> find(std::string_view id_or_prefix);
  [[nodiscard]] std::int64_t now_ms() const;

  std::mutex mutex_;
  Database database_;
  const Clock& clock_;
};

}  // namespace switchyard::store_sqlite
