#include "service/ledger/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/sha256.h"

namespace switchyard::ledger {
namespace {

constexpr std::string_view kMagic = "SYLEDG1\n";
constexpr std::string_view kSuffix = ".journal";

std::unexpected<Error> failed(const std::string& what) {
  return fail(ErrorKind::kUnavailable, "ledger journal: " + what + ": " + std::strerror(errno));
}

std::uint32_t read_u32(const char* from) {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

std::uint64_t number_of(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  std::uint64_t number = 0;
  if (name.ends_with(kSuffix)) std::from_chars(name.data(), name.data() + name.size() - kSuffix.size(), number);
  return number;
}

std::vector<std::filesystem::path> segments(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (number_of(entry.path()) > 0) found.push_back(entry.path());
  }
  std::ranges::sort(found, {}, number_of);
  return found;
}

}  // namespace

void frame_record(std::string_view bytes, std::string& out) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t crc = crc32c(bytes);
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(reinterpret_cast<const char*>(&crc), sizeof crc);
  out.append(bytes);
}

std::size_t read_records(std::string_view segment, const std::function<void(std::string_view)>& see) {
  if (!segment.starts_with(kMagic)) return 0;
  std::size_t at = kMagic.size();
  while (segment.size() - at >= 8) {
    const std::uint32_t size = read_u32(segment.data() + at), crc = read_u32(segment.data() + at + 4);
    if (size > kRecordBytesMax || segment.size() - at - 8 < size) break;
    const std::string_view bytes = segment.substr(at + 8, size);
    if (crc32c(bytes) != crc) break;
    see(bytes);
    at += 8 + size;
  }
  return at;
}

bool is_cut_record(std::string_view rest) { return rest.size() < 8 || read_u32(rest.data()) > rest.size() - 8; }

Result<Journal> Journal::open(std::filesystem::path folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return fail(ErrorKind::kUnavailable, "ledger journal: '" + folder.string() + "': " + code.message());
  const int lock_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_fd < 0 || ::flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
    auto error = failed("'" + folder.string() + "' is used by another process");
    if (lock_fd >= 0) ::close(lock_fd);
    return error;
  }
  const auto present = segments(folder);
  Journal journal(std::move(folder), present.empty() ? 0 : number_of(present.back()));
  journal.lock_fd_ = lock_fd;
  SY_CHECK(journal.rotate());
  return journal;
}

Journal::Journal(Journal&& other) noexcept
    : folder_(std::move(other.folder_)),
      number_(other.number_),
      fd_(std::exchange(other.fd_, -1)),
      lock_fd_(std::exchange(other.lock_fd_, -1)),
      bytes_(other.bytes_) {}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

Result<void> Journal::rotate() {
  ++number_;
  std::string name = std::to_string(number_);
  name.insert(0, 12 - std::min<std::size_t>(12, name.size()), '0');
  const std::filesystem::path path = folder_ / (name + std::string(kSuffix));
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return failed("'" + path.string() + "'");
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  bytes_ = 0;
  return append(kMagic);
}

Result<void> Journal::append(std::string_view framed) {
  while (!framed.empty()) {
    const ssize_t put = ::write(fd_, framed.data(), framed.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("write");
    bytes_ += static_cast<std::uint64_t>(put);
    framed.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> Journal::sync() {
  if (::fdatasync(fd_) != 0) return failed("fdatasync");
  return {};
}

std::vector<std::filesystem::path> Journal::closed() const {
  auto found = segments(folder_);
  std::erase_if(found, [this](const auto& path) { return number_of(path) == number_; });
  return found;
}

std::uint64_t Journal::closed_bytes() const {
  std::uint64_t total = 0;
  std::error_code ignored;
  for (const auto& path : closed()) total += std::filesystem::file_size(path, ignored);
  return total;
}

}  // namespace switchyard::ledger
