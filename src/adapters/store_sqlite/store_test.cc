#include <gtest/gtest.h>

#include <filesystem>

#include "adapters/store_sqlite/key_store.h"
#include "adapters/store_sqlite/ledger_store.h"
#include "adapters/store_sqlite/migrations.h"
#include "service/identity/key_store_contract.h"

namespace switchyard::identity {
namespace {

/// A file of its own for every test.
std::string fresh_path() {
  static int number = 0;
  const auto path = std::filesystem::path(testing::TempDir()) / ("keys" + std::to_string(::getpid()) + "_" + std::to_string(++number) + ".db");
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

ledger::Entry entry(std::string id, std::string model, std::int64_t total_us, ledger::Outcome outcome = ledger::Outcome::kSuccess) {
  ledger::Entry e;
  e.id = std::move(id);
  e.model = std::move(model);
  e.total_us = total_us;
  e.outcome = outcome;
  e.usage = {.input = 10, .cache_read = 5, .output = 3};
  e.cost = Usd::from_pico(1'000);
  return e;
}

TEST(SqliteLedgerStore, CountsAnEntryOnceHoweverOftenItArrives) {
  auto store = SqliteLedgerStore::open(identity::fresh_path());
  ASSERT_TRUE(store);
  const std::vector<ledger::Entry> entries = {entry("a", "m", 100), entry("b", "m", 300), entry("c", "n", 50, ledger::Outcome::kUpstreamError)};
  ASSERT_TRUE((*store)->insert(entries));
  ASSERT_TRUE((*store)->insert(entries));
  const auto rows = (*store)->report({});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].group, "m");
  EXPECT_EQ((*rows)[0].requests, 2);
  EXPECT_EQ((*rows)[0].usage, (Usage{.input = 20, .cache_read = 10, .output = 6}));
  EXPECT_EQ((*rows)[0].cost.pico(), 2'000);
  EXPECT_EQ((*rows)[0].p95_us, 300);
  EXPECT_EQ((*rows)[1].errors, 1);
}

TEST(SqliteLedgerStore, RefusesAGroupItDoesNotKnow) {
  auto store = SqliteLedgerStore::open(identity::fresh_path());
  const auto rows = (*store)->report({.group_by = "model; DROP TABLE ledger"});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().kind, ErrorKind::kInvalidRequest);
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
