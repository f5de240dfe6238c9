#include <gtest/gtest.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "adapters/store_sqlite/key_store.h"
#include "adapters/store_sqlite/ledger_store.h"
#include "adapters/store_sqlite/migrations.h"
#include "service/identity/key_store_contract.h"

namespace {
std::atomic<int> file_syncs = 0;
}

// The C library's own, counted, which SQLite calls too.
extern "C" int fsync(int fd) {
  ++file_syncs;
  return static_cast<int>(syscall(SYS_fsync, fd));
}
extern "C" int fdatasync(int fd) {
  ++file_syncs;
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

namespace switchyard::identity {
namespace {

/// A file of its own for every test.
std::string fresh_path() {
  static int number = 0;
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("keys" + std::to_string(::getpid()) + "_" + std::to_string(++number) + ".db");
  std::filesystem::remove(path);
  return path.string();
}
const SystemClock clock;

INSTANTIATE_TEST_SUITE_P(Sqlite, KeyStoreContract, testing::Values([]() -> OpenStore {
                           return [path = fresh_path()] { return *store_sqlite::SqliteKeyStore::open(path, clock); };
                         }));

}  // namespace
}  // namespace switchyard::identity

namespace switchyard::store_sqlite {
namespace {

ledger::Entry entry(std::string id, std::string model, std::int64_t total_us,
                    ledger::Outcome outcome = ledger::Outcome::kSuccess) {
  ledger::Entry e;
  e.id = std::move(id);
  e.model = std::move(model);
  e.total_us = total_us;
  e.outcome = outcome;
  e.usage = {.input = 10, .cache_read = 5, .output = 3};
  e.cost = Usd::from_pico(1'000);
  return e;
}

/// A store and a reader of one file, as the gateway and a report have them.
class SqliteLedgerTest : public testing::Test {
 protected:
  std::vector<ledger::ReportRow> report(const ledger::ReportQuery& query = {}) {
    auto rows = reader_->report(query);
    EXPECT_TRUE(rows) << rows.error().message;
    return *std::move(rows);
  }
  std::string path_ = identity::fresh_path();
  std::unique_ptr<SqliteLedgerStore> store_ = *SqliteLedgerStore::open(path_);
  std::unique_ptr<SqliteLedgerReader> reader_ = *SqliteLedgerReader::open(path_);
};

TEST_F(SqliteLedgerTest, CountsAnEntryOnceHoweverOftenItArrives) {
  const std::vector<ledger::Entry> entries = {entry("a", "m", 100), entry("b", "m", 300),
                                              entry("c", "n", 50, ledger::Outcome::kUpstreamError)};
  ASSERT_TRUE(store_->insert(entries));
  ASSERT_TRUE(store_->insert(entries));
  const auto rows = report();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0], (ledger::ReportRow{.group = "m",
                                        .requests = 2,
                                        .errors = 0,
                                        .usage = {.input = 20, .cache_read = 10, .output = 6},
                                        .cost = Usd::from_pico(2'000),
                                        .p50_us = 100,
                                        .p95_us = 300}));
  EXPECT_EQ(rows[1].errors, 1);
}

TEST_F(SqliteLedgerTest, CountsWhatTheJournalHoldsAndTheStoreDoesNot) {
  ASSERT_TRUE(store_->insert(std::vector{entry("a", "m", 1), entry("b", "m", 2)}));
  ASSERT_TRUE(reader_->add_journalled(std::vector{entry("b", "m", 2), entry("c", "m", 3), entry("d", "m", 4)}));
  ASSERT_TRUE(reader_->add_journalled(std::vector{entry("d", "m", 4), entry("e", "n", 5)}));
  // Stored by the gateway between the two.
  ASSERT_TRUE(store_->insert(std::vector{entry("c", "m", 3)}));
  const auto rows = report();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].requests, 4);
  EXPECT_EQ(rows[1].requests, 1);
  EXPECT_EQ((*SqliteLedgerReader::open(path_))->report({})->front().requests, 3) << "a report writes nothing";
}

TEST_F(SqliteLedgerTest, TakesTheRangeHalfOpen) {
  std::vector<ledger::Entry> entries;
  for (const std::int64_t at : {9, 10, 19, 20}) {
    entries.push_back(entry(std::to_string(at), "m", 1));
    entries.back().started_us = at;
  }
  ASSERT_TRUE(store_->insert(std::span(entries).first(2)));
  ASSERT_TRUE(reader_->add_journalled(std::span(entries).subspan(2)));
  EXPECT_EQ(report({.from_us = 10, .to_us = 20})[0].requests, 2);
  EXPECT_TRUE(report({.from_us = 21}).empty());
}

TEST_F(SqliteLedgerTest, GroupsByEveryNameItOffers) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  auto first = entry("a", "m", 1), second = entry("b", "n", 1);
  first.provider = "p";
  first.key_id = "key_1";
  first.started_us = 20'000 * kDayUs;
  second.started_us = 20'001 * kDayUs - 1;
  auto third = entry("c", "n", 1, ledger::Outcome::kClientError);
  third.started_us = 20'001 * kDayUs;
  third.cost = Usd::from_pico(50'000);
  ASSERT_TRUE(store_->insert(std::vector{first, second, third}));
  const auto groups = [&](std::string by) {
    std::vector<std::string> names;
    for (const auto& row : report({.group_by = std::move(by)}))
      names.push_back(row.group + ":" + std::to_string(row.requests));
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(groups("model"), (Names{"n:2", "m:1"})) << "by descending cost";
  EXPECT_EQ(groups("provider"), (Names{":2", "p:1"}));
  EXPECT_EQ(groups("key"), (Names{":2", "key_1:1"}));
  EXPECT_EQ(groups("outcome"), (Names{"client_error:1", "success:2"}));
  EXPECT_EQ(groups("day"), (Names{"2024-10-04:2", "2024-10-05:1"})) << "days in their order";
}

TEST_F(SqliteLedgerTest, TakesPercentilesAtTheNearestRank) {
  std::vector<ledger::Entry> entries;
  for (int i = 1; i <= 200; ++i) entries.push_back(entry(std::to_string(i), i <= 100 ? "m" : "n", (i * 37) % 100 + 1));
  ASSERT_TRUE(store_->insert(entries));
  for (const auto& row : report())
    EXPECT_EQ(std::pair(row.p50_us, row.p95_us), std::pair(std::int64_t{50}, std::int64_t{95}));
}

TEST_F(SqliteLedgerTest, RefusesAGroupItDoesNotKnow) {
  const auto rows = reader_->report({.group_by = "model; DROP TABLE ledger"});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().kind, ErrorKind::kInvalidRequest);
}

// The segment was removed right after a commit that was still in the page cache.
TEST_F(SqliteLedgerTest, LostEntriesToAPowerCutAfterACommit) {
  const int before = file_syncs;
  ASSERT_TRUE(store_->insert(std::vector{entry("a", "m", 1)}));
  const int after_first = file_syncs;
  EXPECT_GT(after_first, before);
  ASSERT_TRUE(store_->insert(std::vector{entry("b", "m", 1)}));
  EXPECT_GT(file_syncs, after_first) << "each commit, not only the log's first";
}

TEST_F(SqliteLedgerTest, ALockedDatabaseHeldTheInsertForSeconds) {
  auto other = Database::open(path_);
  ASSERT_TRUE(other->run("BEGIN IMMEDIATE"));
  const auto begun = std::chrono::steady_clock::now();
  const auto inserted = store_->insert(std::vector{entry("a", "m", 1)});
  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().kind, ErrorKind::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  ASSERT_TRUE(other->run("COMMIT"));
  EXPECT_TRUE(store_->insert(std::vector{entry("a", "m", 1)}));
}

TEST_F(SqliteLedgerTest, ReportsWhileAnotherProcessWrites) {
  ASSERT_TRUE(store_->insert(std::vector{entry("a", "m", 1)}));
  auto other = Database::open(path_);
  ASSERT_TRUE(other->run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(reader_->add_journalled(std::vector{entry("b", "m", 1)}));
  EXPECT_EQ(report()[0].requests, 2);
  ASSERT_TRUE(other->run("COMMIT"));
}

TEST(Database, MigratesFromEveryEarlierNumber) {
  for (std::size_t from = 0; from <= migrations().size(); ++from) {
    const std::string path = identity::fresh_path();
    {
      auto database = Database::open(path);
      ASSERT_TRUE(database);
      ASSERT_TRUE(database->run("DROP TABLE ledger; DROP TABLE api_keys; DROP TABLE change_counter"));
      for (std::size_t i = 0; i < from; ++i) ASSERT_TRUE(database->run(std::string(migrations()[i])));
      ASSERT_TRUE(database->run("PRAGMA user_version = " + std::to_string(from)));
    }
    EXPECT_TRUE(SqliteLedgerStore::open(path)) << from;
  }
}

TEST(Database, RefusesAFileOfANewerProgram) {
  const std::string path = identity::fresh_path();
  {
    auto database = Database::open(path);
    ASSERT_TRUE(database->run("PRAGMA user_version = 999"));
  }
  const auto again = Database::open(path);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("newer version"), std::string::npos);
}

}  // namespace
}  // namespace switchyard::store_sqlite
