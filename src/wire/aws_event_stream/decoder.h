#pragma once
/// \file
/// Turns the bytes of an application/vnd.amazon.eventstream body into messages. Pure: no I/O, no clock.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/aws_event_stream/message.h"

namespace switchyard::aws_event_stream {

/// One decoder per stream; not thread-safe. After an error there is no way to find the next message's start, so every
/// later call gives the same error.
class Decoder {
 public:
  /// `message_bytes_max` bounds what one unfinished message may hold in memory.
  explicit Decoder(std::size_t message_bytes_max = kMessageBytesMax) : message_bytes_max_(message_bytes_max) {}

  /// Accepts the next bytes, cut anywhere, and copies them. Messages handed out before are no longer valid.
  void feed(std::string_view chunk);

  /// Fills `message` with the oldest complete one and says whether there was one; `message` keeps its memory and its
  /// views stay valid until the next `feed`. Errors: kUpstreamUnavailable for a wrong CRC, a malformed header or a
  /// message over its limit; a length is believed only after its CRC.
  [[nodiscard]] Result<bool> next(Message& message);

  /// Whether the bytes fed so far end with a whole message: if not at a body's end, the stream broke off.
  [[nodiscard]] bool at_boundary() const { return at_ == pending_.size() && problem_ == nullptr; }

 private:
  std::unexpected<Error> broken(const char* problem);

  std::size_t message_bytes_max_;
  std::string pending_;
  std::size_t at_ = 0;             ///< What of `pending_` has been handed out.
  std::size_t message_bytes_ = 0;  ///< Of the message at `at_`, once its prelude has been checked; 0 before.
  const char* problem_ = nullptr;
};

}  // namespace switchyard::aws_event_stream
