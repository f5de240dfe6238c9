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
#include "wire/json_balance.h"
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
  std::string input_;                      ///< A whole input that came with its block's start, escaped.
  std::vector<std::int64_t> tool_blocks_;  ///< Block index of each tool call so far.
};

class StreamEncoder {
 public:
  /// What may wait for its turn; a provider that mixes more than this into an unfinished tool call ends in an error.
  static constexpr std::size_t kWaitingBytesMax = 4u << 20;

  explicit StreamEncoder(const AnswerContext& context);
  /// Appends the events that say the same. Only one block is open at a time, so what comes in the middle of an
  /// unfinished tool call (text, another call and its fragments) waits until that call's arguments are whole; the
  /// finish waits for the usage, which OpenAI sends behind it.
  void encode(const ChatEvent& event, std::string& out);
  /// Whether message_stop or an error was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  enum class Block : std::uint8_t { kNone, kText, kThinking, kTool };
  struct Call {
    std::string id, name, waiting;
    JsonBalance balance;
    bool begun = false;
  };
  /// A block whose turn has not come.
  struct Waiting {
    Block block{};
    std::size_t call = 0;
    std::string text;
  };

  void start(std::string& out);
  void open(Block block, std::string_view content_block, std::string& out);
  void close(std::string& out);
  void delta(std::string_view type, std::string_view key, std::string_view text, std::string& out);
  [[nodiscard]] bool inside_call() const;
  void text(Block block, std::string_view text, std::string& out);
  void signature(const ThinkingSignature& signature, std::string& out);
  void redacted(JsonText data, std::string& out);
  void citation(const Citation& citation, std::string& out);
  void begin_call(std::size_t index, std::string& out);
  void call_start(const ToolCallStart& call, std::string& out);
  void arguments(std::size_t index, std::string_view fragment, std::string& out);
  /// Writes the blocks whose turn has come; with `all`, every one.
  void release(bool all, std::string& out);
  void wait(Block block, std::size_t call, std::string_view text, std::string& out);
  void fail(std::string_view type, std::string_view message, std::string& out);
  void finish(std::string& out);

  std::string id_, model_;
  Usage usage_;
  bool has_usage_ = false, started_ = false, ended_ = false;
  Block block_ = Block::kNone;
  std::size_t block_index_ = 0, blocks_ = 0, open_call_ = 0, waiting_bytes_ = 0;
  std::deque<Call> calls_;
  std::deque<Waiting> waiting_;
  std::optional<FinishReason> finish_;
  std::string stop_sequence_;
};

}  // namespace switchyard::wire::anthropic
