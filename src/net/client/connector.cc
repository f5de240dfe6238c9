#include "net/client/connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "net/http1.h"

namespace switchyard::net {
namespace {

constexpr std::chrono::milliseconds kHeadStart{250};  ///< RFC 8305, section 5: "Connection Attempt Delay".
constexpr std::size_t kTunnelHeadBytesMax =
    16 * 1024;  ///< All heads of a CONNECT together; real ones have a few lines.

Error unreachable(std::string detail) {
  return Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream, "the provider could not be reached",
               std::move(detail), std::nullopt};
}
Error too_slow() {
  return Error{ErrorKind::kUpstreamTimeout,
               Retry::kOtherUpstream,
               "the provider could not be reached in time",
               {},
               std::nullopt};
}
Error cancelled() { return Error{ErrorKind::kCancelled, Retry::kNever, "the request was cancelled", {}, std::nullopt}; }

/// A socket whose connect is under way.
Result<std::unique_ptr<Stream>> begin_connect(EventLoop& loop, const Address& address) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::unexpected(unreachable(std::strerror(errno)));
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) != 0 && errno != EINPROGRESS) {
    Error error = unreachable(std::strerror(errno));
    ::close(fd);
    return std::unexpected(std::move(error));
  }
  return std::make_unique<Stream>(loop, fd);
}

/// Several connects at once; the first that succeeds wins. Shared by its runners, so that the last one out frees it.
struct Race {
  explicit Race(EventLoop& event_loop) : loop(event_loop), wake(event_loop, [this] { resume(); }) {}

  void resume() {
    wake.disarm();
    if (waiting) std::exchange(waiting, {}).resume();
  }
  void stop(const Error& why) {
    over = true;
    if (!failure || why.kind != ErrorKind::kUpstreamUnavailable) failure = why;
    for (Stream* stream : std::vector(running)) stream->cancel(why);
    resume();
  }
  /// Waits until `at`, or until a runner has something to say.
  auto until(SteadyTime at) {
    struct Awaiter {
      Race& race;
      SteadyTime at;
      [[nodiscard]] bool await_ready() const { return race.over || race.winner != nullptr || race.news; }
      void await_suspend(std::coroutine_handle<> handle) {
        race.waiting = handle;
        race.wake.arm(at);
      }
      void await_resume() const { race.news = false; }
    };
    return Awaiter{*this, at};
  }

  EventLoop& loop;
  Timer wake;
  std::coroutine_handle<> waiting;
  std::vector<Stream*> running;
  std::unique_ptr<Stream> winner;
  std::optional<Error> failure;
  bool over = false, news = false;
};

Task<void> run_one(std::shared_ptr<Race> race, std::unique_ptr<Stream> stream) {
  race->running.push_back(stream.get());
  auto connected = co_await stream->connected();
  std::erase(race->running, stream.get());
  race->news = true;
  if (connected && !race->over && race->winner == nullptr) {
    race->winner = std::move(stream);
    for (Stream* loser : std::vector(race->running)) loser->cancel(cancelled());
  } else if (!connected && !race->failure) {
    race->failure = unreachable(connected.error().detail);
  }
  race->resume();
}

/// The final status of a CONNECT: interim heads (1xx) are skipped. Any bytes behind the final head are refused, since
/// the origin speaks only after TLS has begun, so that what stands there belongs to nobody.
Task<Result<int>> tunnel_status(Stream& stream) {
  std::string bytes;
  std::size_t begin = 0, scanned = 0;
  for (;;) {
    const std::string_view rest = std::string_view(bytes).substr(begin);
    if (const auto size = find_head_end(rest, scanned)) {
      ResponseHead head;
      // A HEAD's answer has no body whatever its fields say, and so has that to CONNECT (RFC 9110, section 9.3.6).
      auto parsed = parse_response_head(rest.substr(0, *size), "HEAD", {}, head);
      if (!parsed) co_return std::unexpected(std::move(parsed).error());
      begin += *size;
      scanned = 0;
      if (head.status < 200) continue;
      if (head.status < 300 && begin != bytes.size()) {
        co_return std::unexpected(unreachable("proxy: bytes behind its answer to CONNECT"));
      }
      co_return head.status;
    }
    if (bytes.size() > kTunnelHeadBytesMax) co_return std::unexpected(unreachable("proxy: heads of too many bytes"));
    char piece[1024];
    auto got = co_await stream.read_some(piece);
    if (!got) co_return std::unexpected(std::move(got).error());
    if (*got == 0) co_return std::unexpected(unreachable("proxy: closed before its answer to CONNECT"));
    bytes.append(piece, *got);
  }
}

}  // namespace

