#pragma once
/// \file
/// OpenAI chat.completion.chunk streams, read and written. One object per stream; not thread-safe.

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire::openai_chat {

class StreamDecoder {
 public:
  /// Appends what one event says. The chat events are valid until the next call. Takes usage in any chunk, empty
  /// choices, tool calls told by index or only by id. Errors: kInvalidRequest for a payload that is not JSON.
  Result<void> decode(const sse::Event& event, std::vector<ChatEvent>& out);

 private:
  void delta(json::Value delta, std::vector<ChatEvent>& out);
  void tool_call(json::Value call, std::vector<ChatEvent>& out);

  std::string bytes_;  ///< The payload that the last events point into.
  json::Document document_;
  bool started_ = false;
  std::vector<std::int64_t> indices_;  ///< The provider's index of each tool call so far.
  std::vector<std::string> ids_;       ///< And its id.
};

class StreamEncoder {
 public:
  explicit StreamEncoder(const AnswerContext& context);
  /// Appends the chunks that say the same.
  void encode(const ChatEvent& event, std::string& out);
  /// Whether [DONE] was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  void chunk(std::string_view delta, std::string_view finish, std::string& out);
  void start(std::string& out);

  std::string prefix_;  ///< Of every chunk, up to its choices.
  bool include_usage_ = false, started_ = false, finished_ = false, ended_ = false;
  Usage usage_;
  bool has_usage_ = false;
};

}  // namespace switchyard::wire::openai_chat
