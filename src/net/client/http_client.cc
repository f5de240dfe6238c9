#include "net/http_client.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "net/client/connector.h"
#include "net/client/exchange.h"

namespace switchyard::net {
namespace {

constexpr std::chrono::seconds kSweepInterval{1};  ///< Walking the idle lists costs microseconds.
/// At the cap, idle connections are kept no longer than this: a client on another loop may need their places, and it
/// was told to come again after a second.
constexpr std::chrono::seconds kIdleTimeAtCap{1};

/// Counts for clients that share no cap; outlives every connection.
std::atomic<std::size_t> uncapped_count = 0;

Error cancelled() { return Error{ErrorKind::kCancelled, Retry::kNever, "the request was cancelled", {}, std::nullopt}; }

}  // namespace

struct HttpClient::Impl {
  Impl(EventLoop& event_loop, ClientOptions client_options, ProxyRules proxy)
      : loop(event_loop),
        options(std::move(client_options)),
        connector(event_loop, options, std::move(proxy)),
        sweep(event_loop, [this] { close_stale(); }) {
    if (options.open_connections == nullptr) options.open_connections = &uncapped_count;
  }
  ~Impl() { *alive = false; }

  /// The most recently used idle connection: the others may grow stale and be closed.
  std::unique_ptr<ClientConnection> take_idle(const Origin& origin) {
    const auto found = idle.find(origin);
    if (found == idle.end()) return nullptr;
    auto& list = found->second;
    while (!list.empty()) {
      auto connection = std::move(list.back());
      list.pop_back();
      const bool fresh_enough = loop.now() - connection->idle_since < options.idle_time;
      if (fresh_enough && !connection->stream().has_input()) return connection;
    }
    return nullptr;
  }

  void give_back(const Origin& origin, std::unique_ptr<ClientConnection> connection, Fit fit) {
    // A server that closes after each answer is the one whose TLS session is worth most.
    connector.keep_session_of(origin, connection->stream());
    if (fit == Fit::kForClosing || options.idle_per_origin_max == 0) return;
    auto& list = idle[origin];
    if (list.size() >= options.idle_per_origin_max) list.pop_front();
    connection->idle_since = loop.now();
    list.push_back(std::move(connection));
    if (!sweep.armed()) arm_sweep();
  }

  void arm_sweep() { sweep.arm_after(std::min<std::chrono::nanoseconds>(kSweepInterval, options.idle_time)); }
  void close_stale() {
    const bool at_cap = options.open_connections->load() >= options.connections_max;
    const auto kept =
        at_cap ? std::min<std::chrono::milliseconds>(kIdleTimeAtCap, options.idle_time) : options.idle_time;
    bool left = false;
    for (auto& [origin, list] : idle) {
      while (!list.empty() && loop.now() - list.front()->idle_since >= kept) list.pop_front();
      left |= !list.empty();
    }
    if (left) arm_sweep();
  }

  /// Closes the connection that has been idle longest, of whatever origin. Each list has its oldest in front.
  bool close_oldest_idle() {
    std::deque<std::unique_ptr<ClientConnection>>* oldest = nullptr;
    for (auto& [origin, list] : idle) {
      if (list.empty()) continue;
      if (oldest == nullptr || list.front()->idle_since < oldest->front()->idle_since) oldest = &list;
    }
    if (oldest == nullptr) return false;
    oldest->pop_front();
    return true;
  }

  /// Counts one connection more, unless the cap is reached by connections that are all in use.
  bool take_place() {
    do {
      if (options.open_connections->fetch_add(1) < options.connections_max) return true;
      options.open_connections->fetch_sub(1);
    } while (close_oldest_idle());
    return false;
  }

  Task<Result<std::unique_ptr<ClientConnection>>> fresh(const ClientRequest& request, CancelToken& token) {
    if (!take_place()) {
      co_return std::unexpected(Error{ErrorKind::kUnavailable,
                                      Retry::kOtherUpstream,
                                      "too many connections to providers",
                                      {},
                                      std::chrono::seconds(1)});
    }
    const SteadyTime until = std::min(loop.now() + request.timeouts.connect, request.deadline.at());
    auto stream = co_await connector.connect(*request.origin, until, token);
    if (!stream) {
      options.open_connections->fetch_sub(1);
      co_return std::unexpected(std::move(stream).error());
    }
    co_return std::make_unique<ClientConnection>(*std::move(stream), options.open_connections);
  }

  struct HashOrigin {
    std::size_t operator()(const Origin& o) const { return std::hash<std::string>{}(o.authority) + o.tls; }
  };

  EventLoop& loop;
  ClientOptions options;
  Connector connector;
  Timer sweep;
  std::unordered_map<Origin, std::deque<std::unique_ptr<ClientConnection>>, HashOrigin> idle;
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);  ///< Exchanges may outlive the client.
};

Result<std::unique_ptr<HttpClient>> HttpClient::create(EventLoop& loop, ClientOptions options) {
  SY_TRY(ProxyRules proxy, parse_proxy_rules(options.https_proxy, options.no_proxy));
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::make_unique<Impl>(loop, std::move(options), std::move(proxy))));
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() = default;

void HttpClient::close_idle() { impl_->idle.clear(); }

Task<Result<std::unique_ptr<ClientExchange>>> HttpClient::send(ClientRequest request, CancelToken* token) {
  CancelToken none;
  CancelToken& cancel = token != nullptr ? *token : none;
  Impl& impl = *impl_;
  for (bool retried = false;; retried = true) {
    if (cancel.cancelled()) co_return std::unexpected(cancelled());
    auto connection = retried || request.rest != nullptr ? nullptr : impl.take_idle(*request.origin);
    if (connection == nullptr) {
      auto made = co_await impl.fresh(request, cancel);
      if (!made) co_return std::unexpected(std::move(made).error());
      connection = *std::move(made);
    }
    auto exchange = std::make_unique<Exchange>(
        impl.loop, std::move(connection), request, impl.options.head,
        [&impl, alive = impl.alive, origin = request.origin](std::unique_ptr<ClientConnection> used, Fit fit) {
          if (*alive) impl.give_back(*origin, std::move(used), fit);
        });
    Exchange& running = *exchange;
    cancel.set([&running] { running.cancel(); });
    auto opened = co_await running.open(request);
    cancel.set({});
    if (opened) co_return exchange;
    // The origin may have closed the idle connection while the request was on its way. As no byte of an answer came, a
    // fresh connection may try once.
    const bool dead = opened.error().kind == ErrorKind::kUpstreamUnavailable;
    if (!dead || !running.reused() || running.answered() || retried)
      co_return std::unexpected(std::move(opened).error());
  }
}

}  // namespace switchyard::net
