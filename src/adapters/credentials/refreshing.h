#pragma once
/// \file
/// Keeps credentials fresh for all event loops of a process: one of them, home, fetches before they expire, so that
/// requests find them there; only the first request may have to wait. One fetch runs at a time.

#include <chrono>
#include <functional>
#include <memory>

#include "net/event_loop.h"
#include "service/credentials/credential_source.h"

namespace switchyard::credentials {

/// Fetches credentials anew; runs on home's thread and ends by itself in a bounded time. The token ends it early.
using Fetch = std::function<Task<Result<Credentials>>(CancelToken&)>;

struct RefreshRules {
  /// How long before their expiry they are fetched anew. Credentials that live less than twice that are fetched anew
  /// at half their life.
  std::chrono::seconds ahead{600};
  /// Told of every failed fetch, on home's thread: for the log. May be empty.
  std::function<void(const Error&)> on_failure;
};

/// Made and destroyed on home's thread. Home and the loops of `on` outlive it.
class Refreshing {
 public:
  Refreshing(net::EventLoop& home, Fetch fetch, RefreshRules rules);
  /// Ends a running fetch; those who wait get kCancelled.
  ~Refreshing();
  Refreshing(const Refreshing&) = delete;
  Refreshing& operator=(const Refreshing&) = delete;

  /// Fetches before anybody asks. Safe from any thread.
  void warm();
  /// A source for one loop's thread; may outlive this object, and then gives what is left.
  [[nodiscard]] std::unique_ptr<CredentialSource> on(net::EventLoop& here);

 private:
  struct State;
  class Source;
  std::shared_ptr<State> state_;
};

}  // namespace switchyard::credentials
