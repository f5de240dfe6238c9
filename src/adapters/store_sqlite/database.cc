#include "adapters/store_sqlite/database.h"

#include <sqlite3.h>

#include "adapters/store_sqlite/migrations.h"

namespace switchyard::store_sqlite {
namespace {
constexpr auto kBusy = std::chrono::seconds(5);  // For commands and start-up, where waiting beats failing.
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int at, std::string_view text) {
  sqlite3_bind_text(statement_, at, text.data() != nullptr ? text.data() : "", static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind_blob(int at, std::string_view bytes) {
  sqlite3_bind_blob(statement_, at, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind(int at, std::int64_t number) {
  sqlite3_bind_int64(statement_, at, number);
  return *this;
}
Statement& Statement::bind_null(int at) {
  sqlite3_bind_null(statement_, at);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(ErrorKind::kUnavailable, "database: " + std::string(sqlite3_errmsg(sqlite3_db_handle(statement_))));
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::string Statement::text(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes),
                                        static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

std::unexpected<Error> Database::failed() const {
  return fail(ErrorKind::kUnavailable, "database: " + std::string(sqlite3_errmsg(handle_.get())));
}

Result<Database> Database::open(const std::string& path, Commit commit) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle);
  if (code != SQLITE_OK) {
    return fail(ErrorKind::kUnavailable,
                "database '" + path + "': " + (handle ? sqlite3_errmsg(handle) : "out of memory"));
  }
  database.wait_for_locks(kBusy);
  const std::string synchronous = commit == Commit::kSurvivesPowerCut ? "FULL" : "NORMAL";
  SY_CHECK(database.run("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = " + synchronous));
  SY_CHECK(database.migrate());
  return database;
}

void Database::wait_for_locks(std::chrono::milliseconds time) {
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(time.count()));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
    return failed();
  return Statement(statement);
}

Result<void> Database::run(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failed();
  return {};
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_.get()); }

Result<void> Database::migrate() {
  const auto version = [&]() -> Result<std::int64_t> {
    SY_TRY(Statement statement, prepare("PRAGMA user_version"));
    SY_TRY(const bool row, statement.step());
    return row ? statement.integer(0) : 0;
  };
  SY_TRY(const std::int64_t before, version());
  const auto all = migrations();
  if (before == static_cast<std::int64_t>(all.size())) return {};
  return in_transaction(*this, [&]() -> Result<void> {
    SY_TRY(const std::int64_t now, version());  // Another process may have been faster.
    if (now > static_cast<std::int64_t>(all.size())) {
      return fail(ErrorKind::kUnavailable,
                  "database: made by a newer version of Switchyard (schema " + std::to_string(now) + ")");
    }
    for (auto at = static_cast<std::size_t>(now); at < all.size(); ++at) SY_CHECK(run(std::string(all[at])));
    return run("PRAGMA user_version = " + std::to_string(all.size()));
  });
}

}  // namespace switchyard::store_sqlite
