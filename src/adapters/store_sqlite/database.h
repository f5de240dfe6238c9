#pragma once
/// \file
/// One SQLite connection and its statements, with errors as values.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace switchyard::store_sqlite {

/// One prepared statement being run. Parameters count from 1, columns from 0.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement();
  Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;

  Statement& bind(int at, std::string_view text);
  Statement& bind_blob(int at, std::string_view bytes);
  Statement& bind(int at, std::int64_t number);
  Statement& bind_null(int at);
  /// True if there is a row, false at the end. Errors: kUnavailable.
  Result<bool> step();
  /// Makes it ready to run again.
  void reset();

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// What a commit outlives. In WAL mode SQLite calls them synchronous = NORMAL and FULL.
enum class Commit : std::uint8_t {
  kSurvivesProcess,   ///< A power cut may undo the last commits; the file stays whole.
  kSurvivesPowerCut,  ///< One sync of the write-ahead log a commit.
};

/// One connection; used by one thread at a time.
class Database {
 public:
  /// Opens or makes the file: WAL, foreign keys, 5 s busy time-out. Applies the migrations that are missing, in one
  /// transaction. Errors: kUnavailable with SQLite's reason.
  static Result<Database> open(const std::string& path, Commit commit = Commit::kSurvivesProcess);
  /// How long statements wait from now on for another connection's lock.
  void wait_for_locks(std::chrono::milliseconds time);
  Result<Statement> prepare(std::string_view sql);
  Result<void> run(const std::string& sql);
  /// How many rows the last statement changed.
  [[nodiscard]] std::int64_t changes() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Result<void> migrate();
  [[nodiscard]] std::unexpected<Error> failed() const;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// Runs `work` in a write transaction; rolls back if it fails.
template <class Work>
Result<void> in_transaction(Database& database, Work&& work) {
  SY_CHECK(database.run("BEGIN IMMEDIATE"));
  Result<void> done = work();
  if (done) done = database.run("COMMIT");
  if (!done) (void)database.run("ROLLBACK");
  return done;
}

}  // namespace switchyard::store_sqlite
