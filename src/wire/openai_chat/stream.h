#pragma once
/// \file
/// OpenAI chat.completion.chunk streams, read and written. One object per stream; not thread-safe.

#include <string>
#include <utility>
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
  void delta(json::Value delta, json::Value logprobs, std::vector<ChatEvent>& out);
  static void content(json::Value content, json::Value logprobs, std::vector<ChatEvent>& out);
  void tool_call(json::Value call, std::vector<ChatEvent>& out);

  std::string bytes_;  ///< The payload that the last events point into.
  json::Document document_;
  bool started_ = false;
  std::vector<std::int64_t> indices_;  ///< The provider's index of each tool call so far.
  std::vector<std::string> ids_;       ///< And its id.
};

class StreamEncoder {
 public:
  /// Thinking kept to go with its signature, and a custom call's arguments, which become free text when they are whole.
  static constexpr std::size_t kKeptBytesMax = 1u << 20;

  explicit StreamEncoder(const AnswerContext& context);
  /// Appends the chunks that say the same.
  void encode(const ChatEvent& event, std::string& out);
  /// Whether [DONE] was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  void chunk(std::string_view delta, std::string_view logprobs, std::string_view finish, std::string& out);
  void start(std::string& out);
  /// The delta that an event becomes; empty if it becomes none.
  std::string delta_of(const ChatEvent& event);
  std::string call_start(const ToolCallStart& call);
  std::string call_arguments(const ToolCallArguments& arguments);
  std::string reasoning_state(const ThinkingPart& thinking);
  void custom_inputs(std::string& out);
  void finish(FinishReason reason, std::string& out);
  void end(std::string& out);

  std::string prefix_;  ///< Of every chunk, up to its choices.
  std::string id_;
  std::vector<std::string> custom_tools_;
  std::string thinking_;                                       ///< Since the last signature, escaped.
  std::vector<std::pair<std::uint32_t, std::string>> custom_;  ///< Open custom calls' arguments, escaped.
  bool include_usage_ = false, started_ = false, finished_ = false, ended_ = false, has_calls_ = false;
  Usage usage_;
  bool has_usage_ = false;
};

}  // namespace switchyard::wire::openai_chat