/// The last TLS session of each host, for resumption.
struct Connector::Sessions {
  std::unordered_map<std::string, std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>> of_host;
};

Connector::Connector(EventLoop& loop, const ClientOptions& options, ProxyRules proxy, LookUp look_up)
    : loop_(loop),
      tls_(options.tls),
      proxy_(std::move(proxy)),
      resolver_(loop, options.dns_max_age, std::move(look_up)),
      sessions_(std::make_unique<Sessions>()) {}
Connector::~Connector() = default;

Task<Result<std::unique_ptr<Stream>>> Connector::connect(const Origin& origin, SteadyTime until, CancelToken& token) {
  const bool proxied = proxy_.applies(origin);
  auto addresses = co_await resolver_.resolve(proxied ? proxy_.host : origin.host, proxied ? proxy_.port : origin.port,
                                              until, token);
  if (!addresses) co_return std::unexpected(std::move(addresses).error());
  if (token.cancelled()) co_return std::unexpected(cancelled());
  auto stream = co_await race(*std::move(addresses), until, token);
  if (!stream || !origin.tls) co_return stream;

  Stream& raw = **stream;
  Timer timer(loop_, [&raw] { raw.cancel(too_slow()); });
  timer.arm(until);
  token.set([&raw] { raw.cancel(cancelled()); });
  Result<void> ready;
  if (proxied) ready = co_await tunnel(raw, origin);
  if (ready) ready = co_await secure(raw, origin);
  token.set({});
  if (!ready) co_return std::unexpected(std::move(ready).error());
  co_return stream;
}

Task<Result<std::unique_ptr<Stream>>> Connector::race(std::shared_ptr<const Addresses> addresses, SteadyTime until,
                                                      CancelToken& token) {
  const auto race = std::make_shared<Race>(loop_);
  token.set([race] { race->stop(cancelled()); });
  std::size_t next = 0;
  SteadyTime next_start = loop_.now();
  while (!race->over && race->winner == nullptr) {
    if (loop_.now() >= until) {
      race->stop(too_slow());
      break;
    }
    const bool may_start = next < addresses->size() && (race->running.empty() || loop_.now() >= next_start);
    if (may_start) {
      auto stream = begin_connect(loop_, (*addresses)[next++]);
      next_start = loop_.now() + kHeadStart;
      if (stream) {
        spawn(run_one(race, *std::move(stream)));
      } else if (!race->failure) {
        race->failure = std::move(stream).error();
      }
      continue;
    }
    if (race->running.empty()) break;
    co_await race->until(next < addresses->size() ? std::min(next_start, until) : until);
  }
  token.set({});
  race->over = true;
  if (race->winner != nullptr) co_return std::move(race->winner);
  co_return std::unexpected(race->failure.value_or(unreachable("no address")));
}

Task<Result<void>> Connector::tunnel(Stream& stream, const Origin& origin) {
  const std::string target = (origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]") +
                             ":" + std::to_string(origin.port);
  std::string request = "CONNECT " + target + " HTTP/1.1\r\nhost: " + target + "\r\n";
  if (!proxy_.authorization.empty()) request += "proxy-authorization: " + proxy_.authorization + "\r\n";
  request += "\r\n";
  if (auto sent = co_await stream.write_all(std::string_view(request)); !sent) co_return sent;
  auto status = co_await tunnel_status(stream);
  if (!status) co_return std::unexpected(std::move(status).error());
  if (*status >= 300) co_return std::unexpected(unreachable("proxy: CONNECT answered " + std::to_string(*status)));
  co_return Result<void>{};
}

Task<Result<void>> Connector::secure(Stream& stream, const Origin& origin) {
  if (!tls_) co_return std::unexpected(unreachable("TLS is not set up"));
  auto context = tls_();
  if (!context) co_return std::unexpected(unreachable(context.error().message));
  const auto session = sessions_->of_host.find(origin.authority);
  auto done = co_await stream.start_tls(*context, Side::kClient, origin.host,
                                        session == sessions_->of_host.end() ? nullptr : session->second.get());
  co_return done;
}

void Connector::keep_session(const std::string& host, SSL* ssl) {
  SSL_SESSION* const session = SSL_get1_session(ssl);
  if (session == nullptr) return;
  if (!SSL_SESSION_is_resumable(session)) {
    SSL_SESSION_free(session);
    return;
  }
  sessions_->of_host.insert_or_assign(
      host, std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>(session, &SSL_SESSION_free));
}

void Connector::keep_session_of(const Origin& origin, Stream& stream) {
  if (stream.secure()) keep_session(origin.authority, stream.ssl());
}

}  // namespace switchyard::net
