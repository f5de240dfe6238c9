#pragma once
/// \file
/// Counters of what was served, fed by the ledger's thread, so that requests pay nothing for them; and their Prometheus
/// text.

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "service/ledger/ledger.h"

namespace switchyard {

/// Figures that only exist while the process runs; relaxed atomics, written by the event loops.
struct LiveGauges {
  std::atomic<std::size_t> client_connections = 0, upstream_connections = 0;
  std::atomic<std::int64_t> requests_in_flight = 0;
  std::atomic<std::uint64_t> unauthenticated = 0, config_reloads = 0, config_reload_failures = 0;
};

/// Safe to call from any thread.
class Metrics {
 public:
  void observe(const ledger::Entry& entry);
  /// Text exposition format 0.0.4.
  [[nodiscard]] std::string render(const LiveGauges& gauges, const ledger::LedgerStats& ledger) const;

 private:
  struct Series {
    std::uint64_t requests = 0;
    Usage usage;
    Usd cost;
  };
  struct Histogram {
    std::array<std::uint64_t, 16> buckets{};
    std::uint64_t count = 0;
    double sum_seconds = 0;
    void add(std::int64_t us);
  };
  mutable std::mutex mutex_;
  std::map<std::string, Series> series_;  ///< By label text.
  Histogram total_, first_byte_, routing_;
};

}  // namespace switchyard
