#include "service/metrics/metrics.h"

#include <array>
#include <charconv>

namespace switchyard {
namespace {

/// Upper bounds in microseconds, from a routing decision to a long answer.
constexpr std::array<std::int64_t, 15> kBoundsUs = {25,        50,        100,        250,        1'000,
                                                    5'000,     25'000,    100'000,    250'000,    500'000,
                                                    1'000'000, 5'000'000, 15'000'000, 60'000'000, 300'000'000};

std::string plain(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// A label's value with backslash, quote and newline escaped.
std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text.append("=\"");
  for (const char c : value) {
    if (c == '\\' || c == '"') text.push_back('\\');
    if (c == '\n') {
      text.append("\\n");
    } else {
      text.push_back(c);
    }
  }
  return text.append("\"");
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ")
      .append(name)
      .append(" ")
      .append(help)
      .append("\n# TYPE ")
      .append(name)
      .append(" ")
      .append(type)
      .append("\n");
}
void value(std::string& out, std::string_view name, std::string_view labels, const std::string& number) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(number).append("\n");
}
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            std::uint64_t number) {
  head(out, name, type, help);
  value(out, name, {}, std::to_string(number));
}

}  // namespace

void Metrics::Histogram::add(std::int64_t us) {
  std::size_t at = 0;
  while (at < kBoundsUs.size() && us > kBoundsUs[at]) ++at;
  ++buckets[at];
  ++count;
  sum_seconds += static_cast<double>(us) * 1e-6;
}

void Metrics::observe(const ledger::Entry& e) {
  const std::string labels = label("dialect", dialect_name(e.dialect)) + "," + label("model", e.model) + "," +
                             label("provider", e.provider) + "," + label("outcome", ledger::outcome_name(e.outcome)) +
                             "," + label("status", std::to_string(e.status));
  const std::lock_guard lock(mutex_);
  Series& series = series_[labels];
  ++series.requests;
  series.usage.input += e.usage.input;
  series.usage.cache_read += e.usage.cache_read;
  series.usage.cache_write += e.usage.cache_write;
  series.usage.output += e.usage.output;
  series.usage.reasoning += e.usage.reasoning;
  series.cost += e.cost;
  total_.add(e.total_us);
  if (e.first_byte_us > 0) first_byte_.add(e.first_byte_us);
  if (e.routing_us > 0) routing_.add(e.routing_us);
}

std::string Metrics::render(const LiveGauges& gauges, const ledger::LedgerStats& ledger) const {
  std::string out;
  const std::lock_guard lock(mutex_);
  head(out, "switchyard_requests_total", "counter", "Requests answered.");
  for (const auto& [labels, s] : series_) value(out, "switchyard_requests_total", labels, std::to_string(s.requests));
  head(out, "switchyard_tokens_total", "counter", "Tokens by kind.");
  for (const auto& [labels, s] : series_) {
    const std::pair<std::string_view, TokenCount> kinds[] = {{"input", s.usage.input},
                                                             {"cache_read", s.usage.cache_read},
                                                             {"cache_write", s.usage.cache_write},
                                                             {"output", s.usage.output},
                                                             {"reasoning", s.usage.reasoning}};
    for (const auto& [kind, count] : kinds) {
      if (count > 0) value(out, "switchyard_tokens_total", labels + "," + label("kind", kind), std::to_string(count));
    }
  }
  head(out, "switchyard_cost_usd_total", "counter", "Cost at list prices.");
  for (const auto& [labels, s] : series_) value(out, "switchyard_cost_usd_total", labels, plain(s.cost.dollars()));
  const std::tuple<std::string_view, std::string_view, const Histogram&> histograms[] = {
      {"switchyard_request_seconds", "From the request's reading to the answer's end.", total_},
      {"switchyard_upstream_first_byte_seconds", "From the request's reading to the provider's answer.", first_byte_},
      {"switchyard_routing_seconds", "Reading and deciding.", routing_}};
  for (const auto& [name, help, h] : histograms) {
    head(out, name, "histogram", help);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < kBoundsUs.size(); ++i) {
      below += h.buckets[i];
      value(out, std::string(name) + "_bucket", label("le", plain(static_cast<double>(kBoundsUs[i]) * 1e-6)),
            std::to_string(below));
    }
    value(out, std::string(name) + "_bucket", label("le", "+Inf"), std::to_string(h.count));
    value(out, std::string(name) + "_sum", {}, plain(h.sum_seconds));
    value(out, std::string(name) + "_count", {}, std::to_string(h.count));
  }
  single(out, "switchyard_client_connections", "gauge", "Open client connections.", gauges.client_connections);
  single(out, "switchyard_upstream_connections", "gauge", "Open connections to providers.",
         gauges.upstream_connections);
  single(out, "switchyard_requests_in_flight", "gauge", "Requests being served.",
         static_cast<std::uint64_t>(gauges.requests_in_flight.load()));
  single(out, "switchyard_unauthenticated_total", "counter", "Requests without a good key.", gauges.unauthenticated);
  single(out, "switchyard_config_reloads_total", "counter", "Configurations taken over.", gauges.config_reloads);
  single(out, "switchyard_config_reload_failures_total", "counter", "Configurations refused.",
         gauges.config_reload_failures);
  single(out, "switchyard_ledger_recorded_total", "counter", "Ledger entries recorded.", ledger.recorded);
  single(out, "switchyard_ledger_stored_total", "counter", "Ledger entries in the database.", ledger.stored);
  single(out, "switchyard_ledger_dropped_total", "counter", "Ledger entries lost to a full disk.", ledger.dropped);
  single(out, "switchyard_ledger_store_available", "gauge", "Whether the database takes entries.",
         ledger.store_available ? 1 : 0);
  return out;
}

}  // namespace switchyard
