#include "service/ledger/journal.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include "service/ledger/ledger_test_support.h"
#include "service/ledger/storer.h"

namespace {
std::atomic<int> folder_syncs = 0, file_syncs = 0;
std::atomic<bool> file_syncs_fail = false;
}  // namespace

// The C library's own, counted: the difference between them and none shows only after a power cut.
extern "C" int fsync(int fd) {
  struct stat about{};
  if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) ++folder_syncs;
  return static_cast<int>(syscall(SYS_fsync, fd));
}
extern "C" int fdatasync(int fd) {
  ++file_syncs;
  if (file_syncs_fail) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

namespace switchyard::ledger {
namespace {

std::string records(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) frame_entry(entry(id), text);
  EXPECT_EQ(seal_records(text), ids.size());
  return text;
}

std::filesystem::path write_segment(const std::filesystem::path& folder, std::uint64_t number, std::string_view text) {
  std::filesystem::create_directories(folder);
  std::ofstream(segment_path(folder, number), std::ios::binary) << text;
  return segment_path(folder, number);
}

std::vector<std::string> journalled_ids(const std::filesystem::path& folder) {
  std::vector<std::string> ids;
  EXPECT_TRUE(read_journal(folder, [&](std::span<const Entry> entries) -> Result<void> {
    for (const Entry& e : entries) ids.push_back(e.id);
    return {};
  }));
  return ids;
}

/// Reads a segment to its end; returns how that was and how many records came before.
std::pair<SegmentReader::State, int> read_to_end(const std::filesystem::path& path, std::uint64_t end) {
  auto reader = SegmentReader::open(path);
  EXPECT_TRUE(reader);
  std::string_view record;
  for (int count = 0;; ++count) {
    const auto state = reader->next(end, record);
    if (state != SegmentReader::State::kRecord) return {state, count};
  }
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

TEST(Entry, TellsAnEstimateFromACostThatNobodyKnows) {
  for (const bool estimated : {false, true}) {
    for (const bool unknown : {false, true}) {
      Entry e = entry("req_flags");
      e.usage_estimated = estimated;
      e.cost_unknown = unknown;
      std::string bytes;
      encode(e, bytes);
      const auto again = decode(bytes);
      ASSERT_TRUE(again);
      EXPECT_EQ(*again, e);
    }
  }
}

TEST(Entry, CutsATextThatIsTooLongForItsLength) {
  std::string bytes;
  Entry long_one = entry(std::string(70'000, 'x'));
  encode(long_one, bytes);
  const auto again = decode(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id.size(), 65'535u);
  EXPECT_EQ(again->attempts, long_one.attempts);
}

// A process or a machine may die at any byte of a write.
TEST(SegmentReader, KeepsEveryRecordBeforeACut) {
  const auto folder = fresh_folder();
  std::string text(kSegmentMagic);
  std::vector<std::size_t> ends = {text.size()};
  for (const char* id : {"one", "", "three"}) {
    text += records({id});
    ends.push_back(text.size());
  }
  const auto path = write_segment(folder, 1, text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    int whole = 0;
    while (static_cast<std::size_t>(whole) + 1 < ends.size() && ends[static_cast<std::size_t>(whole) + 1] <= cut)
      ++whole;
    const bool at_end = cut == 0 || std::ranges::find(ends, cut) != ends.end();
    const auto want = at_end ? SegmentReader::State::kEnd : SegmentReader::State::kCut;
    EXPECT_EQ(read_to_end(path, cut), std::pair(want, whole)) << cut;
  }
}

TEST(SegmentReader, StopsAtADamagedRecord) {
  std::string text = std::string(kSegmentMagic) + records({"good", "damaged"});
  text.back() = static_cast<char>(text.back() ^ 1);
  const auto path = write_segment(fresh_folder(), 1, text + records({"behind"}));
  EXPECT_EQ(read_to_end(path, std::filesystem::file_size(path)), std::pair(SegmentReader::State::kDamaged, 1));
}

// A length and a checksum of zero fit each other: they were read as empty records.
TEST(SegmentReader, TakesZerosAfterAPowerCutForNoRecords) {
  const std::string text = std::string(kSegmentMagic) + records({"good"}) + std::string(64, '\0');
  const auto path = write_segment(fresh_folder(), 1, text);
  EXPECT_EQ(read_to_end(path, text.size()), std::pair(SegmentReader::State::kDamaged, 1));
}

TEST(SegmentReader, ReadsSegmentsLargerThanItsPiecesAndGoesOnWhenTheyGrow) {
  const auto path = write_segment(fresh_folder(), 1, std::string(kSegmentMagic) + records(ids_between(0, 3'000)));
  const auto half = std::filesystem::file_size(path);
  std::ofstream(path, std::ios::binary | std::ios::app) << records(ids_between(3'000, 6'000));
  auto reader = SegmentReader::open(path);
  ASSERT_TRUE(reader);
  std::string_view record;
  int count = 0;
  for (const auto end : {half, std::filesystem::file_size(path)}) {
    while (reader->next(end, record) == SegmentReader::State::kRecord) {
      ASSERT_EQ(decode(record)->id, "req_" + std::to_string(count++));
    }
    EXPECT_EQ(reader->offset(), end);
  }
  EXPECT_EQ(count, 6'000);
}

TEST(Journal, BelongsToOneProcessAtATime) {
  const auto folder = fresh_folder();
  const auto first = Journal::open(folder);
  ASSERT_TRUE(first);
  const auto second = Journal::open(folder);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
}

TEST(Journal, LeavesNoFileForAProcessThatRecordedNothing) {
  const auto folder = fresh_folder();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Journal::open(folder)->sync());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

// A segment that was set aside keeps its number: a later one of that number would overwrite it when it is set aside
// too.
TEST(Journal, NeverReusesTheNumberOfASegmentThatIsThere) {
  const auto folder = fresh_folder();
  write_segment(folder, 7, "damaged");
  std::filesystem::rename(segment_path(folder, 7), segment_path(folder, 7).string() + ".damaged");
  auto journal = Journal::open(folder);
  ASSERT_TRUE(journal->append(records({"a"})));
  EXPECT_EQ(journal->number(), 8u);
}

// The names of a folder are on the disk only once the folder is synced: the whole segment was gone after a power cut.
TEST(Journal, LosesNoNewSegmentToAPowerCutAfterASync) {
  auto journal = Journal::open(fresh_folder());
  const int before = folder_syncs;
  ASSERT_TRUE(journal->append(records({"a"})));
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(folder_syncs, before + 1);
  ASSERT_TRUE(journal->append(records({"b"})));
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(folder_syncs, before + 1) << "once a segment is enough";
}

// What was appended after the last sync was never synced if a rotation came first.
TEST(Journal, SyncsASegmentThatItEnds) {
  auto journal = Journal::open(fresh_folder());
  ASSERT_TRUE(journal->append(records({"a"})));
  const int before = file_syncs;
  ASSERT_TRUE(journal->rotate());
  EXPECT_EQ(file_syncs, before + 1);
}

// After a failed fdatasync the kernel may drop the pages and call the next one a success.
TEST(Journal, WritesToANewSegmentAfterAFailedSync) {
  const auto folder = fresh_folder();
  auto journal = Journal::open(folder);
  ASSERT_TRUE(journal->append(records({"a"})));
  file_syncs_fail = true;
  EXPECT_FALSE(journal->sync());
  file_syncs_fail = false;
  ASSERT_TRUE(journal->append(records({"b"})));
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(journal->number(), 2u);
  EXPECT_EQ(journalled_ids(folder), (std::vector<std::string>{"a", "b"}));
}

/// Makes writes beyond `bytes` of any file fail, as a full disk does; a write that crosses the limit is cut.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

// What followed half a record could never be read back.
TEST(Journal, LeavesNoHalfRecordWhenTheDiskIsFull) {
  const auto folder = fresh_folder();
  auto journal = Journal::open(folder);
  ASSERT_TRUE(journal->append(records({"a"})));
  {
    const FullDisk full(journal->segment_bytes() + 20);
    EXPECT_FALSE(journal->append(records({"refused"})));
  }
  ASSERT_TRUE(journal->append(records({"b"})));
  EXPECT_EQ(journalled_ids(folder), (std::vector<std::string>{"a", "b"}));
}

// A removal that a power cut undoes costs a replay at the next start; the name is synced away with the segment.
TEST(Storer, SyncsTheFolderWhenItHasRemovedASegment) {
  const auto folder = fresh_folder();
  write_segment(folder, 1, std::string(kSegmentMagic) + records({"a"}));
  const int before = folder_syncs;
  FakeStore store;
  Storer storer(folder, std::chrono::milliseconds(1), store, [](const std::string&) {}, list_segments(folder));
  EXPECT_TRUE(storer.flush());
  EXPECT_EQ(store.ids(), std::vector<std::string>{"a"});
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_EQ(folder_syncs, before + 1);
}

// kill -9 at random moments: what was reported as written is there.
TEST(Journal, SurvivesBeingKilledAtAnyMoment) {
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
        if (!journal->append(records({id})) || write(ends[1], id.data(), id.size()) < 0) _exit(1);
      }
    }
    ::close(ends[1]);
    char first = 0;
    ASSERT_EQ(read(ends[0], &first, 1), 1);
    usleep(static_cast<useconds_t>(1373 * round));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    std::string text(1, first);
    char bytes[65536];
    for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;)
      text.append(bytes, static_cast<std::size_t>(got));
    ::close(ends[0]);
    for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      reported.insert(text.substr(at, end + 1 - at));
  }
  const auto ids = journalled_ids(folder);
  const std::set<std::string> found(ids.begin(), ids.end());
  EXPECT_EQ(found.size(), ids.size());
  ASSERT_GE(reported.size(), 20u);
  EXPECT_TRUE(std::ranges::includes(found, reported));
}

}  // namespace
}  // namespace switchyard::ledger
