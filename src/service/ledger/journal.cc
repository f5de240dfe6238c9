#include "service/ledger/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace switchyard::ledger {
namespace {

std::unexpected<Error> failed(const std::string& what) {
  return fail(ErrorKind::kUnavailable, "ledger journal: " + what + ": " + std::strerror(errno));
}

}  // namespace

Result<Journal> Journal::open(std::filesystem::path folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return fail(ErrorKind::kUnavailable, "ledger journal: '" + folder.string() + "': " + code.message());
  // A synced file in a folder whose own name is not on the disk would be gone after a power cut. A parent that may not
  // be read was not made here.
  [[maybe_unused]] const auto parent = sync_folder(std::filesystem::absolute(folder).parent_path());
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) != 0) return failed("'" + folder.string() + "'");
  const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd < 0 || ::flock(folder_fd, LOCK_EX | LOCK_NB) != 0) {
    auto error = failed("'" + folder.string() + "' is used by another process");
    if (folder_fd >= 0) ::close(folder_fd);
    return error;
  }
  return Journal(std::move(folder), folder_fd);
}

Journal::Journal(std::filesystem::path folder, int folder_fd)
    : folder_(std::move(folder)),
      folder_fd_(folder_fd),
      found_(list_segments(folder_)),
      number_(last_segment_number(folder_)) {}

Journal::Journal(Journal&& other) noexcept
    : folder_(std::move(other.folder_)),
      folder_fd_(std::exchange(other.folder_fd_, -1)),
      found_(std::move(other.found_)),
      number_(other.number_),
      fd_(std::exchange(other.fd_, -1)),
      bytes_(other.bytes_),
      bytes_unsynced_(other.bytes_unsynced_),
      name_unsynced_(other.name_unsynced_) {}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
  if (folder_fd_ >= 0) ::close(folder_fd_);
}

Result<void> Journal::begin_segment() {
  const std::filesystem::path path = segment_path(folder_, number_ + 1);
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd_ < 0) return failed("'" + path.string() + "'");
  ++number_;
  name_unsynced_ = true;
  if (auto written = write_all(kSegmentMagic); !written) {
    end_segment();
    ::unlink(path.c_str());
    return written;
  }
  bytes_ = kSegmentMagic.size();
  return {};
}

Result<void> Journal::append(std::string_view records) {
  if (fd_ < 0) SY_CHECK(begin_segment());
  if (auto written = write_all(records); !written) {
    // Readers stop at a record that was cut: nothing may follow it.
    if (::ftruncate(fd_, static_cast<off_t>(bytes_)) != 0) end_segment();
    return written;
  }
  bytes_ += records.size();
  bytes_unsynced_ = true;
  return {};
}

Result<void> Journal::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> Journal::sync() {
  if (bytes_unsynced_) {
    bytes_unsynced_ = false;
    if (::fdatasync(fd_) != 0) {
      auto error = failed("fdatasync");
      end_segment();
      return error;
    }
  }
  // POSIX promises a new file's name only with its folder's own sync.
  if (name_unsynced_) {
    SY_CHECK(sync_folder(folder_fd_));
    name_unsynced_ = false;
  }
  return {};
}

Result<void> Journal::rotate() {
  auto synced = sync();
  end_segment();
  return synced;
}

void Journal::end_segment() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  bytes_ = 0;
  bytes_unsynced_ = false;
}

}  // namespace switchyard::ledger
