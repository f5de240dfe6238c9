#pragma once
/// \file
/// What the mock provider is told to do with one request: by `[[mock: name=value ...]]` inside the last user text, by
/// the header x-mock-fault with the same words, or by a rule set before. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace switchyard::cli {

struct MockScript {
  int status = 200;                 ///< status=503: an error of that status, in the request's dialect.
  int retry_after = -1;             ///< retry-after=2: seconds, with an error.
  std::int64_t delay_ms = 0;        ///< delay=100: before the first byte.
  std::int64_t event_delay_ms = 0;  ///< event-delay=20: between stream events.
  int stall_after = -1;             ///< stall-after=3: sends nothing more behind so many events.
  int close_after = -1;             ///< close-after=3: cuts the connection behind so many events.
  int error_after = -1;             ///< error-after=2: an error event behind so many events.
  std::size_t cut = 0;              ///< cut=7: the stream's bytes in pieces of that size.
  int events = -1;                  ///< events=100: a stream of so many text events.
  std::size_t size = 0;             ///< size=5000: bytes of answer text.
  int tools = 0;                    ///< tools=2: calls of the first so many tools, unless results of calls are there.
  bool malformed = false;           ///< malformed: broken JSON.
  bool no_usage = false;            ///< no-usage
  bool no_done = false;             ///< no-done: the stream ends without its last event.
  bool lenient = false;             ///< lenient: takes what the vendor would refuse.
  std::string finish;               ///< finish=length
  std::string block;                ///< block=SAFETY: Gemini refuses the prompt.
};

/// Takes the words of one directive in; unknown words are ignored.
void take_directive(std::string_view words, MockScript& script);
/// The directive inside a text, or empty.
std::string_view find_directive(std::string_view text);

}  // namespace switchyard::cli
