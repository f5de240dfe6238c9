#pragma once
/// \file
/// Turns the bytes of a text/event-stream body into events. Pure: no I/O, no clock.
/// Source: WHATWG HTML, "Server-sent events", section "Interpreting an event stream".

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::sse {

struct Event {
  std::string_view name;  ///< Empty when the stream named none.
  std::string_view data;  ///< Lines joined with '\n'.
  friend bool operator==(const Event&, const Event&) = default;
};

/// One decoder per stream; not thread-safe.
class Decoder {
 public:
  /// `event_bytes_max` bounds what one unfinished event may hold in memory.
  explicit Decoder(std::size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

  /// Accepts the next bytes, cut anywhere: a chunk may end inside a line or between CR and LF. Drops events not yet
  /// taken. Errors: kUpstreamUnavailable if an event outgrows `event_bytes_max`.
  [[nodiscard]] Result<void> feed(std::string_view chunk);

  /// The oldest complete event, or nullopt if more bytes are needed. Valid until the next call of `feed` or `next`.
  [[nodiscard]] std::optional<Event> next();

 private:
  bool take_line(std::string_view line);

  std::size_t event_bytes_max_;
  std::string pending_;                        ///< Bytes of lines that have not ended yet, then all of the last chunk.
  std::size_t at_ = 0;                         ///< What of `pending_` has been interpreted.
  std::size_t searched_ = 0;                   ///< No line end lies between `at_` and this.
  std::string name_, data_;                    ///< Of the event being read; `data_` only once it has two lines.
  std::string finished_name_, finished_data_;  ///< Of the event handed out last.
  std::string_view one_line_;                  ///< The data of an event with one line, still in `pending_`.
  std::size_t data_lines_ = 0;
  bool started_ = false, skip_lf_ = false;
};

}  // namespace switchyard::sse
