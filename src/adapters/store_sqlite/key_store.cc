#include "adapters/store_sqlite/key_store.h"

#include <algorithm>
#include <cstring>

#include "base/random.h"
#include "service/identity/token.h"

namespace switchyard::store_sqlite {
namespace {

constexpr std::string_view kRaiseCounter = "UPDATE change_counter SET keys = keys + 1";

std::string_view bytes_of(const Sha256& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

}  // namespace

Result<std::unique_ptr<SqliteKeyStore>> SqliteKeyStore::open(const std::string& path, const Clock& clock) {
  SY_TRY(Database database, Database::open(path));
  return std::unique_ptr<SqliteKeyStore>(new SqliteKeyStore(std::move(database), clock));
}

std::int64_t SqliteKeyStore::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall().time_since_epoch()).count();
}

Result<identity::NewKey> SqliteKeyStore::create(std::string_view name) {
  const std::lock_guard lock(mutex_);
  identity::NewKey made;
  made.token = identity::new_token();
  made.record.id = Random(system_seed()).id("key_").substr(0, 20);
  made.record.name = name;
  made.record.created_ms = now_ms();
  identity::describe(made.token, made.record);
  SY_CHECK(in_transaction(database_, [&]() -> Result<void> {
    SY_TRY(Statement insert, database_.prepare("INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, NULL)"));
    insert.bind(1, made.record.id).bind(2, name).bind_blob(3, bytes_of(made.record.hash)).bind(4, made.record.prefix);
    insert.bind(5, made.record.suffix).bind(6, made.record.created_ms);
    SY_CHECK(insert.step());
    return database_.run(std::string(kRaiseCounter));
  }));
  return made;
}

Result<std::vector<ApiKey>> SqliteKeyStore::read(std::string_view where, std::string_view argument) {
  SY_TRY(Statement select,
         database_.prepare("SELECT id, name, hash, prefix, suffix, created_ms, revoked_ms FROM api_keys " +
                           std::string(where) + " ORDER BY created_ms, id"));
  if (!where.empty()) select.bind(1, argument);
  std::vector<ApiKey> keys;
  for (;;) {
    SY_TRY(const bool row, select.step());
    if (!row) return keys;
    ApiKey key;
    key.id = select.text(0);
    key.name = select.text(1);
    const std::string hash = select.text(2);
    std::memcpy(key.hash.data(), hash.data(), std::min(hash.size(), key.hash.size()));
    key.prefix = select.text(3);
    key.suffix = select.text(4);
    key.created_ms = select.integer(5);
    if (!select.is_null(6)) key.revoked_ms = select.integer(6);
    keys.push_back(std::move(key));
  }
}

Result<std::vector<ApiKey>> SqliteKeyStore::list() {
  const std::lock_guard lock(mutex_);
  return read({}, {});
}

Result<ApiKey> SqliteKeyStore::find(std::string_view id_or_prefix) {
  SY_TRY(std::vector<ApiKey> keys, read("WHERE id = ?1 OR substr(id, 1, length(?1)) = ?1", id_or_prefix));
  if (keys.empty() || id_or_prefix.empty()) {
    return fail(ErrorKind::kNotFound, "key '" + std::string(id_or_prefix) + "' is not known");
  }
  const auto exact = std::ranges::find(keys, id_or_prefix, &ApiKey::id);
  if (exact != keys.end()) return *exact;
  if (keys.size() > 1)
    return fail(ErrorKind::kConflict, "key '" + std::string(id_or_prefix) + "' stands for several keys");
  return keys.front();
}

Result<identity::NewKey> SqliteKeyStore::rotate(std::string_view id_or_prefix) {
  const std::lock_guard lock(mutex_);
  identity::NewKey made;
  SY_CHECK(in_transaction(database_, [&]() -> Result<void> {
    SY_TRY(made.record, find(id_or_prefix));
    if (made.record.revoked_ms) return fail(ErrorKind::kConflict, "key '" + made.record.id + "' is revoked");
    made.token = identity::new_token();
    identity::describe(made.token, made.record);
    SY_TRY(Statement update, database_.prepare("UPDATE api_keys SET hash = ?, prefix = ?, suffix = ? WHERE id = ?"));
    update.bind_blob(1, bytes_of(made.record.hash))
        .bind(2, made.record.prefix)
        .bind(3, made.record.suffix)
        .bind(4, made.record.id);
    SY_CHECK(update.step());
    return database_.run(std::string(kRaiseCounter));
  }));
  return made;
}

Result<ApiKey> SqliteKeyStore::revoke(std::string_view id_or_prefix) {
  const std::lock_guard lock(mutex_);
  ApiKey key;
  SY_CHECK(in_transaction(database_, [&]() -> Result<void> {
    SY_TRY(key, find(id_or_prefix));
    if (key.revoked_ms) return {};
    key.revoked_ms = now_ms();
    SY_TRY(Statement update, database_.prepare("UPDATE api_keys SET revoked_ms = ? WHERE id = ?"));
    update.bind(1, *key.revoked_ms).bind(2, key.id);
    SY_CHECK(update.step());
    return database_.run(std::string(kRaiseCounter));
  }));
  return key;
}

Result<std::int64_t> SqliteKeyStore::change_counter() {
  const std::lock_guard lock(mutex_);
  SY_TRY(Statement select, database_.prepare("SELECT keys FROM change_counter"));
  SY_TRY(const bool row, select.step());
  return row ? select.integer(0) : 0;
}

}  // namespace switchyard::store_sqlite
