#pragma once
/// \file
/// text_completion objects and streams, written.

#include <string>

#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_completions {

/// Appends a text_completion.
void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out);

/// One per stream; not thread-safe.
class StreamEncoder {
 public:
  explicit StreamEncoder(const AnswerContext& context);
  void encode(const ChatEvent& event, std::string& out);
  /// Whether [DONE] or an error was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  void chunk(std::string_view escaped_text, std::string_view finish, std::string& out);
  std::string prefix_;  ///< Of every chunk, up to its choices.
  bool include_usage_ = false, has_usage_ = false, finished_ = false, ended_ = false;
  Usage usage_;
};

}  // namespace switchyard::wire::openai_completions
