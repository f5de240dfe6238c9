#include "net/http_server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <unordered_map>

#include "net/server_connection.h"

namespace switchyard::net {
namespace {

constexpr std::size_t kBuffersKept = 2;
constexpr std::size_t kBufferBytesKept = 1 << 20;
constexpr std::chrono::seconds kBufferTime{5};          ///< How long an idle server keeps large buffers.
constexpr std::size_t kRefusalsMax = 256;               ///< Connections above the cap that are still told so.
constexpr std::chrono::milliseconds kAcceptPause{100};  ///< When the process is out of descriptors.
constexpr int kBacklog = 4096;

std::unexpected<Error> cannot(const std::string& what, const std::string& address) {
  return fail(ErrorKind::kUnavailable, "listen " + address + ": " + what + ": " + std::strerror(errno));
}

struct HostPort {
  std::string host, port;
};

/// "host:port" or "[v6]:port".
Result<HostPort> split_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) {
    return fail(ErrorKind::kInvalidRequest, "listen '" + text + "': expected host:port or unix:/path");
  }
  std::string host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return HostPort{std::move(host), text.substr(colon + 1)};
}

Result<int> listen_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(ErrorKind::kInvalidRequest, "listen unix:" + path + ": expected a path of 1 to 107 bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot("socket", path);
  ::unlink(path.c_str());
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, kBacklog) != 0) {
    auto error = cannot("bind", path);
    ::close(fd);
    return error;
  }
  return fd;
}

Result<int> listen_tcp(const std::string& text) {
  SY_TRY(const HostPort parts, split_address(text));
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* const host = parts.host.empty() ? nullptr : parts.host.c_str();
  if (const int code = getaddrinfo(host, parts.port.c_str(), &hints, &found); code != 0) {
    return fail(ErrorKind::kInvalidRequest, "listen '" + text + "': " + gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot("socket", text);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd, kBacklog) != 0) {
    auto error = cannot("bind", text);
    ::close(fd);
    return error;
  }
  return fd;
}

}  // namespace

std::string_view ServerShared::date_line() {
  const auto wall = loop.clock().wall();
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count();
  if (second != date_second_) {
    date_second_ = second;
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    date_line_.assign(text, std::strftime(text, sizeof text, "date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts));
  }
  return date_line_;
}

Buffer ServerShared::take_buffer() {
  if (buffers_.empty()) return {};
  Buffer buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void ServerShared::give_buffer(Buffer buffer) {
  if (buffers_.size() < kBuffersKept && buffer.capacity() <= kBufferBytesKept) buffers_.push_back(std::move(buffer));
  if (!buffer_timer_.armed()) buffer_timer_.arm_after(kBufferTime);
}

struct HttpServer::Impl final : FdWatcher {
  Impl(EventLoop& event_loop, Handler handler, ServerOptions options)
      : shared(event_loop, std::move(handler), std::move(options)),
        accept_timer(event_loop, [this] { resume_accept(); }) {
    if (shared.options.connections == nullptr) shared.options.connections = &own_count;
    shared.on_closed = [this](ServerConnection& connection) { forget(connection); };
  }
  ~Impl() {
    stop_listening();
    connections.clear();
  }

  void on_events(std::uint32_t) override {
    for (int i = 0; i < 64; ++i) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause_accept();
        if (errno == EINTR || errno == ECONNABORTED) continue;
        return;
      }
      accepted(fd);
      if (listener < 0) return;
    }
  }

  void accepted(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // Fails on Unix sockets, which never wait.
    const std::size_t open = shared.options.connections->fetch_add(1) + 1;
    const std::size_t most = shared.options.limits.connections_max;
    if (open > most + kRefusalsMax) {
      shared.options.connections->fetch_sub(1);
      ::close(fd);
      return;
    }
    auto connection =
        std::make_unique<ServerConnection>(shared, fd, open > most ? Admission::kRefuse : Admission::kServe);
    ServerConnection& started = *connection;
    connections.emplace(&started, std::move(connection));
    spawn(started.run());
  }

  void forget(ServerConnection& connection) {
    shared.options.connections->fetch_sub(1);
    const auto found = connections.find(&connection);
    // The connection is still on the stack.
    graveyard.push_back(std::move(found->second));
    connections.erase(found);
    if (graveyard.size() == 1)
      shared.loop.defer([alive = std::weak_ptr(token), this] {
        if (!alive.expired()) graveyard.clear();
      });
  }

  void pause_accept() {
    shared.loop.remove(listener, *this);
    accept_timer.arm_after(kAcceptPause);
  }
  void resume_accept() {
    if (listener >= 0) shared.loop.add_listener(listener, *this);
  }
  void stop_listening() {
    if (listener < 0) return;
    if (!accept_timer.armed()) shared.loop.remove(listener, *this);
    accept_timer.cancel();
    ::close(listener);
    listener = -1;
  }
  template <class Action>
  void for_each(Action action) {
    std::vector<ServerConnection*> all;
    for (const auto& [connection, owned] : connections) all.push_back(connection);
    for (ServerConnection* connection : all) {
      if (connections.contains(connection)) action(*connection);
    }
  }

  ServerShared shared;
  Timer accept_timer;
  int listener = -1;
  std::atomic<std::size_t> own_count = 0;
  std::unordered_map<ServerConnection*, std::unique_ptr<ServerConnection>> connections;
  std::vector<std::unique_ptr<ServerConnection>> graveyard;
  std::shared_ptr<int> token = std::make_shared<int>();
};

HttpServer::HttpServer(EventLoop& loop, Handler handler, ServerOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(handler), std::move(options))) {}

HttpServer::~HttpServer() { shut_down(); }

Result<void> HttpServer::listen(const ListenAddress& address) {
  constexpr std::string_view kUnix = "unix:";
  SY_TRY(const int fd,
         address.text.starts_with(kUnix) ? listen_unix(address.text.substr(kUnix.size())) : listen_tcp(address.text));
  impl_->listener = fd;
  impl_->shared.loop.add_listener(fd, *impl_);
  return {};
}

std::uint16_t HttpServer::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

void HttpServer::drain() {
  impl_->stop_listening();
  impl_->shared.draining = true;
  impl_->for_each([](ServerConnection& connection) { connection.drain(); });
}

std::size_t HttpServer::open_connections() const { return impl_->connections.size(); }

void HttpServer::shut_down() {
  impl_->stop_listening();
  impl_->shared.draining = true;
  impl_->for_each([](ServerConnection& connection) { connection.cut(); });
}

}  // namespace switchyard::net
