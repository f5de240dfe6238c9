#pragma once
/// \file
/// Reads along while a Gemini stream is passed on in its own dialect.

#include <string_view>

#include "base/json.h"
#include "domain/usage.h"
#include "wire/gemini/array_decoder.h"
#include "wire/scan.h"

namespace switchyard::wire::gemini {

/// One per stream; not thread-safe.
class StreamTap {
 public:
  explicit StreamTap(StreamFraming framing = StreamFraming::kSse) : framing_(framing) {}

  /// Returns the very view that came in.
  std::string_view feed(std::string_view bytes);
  std::string_view finish() { return {}; }

  [[nodiscard]] const Usage& usage() const { return usage_; }
  [[nodiscard]] bool has_usage() const { return has_usage_; }
  [[nodiscard]] bool ended() const { return ended_; }    ///< A chunk said why the answer ended.
  [[nodiscard]] bool failed() const { return failed_; }  ///< An error was seen.
  [[nodiscard]] bool had_output() const { return had_output_; }
  [[nodiscard]] std::size_t output_bytes() const { return output_bytes_; }
  [[nodiscard]] bool tool_calls() const { return tool_calls_; }

 private:
  void see(std::string_view chunk);

  StreamFraming framing_;
  EventSplitter splitter_;
  ArrayDecoder array_{EventSplitter::kHeldBytesMax};
  json::Document document_;
  Usage usage_;
  std::size_t output_bytes_ = 0;
  bool has_usage_ = false, ended_ = false, failed_ = false, had_output_ = false, tool_calls_ = false;
  bool deaf_ = false;  ///< An element was too large to read along.
};

}  // namespace switchyard::wire::gemini
