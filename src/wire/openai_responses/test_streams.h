#pragma once
/// \file
/// What the tests of encoding, decoding and taps share.

#include <string>
#include <string_view>
#include <vector>

#include "wire/openai_responses/stream.h"

namespace switchyard::wire::openai_responses {

/// The stream that says `events`.
inline std::string encoded(const std::vector<ChatEvent>& events, AnswerContext context = {.id = "1", .model = "m"}) {
  StreamEncoder encoder(context);
  std::string out;
  for (const ChatEvent& event : events) encoder.encode(event, out);
  return out;
}

inline TextDelta text(std::string_view words) { return {{words}}; }
inline const ToolCallStart kCall0{0, {"call_0"}, {"f"}}, kCall1{1, {"call_1"}, {"g"}};

}  // namespace switchyard::wire::openai_responses
