#pragma once
/// \file
/// Anthropic message streams, read and written. One object per stream; not thread-safe.
/// Source: the Anthropic API reference, "Streaming Messages".

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire::anthropic {

class StreamDecoder {
 public:
  /// Appends what one event says; goes by the payload's `type`. The chat events are valid until the next call. Event
  /// types and blocks that have no counterpart are passed over. Errors: kInvalidRequest for a payload that is not JSON.
  Result<void> decode(const sse::Event& event, std::vector<ChatEvent>& out);

 private:
  void block_start(json::Value block, std::int64_t index, std::vector<ChatEvent>& out);
  void block_delta(json::Value delta, std::int64_t index, std::vector<ChatEvent>& out);

  std::string bytes_;  ///< The payload that the last events point into.
  json::Document document_;
  Usage usage_;
  std::vector<std::int64_t> tool_blocks_;  ///< Block index of each tool call so far.
};

class StreamEncoder {
 public:
  explicit StreamEncoder(const AnswerContext& context);
  /// Appends the events that say the same. Only one block is open at a time, so fragments of a tool call that is not
  /// the newest wait until its turn; the finish waits for the usage, which OpenAI sends behind it.
  void encode(const ChatEvent& event, std::string& out);
  /// Whether message_stop or an error was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  enum class Block : std::uint8_t { kNone, kText, kThinking, kTool };
  struct Call {
    std::string id, name, waiting;
    bool begun = false;
  };

  void start(std::string& out);
  void open(Block block, std::string_view content_block, std::string& out);
  void close(std::string& out);
  void delta(std::string_view type, std::string_view key, std::string_view text, std::string& out);
  void begin_call(std::size_t index, std::string& out);
  void arguments(std::size_t index, std::string_view fragment, std::string& out);
  void finish(std::string& out);

  std::string id_, model_;
  Usage usage_;
  bool has_usage_ = false, started_ = false, ended_ = false;
  Block block_ = Block::kNone;
  std::size_t block_index_ = 0, blocks_ = 0, open_call_ = 0;
  std::deque<Call> calls_;
  std::optional<FinishReason> finish_;
  std::string stop_sequence_;
};

}  // namespace switchyard::wire::anthropic
