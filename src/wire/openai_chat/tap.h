#pragma once
/// \file
/// Reads along while an OpenAI stream is passed on in its own dialect. Parses only events that can matter.

#include <string>
#include <string_view>

#include "domain/usage.h"
#include "wire/scan.h"

namespace switchyard::wire::openai_chat {

/// One per stream; not thread-safe.
class StreamTap {
 public:
  /// With `hide_usage` a chunk that holds only the usage is taken out: the client did not ask for it, we did.
  explicit StreamTap(bool hide_usage) : hide_usage_(hide_usage) {}

  /// The bytes to hand on: the very view that came in, or with `hide_usage` whole events out of it. Valid until the
  /// next call.
  std::string_view feed(std::string_view bytes);
  /// What was still held back when the stream ended.
  std::string_view finish();

  [[nodiscard]] const Usage& usage() const { return usage_; }
  [[nodiscard]] bool has_usage() const { return has_usage_; }
  [[nodiscard]] bool ended() const { return ended_; }    ///< [DONE] was seen.
  [[nodiscard]] bool failed() const { return failed_; }  ///< An error event was seen.
  [[nodiscard]] bool had_output() const { return had_output_; }
  [[nodiscard]] std::size_t output_bytes() const { return output_bytes_; }
  [[nodiscard]] bool tool_calls() const { return tool_calls_; }

 private:
  /// True if the event is one to hide.
  bool see(std::string_view event);

  bool hide_usage_;
  EventSplitter splitter_;
  std::string kept_;
  Usage usage_;
  std::size_t output_bytes_ = 0;
  bool has_usage_ = false, ended_ = false, failed_ = false, had_output_ = false, tool_calls_ = false;
};

}  // namespace switchyard::wire::openai_chat
