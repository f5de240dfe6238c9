#pragma once
/// \file
/// Writes messages of application/vnd.amazon.eventstream.

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/aws_event_stream/message.h"

namespace switchyard::aws_event_stream {

/// Appends one message to `out`. Errors: kInvalidRequest if a name, a value, the headers or the payload are longer than
/// the format or its clients allow, or a number does not fit its type; `out` is then as before.
[[nodiscard]] Result<void> encode(std::span<const Header> headers, std::string_view payload, std::string& out);

}  // namespace switchyard::aws_event_stream
