#pragma once
/// \file
/// Names to addresses without blocking a loop: getaddrinfo on two threads of the process, with a cache per loop.

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cancel_token.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "net/event_loop.h"

namespace switchyard::net {

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  [[nodiscard]] int family() const { return bytes.ss_family; }
};
using Addresses = std::vector<Address>;

/// Blocking; called on a thread of the lookup pool. Errors: kUpstreamUnavailable.
using LookUp = std::function<Result<Addresses>(const std::string& host, std::uint16_t port)>;
/// getaddrinfo with the system's settings.
Result<Addresses> look_up_system(const std::string& host, std::uint16_t port);

/// Orders addresses for racing (RFC 8305): families alternate, the first one's family first.
Addresses interleaved(Addresses addresses);

/// One per loop; used on its thread.
class Resolver {
 public:
  /// Answers are kept for `max_age`, failures for one second.
  Resolver(EventLoop& loop, std::chrono::milliseconds max_age, LookUp look_up = look_up_system);
  ~Resolver();
  /// Literal addresses need no lookup; concurrent lookups of one name are one.
  /// The answer stays valid while the caller holds it. `until` and `token` end the waiting, not the lookup.
  /// Errors: kUpstreamUnavailable, kUpstreamTimeout, kCancelled.
  Task<Result<std::shared_ptr<const Addresses>>> resolve(std::string host, std::uint16_t port, SteadyTime until,
                                                         CancelToken& token);

 private:
  struct Entry;
  struct Waiter;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace switchyard::net
