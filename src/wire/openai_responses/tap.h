#pragma once
/// \file
/// Reads along while a Responses stream is passed on in its own dialect. Parses only events that can matter.

#include <string_view>

#include "domain/usage.h"
#include "wire/scan.h"

namespace switchyard::wire::openai_responses {

/// One per stream; not thread-safe.
class StreamTap {
 public:
  /// Returns the very view that came in.
  std::string_view feed(std::string_view bytes);
  std::string_view finish() { return {}; }

  [[nodiscard]] const Usage& usage() const { return usage_; }
  [[nodiscard]] bool has_usage() const { return has_usage_; }
  [[nodiscard]] bool ended() const { return ended_; }    ///< The final response was seen, whatever its status.
  [[nodiscard]] bool failed() const { return failed_; }  ///< response.failed or an error event was seen.
  [[nodiscard]] bool had_output() const { return had_output_; }
  [[nodiscard]] std::size_t output_bytes() const { return output_bytes_; }
  [[nodiscard]] bool tool_calls() const { return tool_calls_; }

 private:
  void see(std::string_view event);

  EventSplitter splitter_;
  Usage usage_;
  std::size_t output_bytes_ = 0;
  bool has_usage_ = false, ended_ = false, failed_ = false, had_output_ = false, tool_calls_ = false;
};

}  // namespace switchyard::wire::openai_responses
