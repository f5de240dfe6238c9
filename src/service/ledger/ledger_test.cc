#include "service/ledger/ledger.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <new>

#include "service/ledger/ledger_test_support.h"

// Counted for each thread, so that a test can say what a call allocates. The sanitizers bring their own.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define SWITCHYARD_COUNTS_ALLOCATIONS
namespace {
thread_local std::size_t allocations = 0;
}  // namespace
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const made = std::malloc(size)) return made;
  throw std::bad_alloc();
}
void operator delete(void* made) noexcept { std::free(made); }
void operator delete(void* made, std::size_t) noexcept { std::free(made); }
#endif

namespace switchyard::ledger {
namespace {

using namespace std::chrono_literals;

/// A ledger's log, which its threads write.
class Lines {
 public:
  [[nodiscard]] Log log() {
    return [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
  }
  [[nodiscard]] int count(std::string_view words) const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(
        std::ranges::count_if(lines_, [&](const std::string& line) { return line.find(words) != std::string::npos; }));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() { options_.folder = fresh_folder(); }
  std::unique_ptr<Ledger> open(Observer observe = {}) {
    auto ledger = Ledger::open(options_, store_, std::move(observe), lines_.log());
    EXPECT_TRUE(ledger) << ledger.error().message;
    return *std::move(ledger);
  }
  static void record(Ledger& ledger, int from, int to) {
    for (const std::string& id : ids_between(from, to)) ledger.record(entry(id));
  }
  [[nodiscard]] std::size_t segments() const { return list_segments(options_.folder).size(); }
  [[nodiscard]] std::vector<std::string> journalled_ids() const {
    std::vector<std::string> ids;
    EXPECT_TRUE(read_journal(options_.folder, [&](std::span<const Entry> entries) -> Result<void> {
      for (const Entry& e : entries) ids.push_back(e.id);
      return {};
    }));
    return ids;
  }

  LedgerOptions options_;
  FakeStore store_;
  Lines lines_;
};

TEST_F(LedgerTest, BringsEntriesToTheStoreAndLeavesNoJournalBehind) {
  auto ledger = open();
  record(*ledger, 0, 2'500);
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(store_.ids(), ids_between(0, 2'500));
  EXPECT_EQ(ledger->stats().stored, 2'500u);
  ledger.reset();
  EXPECT_TRUE(std::filesystem::is_empty(options_.folder));
  EXPECT_TRUE(open()->flush());
  EXPECT_EQ(store_.ids(), ids_between(0, 2'500));
}

TEST_F(LedgerTest, ShowsEveryEntryToTheObserverOnce) {
  std::vector<std::string> seen;
  {
    auto ledger = open([&](const Entry& e) { seen.push_back(e.id); });
    record(*ledger, 0, 1'000);
  }
  EXPECT_EQ(seen, ids_between(0, 1'000));
}

TEST_F(LedgerTest, KeepsEntriesInTheirOrderWhileTheStoreIsAway) {
  store_.away = true;
  auto ledger = open();
  record(*ledger, 0, 100);
  EXPECT_FALSE(ledger->flush());
  EXPECT_FALSE(ledger->stats().store_available);
  record(*ledger, 100, 200);
  EXPECT_FALSE(ledger->flush());
  EXPECT_EQ(lines_.count("entries wait in the journal: the fake store is away"), 1) << "an outage is one line";
  EXPECT_EQ(journalled_ids(), ids_between(0, 200));
  store_.away = false;
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(store_.ids(), ids_between(0, 200));
  EXPECT_TRUE(ledger->stats().store_available);
  EXPECT_EQ(ledger->stats().dropped, 0u);
  EXPECT_EQ(lines_.count("the store takes entries again"), 1);
}

TEST_F(LedgerTest, FindsByItselfThatTheStoreIsBack) {
  store_.away = true;
  auto ledger = open();
  record(*ledger, 0, 10);
  ASSERT_TRUE(eventually([&] { return !ledger->stats().store_available; }));
  store_.away = false;
  EXPECT_TRUE(eventually([&] { return store_.ids() == ids_between(0, 10); }));
}

TEST_F(LedgerTest, ReplaysAfterARestartEachEntryOnceAndInOrder) {
  store_.away = true;
  for (int start = 0; start < 3; ++start) {
    auto ledger = open();
    record(*ledger, start * 1'500, (start + 1) * 1'500);
  }
  EXPECT_EQ(segments(), 3u);
  store_.away = false;
  auto ledger = open();
  record(*ledger, 4'500, 4'600);
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(store_.ids(), ids_between(0, 4'600));
  EXPECT_EQ(segments(), 1u) << "only the one being written";
}

TEST_F(LedgerTest, LockedDatabaseDelayedJournalWrites) {
  store_.stuck = true;
  auto ledger = open();
  record(*ledger, 0, 1);
  ASSERT_TRUE(eventually([&] { return store_.inserts > 0; }));
  record(*ledger, 1, 50);
  EXPECT_TRUE(eventually([&] { return ledger->stats().journalled == 50; }));
  EXPECT_EQ(journalled_ids(), ids_between(0, 50));
  store_.stuck = false;
  EXPECT_TRUE(ledger->flush());
}

TEST_F(LedgerTest, ALogThatNobodyReadsDelayedJournalWrites) {
  std::atomic<bool> blocked = true;
  auto ledger = open([&](const Entry&) {
    while (blocked) std::this_thread::sleep_for(1ms);
  });
  record(*ledger, 0, 10);
  EXPECT_TRUE(ledger->flush());
  record(*ledger, 10, 20);
  EXPECT_TRUE(ledger->flush());
  blocked = false;
}

TEST_F(LedgerTest, FlushReturnedBeforeWhatWasRecordedEarlierWasStored) {
  options_.store_interval = 1h;
  options_.write_interval = 1ms;
  auto ledger = open();
  for (int i = 0; i < 200; ++i) {
    record(*ledger, i, i + 1);
    // At different moments of the turn that takes the entry without a flush.
    std::this_thread::sleep_for(std::chrono::microseconds(13 * i));
    ASSERT_TRUE(ledger->flush());
    ASSERT_EQ(store_.ids().size(), static_cast<std::size_t>(i + 1));
  }
}

TEST_F(LedgerTest, FlushesOfSeveralThreadsEachSeeTheirOwnEntries) {
  auto ledger = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        record(*ledger, t * 100 + i, t * 100 + i + 1);
        EXPECT_TRUE(ledger->flush());
        const auto ids = store_.ids();
        EXPECT_NE(std::ranges::find(ids, "req_" + std::to_string(t * 100 + i)), ids.end());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(LedgerTest, ALogThatAskedForTheStatsHung) {
  std::atomic<Ledger*> shared = nullptr;
  std::atomic<int> asked = 0;
  store_.away = true;
  auto ledger = Ledger::open(options_, store_, {}, [&](const std::string&) {
    if (Ledger* const known = shared) asked += known->stats().store_available ? 1 : 1;
  });
  ASSERT_TRUE(ledger);
  shared = ledger->get();
  record(**ledger, 0, 1);
  EXPECT_FALSE((*ledger)->flush());
  EXPECT_GT(asked, 0);
  shared = nullptr;
}

TEST_F(LedgerTest, MadeManySmallSegmentsWhileTheStoreWasAway) {
  store_.away = true;
  auto ledger = open();
  for (int i = 0; i < 30; ++i) {
    record(*ledger, i, i + 1);
    EXPECT_FALSE(ledger->flush());
  }
  EXPECT_EQ(segments(), 1u);
}

TEST_F(LedgerTest, EndsASegmentAtItsSizeAndRemovesItOnceStored) {
  options_.segment_bytes_max = 10'000;
  store_.away = true;
  auto ledger = open();
  record(*ledger, 0, 1'000);
  EXPECT_FALSE(ledger->flush());
  const auto files = list_segments(options_.folder);
  ASSERT_GT(files.size(), 10u);
  for (const SegmentFile& file : files) EXPECT_LE(file.bytes, options_.segment_bytes_max);
  store_.away = false;
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(segments(), 1u);
  EXPECT_EQ(store_.ids(), ids_between(0, 1'000));
  EXPECT_LE(ledger->stats().journal_bytes, options_.segment_bytes_max);
}

TEST_F(LedgerTest, EndsASegmentAtItsAge) {
  options_.segment_age_max = 50ms;
  auto ledger = open();
  record(*ledger, 0, 5);
  EXPECT_TRUE(eventually([&] {
    const LedgerStats now = ledger->stats();
    return now.journalled == 5 && now.journal_bytes == 0 && segments() == 0;
  }));
  EXPECT_EQ(store_.ids(), ids_between(0, 5));
}

// It counted entries that reached the store all the same.
TEST_F(LedgerTest, DroppedCountsExactlyWhatNeverArrives) {
  options_.journal_bytes_max = 40'000;
  options_.held_bytes_max = 20'000;
  store_.away = true;
  auto ledger = open();
  for (int i = 0; i < 50; ++i) {
    record(*ledger, i * 20, (i + 1) * 20);
    EXPECT_FALSE(ledger->flush());
    EXPECT_LE(ledger->stats().journal_bytes, options_.journal_bytes_max);
  }
  const std::uint64_t dropped = ledger->stats().dropped;
  EXPECT_GT(dropped, 0u);
  EXPECT_EQ(lines_.count("the journal is at its limit of 40000 bytes"), 1);
  EXPECT_EQ(lines_.count("entries are dropped"), 1);
  store_.away = false;
  EXPECT_TRUE(eventually([&] { return ledger->flush(); }));
  EXPECT_EQ(ledger->stats().dropped, dropped);
  EXPECT_EQ(lines_.count("the journal takes entries again; " + std::to_string(dropped) + " were dropped"), 1);
  // The oldest stay: they are what was promised first.
  EXPECT_EQ(store_.ids(), ids_between(0, static_cast<int>(1'000 - dropped)));
  record(*ledger, 1'000, 1'001);
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(store_.ids().back(), "req_1000");
}

TEST_F(LedgerTest, EntriesOfAFullDiskWaitInMemoryAndArriveOnce) {
  auto ledger = open();
  record(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full{list_segments(options_.folder).front().bytes + 500, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &full);
  record(*ledger, 10, 30);
  EXPECT_FALSE(ledger->flush());
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(lines_.count("entries are held in memory"), 1);
  EXPECT_TRUE(eventually([&] { return ledger->flush(); }));
  EXPECT_EQ(store_.ids(), ids_between(0, 30));
  EXPECT_EQ(ledger->stats().dropped, 0u);
}

TEST_F(LedgerTest, DropsAndCountsWhatAStalledJournalLeavesNoRoomFor) {
  std::atomic<bool> stalled = true;
  options_.journal_bytes_max = 100;  // Less than one entry: the journal refuses, and says so.
  options_.buffer_bytes_max = 2'000;
  auto opened = Ledger::open(options_, store_, {}, [&, log = lines_.log()](const std::string& line) {
    log(line);
    while (stalled) std::this_thread::sleep_for(1ms);  // As a disk that does not answer.
  });
  ASSERT_TRUE(opened);
  Ledger& ledger = **opened;
  record(ledger, 0, 1);
  ASSERT_TRUE(eventually([&] { return lines_.count("at its limit") == 1; }));
  record(ledger, 1, 101);
  const std::uint64_t dropped = ledger.stats().dropped;
  EXPECT_GT(dropped, 80u);
  EXPECT_LT(dropped, 100u);
  stalled = false;
  EXPECT_FALSE(ledger.flush());
  EXPECT_EQ(lines_.count("held up; " + std::to_string(dropped) + " entries were dropped"), 1);
  EXPECT_EQ(ledger.stats().dropped, dropped);
  opened->reset();
  EXPECT_EQ(lines_.count(std::to_string(101 - dropped) + " entries could not be journalled and are lost"), 1);
}

TEST_F(LedgerTest, CountsWhatAStuckObserverMissed) {
  std::atomic<bool> stuck = true;
  std::atomic<int> seen = 0;
  options_.observer_bytes_max = 2'000;
  auto ledger = open([&](const Entry&) {
    while (stuck) std::this_thread::sleep_for(1ms);
    ++seen;
  });
  for (int i = 0; i < 50; ++i) {
    record(*ledger, i, i + 1);
    EXPECT_TRUE(ledger->flush());
  }
  const std::uint64_t missed = ledger->stats().unobserved;
  EXPECT_GT(missed, 0u);
  stuck = false;
  EXPECT_TRUE(eventually([&] { return seen + static_cast<int>(missed) == 50; }));
}

// Damage is not what a killed process leaves: the file is set aside for a person to look at, not deleted.
TEST_F(LedgerTest, SetsADamagedSegmentAsideAndTakesWhatIsGood) {
  std::string text(kSegmentMagic);
  frame_entry(entry("good"), text);
  frame_entry(entry("bad"), text);
  std::string sealed = text.substr(kSegmentMagic.size());
  seal_records(sealed);
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  std::filesystem::create_directories(options_.folder);
  const auto path = segment_path(options_.folder, 1);
  std::ofstream(path, std::ios::binary) << kSegmentMagic << sealed;
  EXPECT_TRUE(open()->flush());
  EXPECT_EQ(store_.ids(), std::vector<std::string>{"good"});
  EXPECT_TRUE(std::filesystem::exists(path.string() + ".damaged"));
  EXPECT_EQ(lines_.count("set aside"), 1);
}

TEST_F(LedgerTest, KeepsASegmentThatCannotBeReadAndGoesOn) {
  const auto path = segment_path(options_.folder, 1);
  std::filesystem::create_directories(path / "in the way");
  auto ledger = open();
  record(*ledger, 0, 10);
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(store_.ids(), ids_between(0, 10));
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(lines_.count("cannot be read"), 1);
}

#ifdef SWITCHYARD_COUNTS_ALLOCATIONS
TEST_F(LedgerTest, RecordReallocatedItsBufferEveryTurn) {
  auto ledger = open();
  const Entry e = entry("req_with_an_id_that_does_not_fit_into_the_string_itself");
  const auto burst = [&] {
    for (int i = 0; i < 100; ++i) ledger->record(e);
    EXPECT_TRUE(ledger->flush());
  };
  burst();  // Warms one buffer,
  burst();  // and the other.
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i) ledger->record(e);
  EXPECT_EQ(allocations, before);
}
#endif

TEST_F(LedgerTest, TakesEntriesFromManyThreads) {
  auto ledger = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([&, t] { record(*ledger, t * 1'000, (t + 1) * 1'000); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(ledger->flush());
  auto ids = store_.ids(), want = ids_between(0, 4'000);
  std::ranges::sort(ids);
  std::ranges::sort(want);
  EXPECT_EQ(ids, want);
}

}  // namespace
}  // namespace switchyard::ledger
