#include "service/ledger/ledger.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

namespace switchyard::ledger {
namespace {

std::filesystem::path fresh_folder() {
  static int number = 0;
  const auto folder = std::filesystem::path(testing::TempDir()) /
                      ("ledger" + std::to_string(::getpid()) + "_" + std::to_string(++number));
  std::filesystem::remove_all(folder);
  return folder;
}

Entry entry(std::string id) {
  Entry e;
  e.id = std::move(id);
  e.decision_id = "dec";
  e.model = "gpt-5.5";
  e.attempts = "openai/gpt-5.5:200";
  e.started_us = 123;
  e.stream = StreamMode::kStreamed;
  e.outcome = Outcome::kClientDisconnect;
  e.status = 499;
  e.usage = {1, 2, 3, 4, 5};
  e.cost = Usd::from_pico(-7);
  e.total_us = 99;
  return e;
}

/// Keeps entries by id, or is away.
class FakeStore final : public LedgerStore {
 public:
  Result<void> insert(std::span<const Entry> entries) override {
    if (away) return fail(ErrorKind::kUnavailable, "away");
    for (const Entry& e : entries) {
      ids.insert(e.id);
      ++inserted;
    }
    return {};
  }
  std::set<std::string> ids;
  int inserted = 0;
  std::atomic<bool> away = false;
};

std::unique_ptr<Ledger> open(const std::filesystem::path& folder, LedgerStore& store,
                             std::vector<std::string>* log = nullptr) {
  LedgerOptions options;
  options.folder = folder;
  auto ledger = Ledger::open(options, store, {}, [log](const std::string& line) {
    if (log != nullptr) log->push_back(line);
  });
  EXPECT_TRUE(ledger);
  return *std::move(ledger);
}

TEST(Entry, ReadsBackAsWritten) {
  std::string bytes;
  encode(entry("req_1"), bytes);
  const auto again = decode(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, entry("req_1"));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_FALSE(decode(bytes + "x"));
}

// A process or a machine may die at any byte of a write.
TEST(Journal, KeepsEveryRecordBeforeACut) {
  std::string text = "SYLEDG1\n";
  std::vector<std::size_t> ends = {text.size()};
  for (const char* record : {"one", "", "three"}) {
    frame_record(record, text);
    ends.push_back(text.size());
  }
  for (std::size_t cut = 8; cut <= text.size(); ++cut) {
    std::size_t whole = 0, seen = 0;
    while (whole + 1 < ends.size() && ends[whole + 1] <= cut) ++whole;
    const std::size_t good = read_records(std::string_view(text).substr(0, cut), [&](std::string_view) { ++seen; });
    EXPECT_EQ(seen, whole) << cut;
    EXPECT_EQ(good, ends[whole]) << cut;
  }
}

TEST(Journal, StopsAtADamagedRecord) {
  std::string text = "SYLEDG1\n";
  frame_record("good", text);
  const std::size_t good = text.size();
  frame_record("damaged", text);
  text[text.size() - 2] ^= 1;
  frame_record("behind", text);
  EXPECT_EQ(read_records(text, [](std::string_view) {}), good);
}

TEST(Ledger, BringsEntriesToTheStoreAndLeavesNoJournalBehindForThemTwice) {
  const auto folder = fresh_folder();
  FakeStore store;
  {
    auto ledger = open(folder, store);
    for (int i = 0; i < 2500; ++i) ledger->record(entry("req_" + std::to_string(i)));
    ledger->flush();
    EXPECT_EQ(store.ids.size(), 2500u);
    EXPECT_EQ(ledger->stats().stored, 2500u);
  }
  auto again = open(folder, store);
  EXPECT_EQ(store.ids.size(), 2500u);
}

TEST(Ledger, LosesNothingWhileTheStoreIsAway) {
  const auto folder = fresh_folder();
  FakeStore store;
  std::vector<std::string> log;
  store.away = true;
  {
    auto ledger = open(folder, store, &log);
    for (int i = 0; i < 100; ++i) ledger->record(entry("req_" + std::to_string(i)));
    ledger->flush();
    EXPECT_FALSE(ledger->stats().store_available);
    EXPECT_EQ(ledger->stats().dropped, 0u);
  }
  EXPECT_EQ(store.ids.size(), 0u);
  ASSERT_FALSE(log.empty());
  store.away = false;
  auto again = open(folder, store);
  EXPECT_EQ(store.ids.size(), 100u);
}

// Damage is not what a killed process leaves: the file is set aside for a person to look at, not deleted.
TEST(Ledger, SetsADamagedSegmentAsideAndTakesWhatIsGood) {
  const auto folder = fresh_folder();
  std::filesystem::create_directories(folder);
  std::string text = "SYLEDG1\n", bytes;
  encode(entry("good"), bytes);
  frame_record(bytes, text);
  frame_record(bytes, text);
  text.back() = static_cast<char>(text.back() ^ 1);
  std::ofstream(folder / "000000000001.journal", std::ios::binary) << text;
  FakeStore store;
  auto ledger = open(folder, store);
  EXPECT_EQ(store.ids, std::set<std::string>{"good"});
  EXPECT_TRUE(std::filesystem::exists(folder / "000000000001.journal.damaged"));
}

TEST(Journal, BelongsToOneProcessAtATime) {
  const auto folder = fresh_folder();
  const auto first = Journal::open(folder);
  ASSERT_TRUE(first);
  const auto second = Journal::open(folder);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
}

// kill -9 at random moments: what was reported as written is there, exactly once.
TEST(Ledger, SurvivesBeingKilledAtAnyMoment) {
  const auto folder = fresh_folder();
  std::set<std::string> reported;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto journal = Journal::open(folder);
      for (int i = 0;; ++i) {
        const std::string id = std::to_string(round) + "_" + std::to_string(i) + "\n";
        std::string bytes, framed;
        encode(entry(id), bytes);
        frame_record(bytes, framed);
        if (!journal->append(framed) || write(ends[1], id.data(), id.size()) < 0) _exit(1);
      }
    }
    ::close(ends[1]);
    usleep(static_cast<useconds_t>(2000 + 1373 * round));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    std::string text;
    char bytes[65536];
    for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;)
      text.append(bytes, static_cast<std::size_t>(got));
    ::close(ends[0]);
    for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      reported.insert(text.substr(at, end + 1 - at));
  }
  FakeStore store;
  auto ledger = open(folder, store);
  ASSERT_GT(reported.size(), 100u);
  for (const std::string& id : reported) EXPECT_TRUE(store.ids.contains(id)) << id;
  EXPECT_EQ(static_cast<std::size_t>(store.inserted), store.ids.size());
}

}  // namespace
}  // namespace switchyard::ledger
