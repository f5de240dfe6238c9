#pragma once
/// \file
/// Responses event streams, read and written. One object per stream; not thread-safe.
/// Source: the OpenAI API reference, "Streaming events" of Responses.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"
#include "wire/openai_responses/envelope.h"
#include "wire/openai_responses/output.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire::openai_responses {

class StreamDecoder {
 public:
  /// Appends what one event says; goes by the payload's `type`. The chat events are valid until the next call. What a
  /// provider says only in a `done` event or in the final response is taken from there; nothing is told twice. Items
  /// that have no counterpart (web_search_call, ...) are passed over. Errors: kInvalidRequest for a payload that is not
  /// JSON.
  Result<void> decode(const sse::Event& event, std::vector<ChatEvent>& out);

 private:
  static constexpr std::uint32_t kNoCall = UINT32_MAX;
  struct Item {
    std::int64_t output_index = 0;
    std::string id;
    std::uint32_t call = kNoCall;    ///< Its place among the tool calls.
    std::int64_t part = -1;          ///< The content part or summary part that the last text was of.
    std::string_view thinking_from;  ///< The first of the events that bring its thinking: the same may come in two.
    bool told = false;               ///< Some of its text was.
    bool done = false;
  };

  Item& item_of(json::Value root);
  bool output_event(std::string_view type, json::Value root, std::vector<ChatEvent>& out);
  void thinking(std::string_view type, json::Value root, std::vector<ChatEvent>& out);
  void arguments(std::string_view type, json::Value root, std::vector<ChatEvent>& out);
  void begin_call(Item& item, json::Value from, std::vector<ChatEvent>& out);
  void item_done(Item& item, json::Value from, std::vector<ChatEvent>& out);
  void message_done(json::Value from, std::vector<ChatEvent>& out);
  void reasoning_done(const Item& item, json::Value from, std::vector<ChatEvent>& out);
  void response_done(json::Value response, std::vector<ChatEvent>& out);

  std::string bytes_;  ///< The payload that the last events point into.
  json::Document document_;
  TextStorage storage_;
  std::deque<Item> items_;
  std::uint32_t calls_ = 0;
  bool started_ = false, refused_ = false, ended_ = false;
};

class StreamEncoder {
 public:
  /// What may be held of one answer: its `done` events and the final object repeat every text. Far more than any model
  /// writes; a stream that outgrows it ends with response.failed.
  static constexpr std::size_t kKeptBytesMax = 16u << 20;

  explicit StreamEncoder(const AnswerContext& context);
  /// Appends the events that say the same. A message and any number of tool calls may be open at once, so that
  /// fragments go out as they come, in whatever order; only the input of a custom tool that its provider knew as a
  /// function waits for its end. The end waits for StreamEnd, since usage may follow the finish.
  void encode(const ChatEvent& event, std::string& out);
  /// Whether response.completed, response.incomplete or response.failed was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  enum class PartKind : std::uint8_t { kNone, kText, kRefusal };
  struct OpenMessage {
    bool open = false;
    std::size_t output_index = 0;
    std::string id;
    std::string contents;        ///< Finished parts, separated by commas.
    std::size_t part_count = 0;  ///< Those and the open one.
    PartKind part = PartKind::kNone;
    std::string text, annotations, logprobs;  ///< Of the open part.
    std::size_t annotation_count = 0;
    std::int64_t characters = 0;
  };
  struct OpenReasoning {
    bool open = false, summarized = false;
    std::size_t output_index = 0;
    std::string id, text, encrypted;
  };
  struct Call {
    std::uint32_t index = 0;  ///< As the chat events count.
    std::size_t output_index = 0;
    CallItem item;
    bool wrapped = false;  ///< A custom tool's call whose arguments are an object around its input.
    bool done = false;
  };

  json::Writer event(std::string_view type, std::string& out);
  static void end_event(json::Writer& w, std::string& out);
  void object_event(std::string_view type, const EnvelopeState& state, std::string& out);
  void start(std::string& out);
  bool keep(std::size_t bytes, std::string& out);
  void fail(std::string_view code, std::string_view message, std::string& out);
  std::size_t next_output_index();
  void item_event(std::string_view type, std::size_t output_index, std::string_view item, std::string& out);
  void item_done(std::size_t output_index, std::string item, std::string& out);

  void open_message(std::string& out);
  void open_part(PartKind kind, std::string& out);
  void part_event(std::string_view type, std::string_view part, std::string& out);
  void close_part(std::string& out);
  void close_message(std::string_view status, std::string& out);
  void text(const TextDelta& delta, std::string& out);
  void refusal(JsonText text, std::string& out);
  void citation(const Citation& citation, std::string& out);

  void open_reasoning(std::string& out);
  void close_reasoning(std::string& out);
  void thinking(JsonText text, std::string& out);
  void state(const ThinkingPart& part, std::string& out);

  void begin_call(const ToolCallStart& start, std::string& out);
  void arguments(const ToolCallArguments& piece, std::string& out);
  void call_delta(const Call& call, std::string_view fragment, std::string& out);
  void close_call(Call& call, std::string_view status, std::string& out);

  void block_end(std::string& out);
  void finish(std::string& out);
  [[nodiscard]] std::string finished_items() const;

  std::string answer_id_;
  std::vector<std::string> custom_tools_;
  Envelope envelope_;
  std::uint64_t sequence_ = 0;
  std::vector<std::string> items_;  ///< By output index; empty while an item is open.
  std::size_t kept_bytes_ = 0;
  OpenMessage message_;
  OpenReasoning reasoning_;
  std::deque<Call> calls_;
  Usage usage_;
  FinishReason finish_ = FinishReason::kStop;
  bool has_usage_ = false, started_ = false, ended_ = false;
};

}  // namespace switchyard::wire::openai_responses
