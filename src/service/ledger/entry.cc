#include "service/ledger/entry.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace switchyard::ledger {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kEstimated = 1, kCostUnknown = 2;  // Of `Fixed::flags`.

/// The part of an entry that has one size. Written as it lies in memory: the journal is read on the machine that wrote
/// it.
struct Fixed {
  std::int64_t started_us, input, cache_read, cache_write, output, reasoning, cost_pico, routing_us, first_byte_us,
      total_us;
  std::int32_t status;
  std::uint8_t dialect, stream, outcome, flags;
};
static_assert(sizeof(Fixed) == 88);

template <class EntryType>
auto texts(EntryType& e) {
  return std::array{&e.id,    &e.decision_id, &e.key_id,   &e.requested_model,
                    &e.model, &e.provider,    &e.attempts, &e.error_kind};
}

/// A longer text is cut: its length is written in two bytes.
std::uint16_t text_size(const std::string& text) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), UINT16_MAX));
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSuccess:
      return "success";
    case Outcome::kClientError:
      return "client_error";
    case Outcome::kUpstreamError:
      return "upstream_error";
    case Outcome::kClientDisconnect:
      return "client_disconnect";
    case Outcome::kInternalError:
      return "internal_error";
  }
  return "internal_error";
}

void encode(const Entry& e, std::string& out) {
  const Fixed fixed{
      e.started_us,
      e.usage.input,
      e.usage.cache_read,
      e.usage.cache_write,
      e.usage.output,
      e.usage.reasoning,
      e.cost.pico(),
      e.routing_us,
      e.first_byte_us,
      e.total_us,
      e.status,
      static_cast<std::uint8_t>(e.dialect),
      static_cast<std::uint8_t>(e.stream),
      static_cast<std::uint8_t>(e.outcome),
      static_cast<std::uint8_t>((e.usage_estimated ? kEstimated : 0) | (e.cost_unknown ? kCostUnknown : 0))};
  std::size_t size = 1 + sizeof fixed;
  for (const std::string* text : texts(e)) size += sizeof(std::uint16_t) + text_size(*text);
  // One growth and plain copies: this runs on the request path.
  const std::size_t at = out.size();
  out.resize_and_overwrite(at + size, [&](char* to, std::size_t) {
    to += at;
    *to++ = static_cast<char>(kVersion);
    to = static_cast<char*>(std::memcpy(to, &fixed, sizeof fixed)) + sizeof fixed;
    for (const std::string* text : texts(e)) {
      const std::uint16_t length = text_size(*text);
      to = static_cast<char*>(std::memcpy(to, &length, sizeof length)) + sizeof length;
      to = static_cast<char*>(std::memcpy(to, text->data(), length)) + length;
    }
    return at + size;
  });
}

Result<Entry> decode(std::string_view bytes) {
  const auto bad = [] { return fail(ErrorKind::kInvalidRequest, "ledger entry: not in the expected form"); };
  Fixed fixed;
  if (bytes.size() < 1 + sizeof fixed || static_cast<std::uint8_t>(bytes[0]) != kVersion) return bad();
  std::memcpy(&fixed, bytes.data() + 1, sizeof fixed);
  bytes.remove_prefix(1 + sizeof fixed);
  if (fixed.dialect > 1 || fixed.stream > 1 || fixed.outcome > static_cast<std::uint8_t>(Outcome::kInternalError))
    return bad();
  Entry e;
  for (std::string* text : texts(e)) {
    std::uint16_t size = 0;
    if (bytes.size() < sizeof size) return bad();
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (bytes.size() < size) return bad();
    text->assign(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  if (!bytes.empty()) return bad();
  e.started_us = fixed.started_us;
  e.usage = {fixed.input, fixed.cache_read, fixed.cache_write, fixed.output, fixed.reasoning};
  e.cost = Usd::from_pico(fixed.cost_pico);
  e.routing_us = fixed.routing_us;
  e.first_byte_us = fixed.first_byte_us;
  e.total_us = fixed.total_us;
  e.status = fixed.status;
  e.dialect = static_cast<Dialect>(fixed.dialect);
  e.stream = static_cast<StreamMode>(fixed.stream);
  e.outcome = static_cast<Outcome>(fixed.outcome);
  e.usage_estimated = (fixed.flags & kEstimated) != 0;
  e.cost_unknown = (fixed.flags & kCostUnknown) != 0;
  return e;
}

}  // namespace switchyard::ledger
