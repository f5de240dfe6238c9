#include "service/ledger/segment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace switchyard::ledger {
namespace {

constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kNumberDigits = 12;        // So that names sort as numbers in a listing.
constexpr std::size_t kPieceBytes = 256 * 1024;  // A read costs little against its copy from there on.
constexpr std::size_t kBatchMax = 1'000;         // Entries handed over at once.

/// The number of "000000000007.journal" and of names that begin with it, or 0.
std::uint64_t number_of(std::string_view name) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool ours =
      code == std::errc() && name.substr(static_cast<std::size_t>(end - name.data())).starts_with(kSuffix);
  return ours ? number : 0;
}

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t number) {
  std::string name = std::to_string(number);
  name.insert(0, kNumberDigits - std::min(kNumberDigits, name.size()), '0');
  return folder / name.append(kSuffix);
}

std::vector<SegmentFile> list_segments(const std::filesystem::path& folder) {
  std::vector<SegmentFile> found;
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    const std::string name = at->path().filename().string();
    if (!name.ends_with(kSuffix) || number_of(name) == 0) continue;
    std::error_code unreadable;
    const std::uint64_t bytes = std::filesystem::file_size(at->path(), unreadable);
    found.push_back({number_of(name), at->path(), unreadable ? 0 : bytes});
  }
  std::ranges::sort(found, {}, &SegmentFile::number);
  return found;
}

std::uint64_t last_segment_number(const std::filesystem::path& folder) {
  std::uint64_t last = 0;
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    last = std::max(last, number_of(at->path().filename().string()));
  }
  return last;
}

Result<void> sync_folder(int fd) {
  // Some file systems cannot sync a folder, and keep names in their own way.
  if (::fsync(fd) == 0 || errno == EINVAL) return {};
  return fail(ErrorKind::kUnavailable, std::string("ledger journal: fsync of the folder: ") + std::strerror(errno));
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail(ErrorKind::kUnavailable, "ledger journal: '" + folder.string() + "': " + std::strerror(errno));
  auto synced = sync_folder(fd);
  ::close(fd);
  return synced;
}

Result<SegmentReader> SegmentReader::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about{};
  if (fd >= 0 && ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) return SegmentReader(fd);
  if (fd >= 0) {
    ::close(fd);
    return fail(ErrorKind::kUnavailable, "ledger journal: '" + path.string() + "' is no file");
  }
  const bool passes = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
  return fail(ErrorKind::kUnavailable, "ledger journal: '" + path.string() + "': " + std::strerror(errno), {},
              passes ? Retry::kSameUpstreamLater : Retry::kNever);
}

SegmentReader::SegmentReader(SegmentReader&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      buffer_at_(other.buffer_at_),
      offset_(other.offset_) {}

SegmentReader& SegmentReader::operator=(SegmentReader&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(buffer_, other.buffer_);
  std::swap(buffer_at_, other.buffer_at_);
  std::swap(offset_, other.offset_);
  return *this;
}

SegmentReader::~SegmentReader() {
  if (fd_ >= 0) ::close(fd_);
}

std::string_view SegmentReader::ahead(std::uint64_t end) const {
  const std::string_view rest = std::string_view(buffer_).substr(offset_ - buffer_at_);
  return rest.substr(0, end > offset_ ? end - offset_ : 0);
}

bool SegmentReader::fill() {
  buffer_.erase(0, offset_ - buffer_at_);
  buffer_at_ = offset_;
  const std::size_t held = buffer_.size();
  buffer_.resize(held + kPieceBytes);
  ssize_t got = -1;
  do {
    got = ::pread(fd_, buffer_.data() + held, kPieceBytes, static_cast<off_t>(buffer_at_ + held));
  } while (got < 0 && errno == EINTR);
  buffer_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return got > 0;
}

SegmentReader::State SegmentReader::next(std::uint64_t end, std::string_view& record) {
  for (;;) {
    const std::string_view rest = ahead(end);
    const bool is_all = offset_ + rest.size() >= end;
    if (rest.empty() && is_all) return State::kEnd;
    if (offset_ == 0) {
      const std::size_t seen = std::min(rest.size(), kSegmentMagic.size());
      if (rest.substr(0, seen) != kSegmentMagic.substr(0, seen)) return State::kDamaged;
      if (seen == kSegmentMagic.size()) {
        offset_ = seen;
        continue;
      }
    } else {
      const ParsedRecord parsed = parse_record(rest);
      if (parsed.state == RecordState::kDamaged) return State::kDamaged;
      if (parsed.state == RecordState::kWhole) {
        record = parsed.bytes;
        offset_ += kRecordHeadBytes + parsed.bytes.size();
        return State::kRecord;
      }
    }
    if (is_all) return State::kCut;
    if (!fill()) return State::kFailed;
  }
}

Result<void> read_journal(const std::filesystem::path& folder,
                          const std::function<Result<void>(std::span<const Entry>)>& see) {
  std::vector<Entry> batch;
  for (const SegmentFile& file : list_segments(folder)) {
    auto reader = SegmentReader::open(file.path);
    if (!reader) continue;  // Stored and removed since the listing.
    std::string_view record;
    while (reader->next(file.bytes, record) == SegmentReader::State::kRecord) {
      if (auto entry = decode(record)) batch.push_back(*std::move(entry));
      if (batch.size() < kBatchMax) continue;
      SY_CHECK(see(batch));
      batch.clear();
    }
  }
  return batch.empty() ? Result<void>() : see(batch);
}

}  // namespace switchyard::ledger
