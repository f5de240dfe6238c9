#include "cli/report_commands/report_commands.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <sstream>

#include "service/ledger/journal.h"

namespace switchyard::cli {
namespace {

/// Answers with fixed rows, and keeps what it was asked and given.
class FakeReader final : public ledger::LedgerReader {
 public:
  Result<void> add_journalled(std::span<const ledger::Entry> entries) override {
    EXPECT_FALSE(asked) << "the journal comes first";
    for (const ledger::Entry& e : entries) journalled.push_back(e.id);
    return {};
  }
  Result<std::vector<ledger::ReportRow>> report(const ledger::ReportQuery& query) override {
    asked = query;
    return rows;
  }
  std::vector<ledger::ReportRow> rows;
  std::vector<std::string> journalled;
  std::optional<ledger::ReportQuery> asked;
};

TEST(UsageQuery, TakesBothBoundsAndTheGroup) {
  const auto query = usage_query({.by = "day", .from = "1970-01-02", .to = "1970-01-02T00:00:01Z"});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->group_by, "day");
  EXPECT_EQ(query->from_us, 86'400'000'000);
  EXPECT_EQ(query->to_us, 86'401'000'000);
}

TEST(UsageQuery, WithoutBoundsTakesEverything) {
  const auto query = usage_query({});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->group_by, "model");
  EXPECT_EQ(query->from_us, 0);
  EXPECT_EQ(query->to_us, INT64_MAX);
}

TEST(UsageQuery, NamesTheOptionThatItDoesNotUnderstand) {
  const auto message = [](const UsageOptions& options) {
    const auto query = usage_query(options);
    return query ? std::string() : query.error().message;
  };
  EXPECT_TRUE(message({.by = "colour"}).starts_with("--by: expected model, provider, key, day or outcome"));
  EXPECT_TRUE(message({.from = "soon"}).starts_with("--from: expected a date"));
  EXPECT_TRUE(message({.to = "2026-11-21T10:00"}).starts_with("--to: expected a date"));
  EXPECT_TRUE(message({.from = "2026-11-22", .to = "2026-11-21"}).starts_with("--from: '2026-11-22' is after --to"));
}

TEST(ReportUsage, HandsOverTheJournalBeforeItAsks) {
  const auto folder = std::filesystem::path(testing::TempDir()) / ("report" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  auto journal = ledger::Journal::open(folder);
  ASSERT_TRUE(journal);
  ledger::Entry entry;
  entry.id = "req_1";
  std::string records;
  ledger::frame_entry(entry, records);
  ledger::seal_records(records);
  ASSERT_TRUE(journal->append(records));
  FakeReader reader;
  std::ostringstream out;
  ASSERT_TRUE(report_usage(reader, folder, {}, true, out));
  EXPECT_EQ(reader.journalled, std::vector<std::string>{"req_1"});
  EXPECT_EQ(out.str(), "[]\n");
  EXPECT_TRUE(report_usage(reader = FakeReader(), folder / "missing", {}, true, out)) << "no gateway ran here yet";
}

TEST(ReportUsage, PrintsRowsAsATableAndAsJson) {
  FakeReader reader;
  reader.rows = {{.group = "gpt \"5\"",
                  .requests = 2,
                  .errors = 1,
                  .usage = {.input = 10, .cache_read = 5, .output = 3},
                  .cost = Usd::from_pico(1'500'000'000'000),
                  .p50_us = 1'500,
                  .p95_us = 2'000},
                 {.group = "", .requests = 1}};
  std::ostringstream table, json;
  ASSERT_TRUE(report_usage(reader, "missing", {}, false, table));
  EXPECT_NE(table.str().find("gpt \"5\""), std::string::npos);
  EXPECT_NE(table.str().find("1.500000       1.5       2.0\n"), std::string::npos) << table.str();
  EXPECT_NE(table.str().find("\n(none)"), std::string::npos);
  reader.asked.reset();
  ASSERT_TRUE(report_usage(reader, "missing", {}, true, json));
  EXPECT_TRUE(json.str().starts_with(R"([{"model":"gpt \"5\"","requests":2,"errors":1,"input_tokens":10,)"))
      << json.str();
  EXPECT_NE(json.str().find(R"(},{"model":"","requests":1)"), std::string::npos);
  EXPECT_TRUE(json.str().ends_with("}]\n"));
}

}  // namespace
}  // namespace switchyard::cli
