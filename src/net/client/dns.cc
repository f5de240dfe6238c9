#include "net/client/dns.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <condition_variable>
#include <coroutine>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace switchyard::net {
namespace {

constexpr std::chrono::seconds kFailureAge{1};
constexpr int kThreads = 2;
constexpr std::size_t kEntriesMax = 1024;  ///< Origins come from configuration; more than this many is a leak.

/// Runs blocking lookups. Its threads live as long as the process: getaddrinfo cannot be interrupted.
class LookUpThreads {
 public:
  static LookUpThreads& instance() {
    static LookUpThreads* const threads = new LookUpThreads;
    return *threads;
  }
  void run(std::move_only_function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (started_ < kThreads) {
      ++started_;
      std::thread([this] { loop(); }).detach();
    }
    work_.push_back(std::move(work));
    ready_.notify_one();
  }

 private:
  void loop() {
    for (;;) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return !work_.empty(); });
      auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
    }
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::move_only_function<void()>> work_;
  int started_ = 0;
};

Error unknown_host(std::string detail) {
  return Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream, "the provider's host name could not be resolved",
               std::move(detail), std::nullopt};
}

Error too_slow() {
  return Error{ErrorKind::kUpstreamTimeout,
               Retry::kOtherUpstream,
               "the provider's host name could not be resolved in time",
               {},
               std::nullopt};
}
Error cancelled() { return Error{ErrorKind::kCancelled, Retry::kNever, "the request was cancelled", {}, std::nullopt}; }

std::optional<Address> literal(const std::string& host, std::uint16_t port) {
  Address address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.bytes);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.bytes);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    return address;
  }
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.size = sizeof v6;
    return address;
  }
  return std::nullopt;
}

}  // namespace

Result<Addresses> look_up_system(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  int code = getaddrinfo(host.c_str(), service.c_str(), &hints, &found);
  if (code == EAI_NONAME || code == EAI_ADDRFAMILY) {
    hints.ai_flags = 0;  // A machine with loopback only: AI_ADDRCONFIG hides even "localhost".
    code = getaddrinfo(host.c_str(), service.c_str(), &hints, &found);
  }
  if (code != 0) return std::unexpected(unknown_host(gai_strerror(code)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Address address;
    std::memcpy(&address.bytes, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    addresses.push_back(address);
  }
  return addresses;
}

Addresses interleaved(Addresses addresses) {
  if (addresses.empty()) return addresses;
  const int first_family = addresses.front().family();
  Addresses first, second, mixed;
  for (const Address& address : addresses) (address.family() == first_family ? first : second).push_back(address);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

/// The way from a lookup's thread back to its loop, closed when the resolver goes.
struct WayBack {
  std::mutex mutex;
  EventLoop* loop = nullptr;
};

/// One caller that waits; resumed by the answer, its deadline or its cancellation, whichever is first.
struct Resolver::Waiter {
  Waiter(EventLoop& loop, SteadyTime until) : timer(loop, [this] { resume(); }) { timer.arm(until); }
  void resume() {
    timer.cancel();
    if (handle) std::exchange(handle, {}).resume();
  }
  [[nodiscard]] bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { handle = waiting; }
  void await_resume() const {}
  Timer timer;
  std::coroutine_handle<> handle;
};

struct Resolver::Entry {
  std::shared_ptr<const Addresses> addresses;
  std::optional<Error> error;
  SteadyTime good_until{};
  bool looking = false;
  std::vector<Waiter*> waiting;
};

struct Resolver::Shared {
  EventLoop& loop;
  std::chrono::milliseconds max_age;
  LookUp look_up;
  std::shared_ptr<WayBack> back;
  std::unordered_map<std::string, std::shared_ptr<Entry>> entries;

  void start(const std::string& key, const std::string& host, std::uint16_t port, const std::shared_ptr<Shared>& self) {
    entries[key]->looking = true;
    LookUpThreads::instance().run([key, host, port, look = look_up, way = back, weak = std::weak_ptr(self)] {
      auto found = look(host, port);
      const std::lock_guard lock(way->mutex);
      if (way->loop == nullptr) return;
      way->loop->post([key, found = std::move(found), weak]() mutable {
        if (const auto alive = weak.lock()) alive->done(key, std::move(found));
      });
    });
  }
  void done(const std::string& key, Result<Addresses> found) {
    const std::shared_ptr<Entry> entry = entries[key];
    entry->looking = false;
    if (found) {
      entry->addresses = std::make_shared<const Addresses>(interleaved(*std::move(found)));
      entry->error.reset();
      entry->good_until = loop.now() + max_age;
    } else {
      entry->error = std::move(found).error();
      entry->addresses.reset();
      entry->good_until = loop.now() + kFailureAge;
    }
    while (!entry->waiting.empty()) {
      Waiter* const next = entry->waiting.back();
      entry->waiting.pop_back();
      next->resume();
    }
  }
};

Resolver::Resolver(EventLoop& loop, std::chrono::milliseconds max_age, LookUp look_up)
    : shared_(std::make_shared<Shared>(Shared{loop, max_age, std::move(look_up), std::make_shared<WayBack>(), {}})) {
  shared_->back->loop = &loop;
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->back->mutex);
  shared_->back->loop = nullptr;
}

Task<Result<std::shared_ptr<const Addresses>>> Resolver::resolve(std::string host, std::uint16_t port, SteadyTime until,
                                                                 CancelToken& token) {
  if (const auto address = literal(host, port)) co_return std::make_shared<const Addresses>(Addresses{*address});
  const auto shared = shared_;
  const std::string key = host + ":" + std::to_string(port);
  if (shared->entries.size() > kEntriesMax) {
    std::erase_if(shared->entries, [](const auto& item) { return !item.second->looking; });
  }
  auto& slot = shared->entries[key];
  if (!slot) slot = std::make_shared<Entry>();
  const std::shared_ptr<Entry> entry = slot;
  if (!entry->looking && entry->good_until <= shared->loop.now()) shared->start(key, host, port, shared);
  if (entry->looking) {
    Waiter waiter(shared->loop, until);
    entry->waiting.push_back(&waiter);
    token.set([&waiter] { waiter.resume(); });
    co_await waiter;
    token.set({});
    std::erase(entry->waiting, &waiter);
    if (token.cancelled()) co_return std::unexpected(cancelled());
    if (entry->looking) co_return std::unexpected(too_slow());
  }
  if (entry->error) co_return std::unexpected(*entry->error);
  if (!entry->addresses || entry->addresses->empty()) co_return std::unexpected(unknown_host("no address"));
  co_return entry->addresses;
}

}  // namespace switchyard::net
