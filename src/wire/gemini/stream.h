#pragma once
/// \file
/// Gemini streams, read and written: a row of GenerateContentResponse objects, of which the last says why the answer
/// ended. One object per stream; not thread-safe.
/// Source: the Gemini API reference (v1beta), "streamGenerateContent".

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/emit.h"
#include "wire/gemini/array_decoder.h"
#include "wire/gemini/grounding.h"
#include "wire/gemini/text_positions.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire::gemini {

class StreamDecoder {
 public:
  /// Appends what one event says, of an SSE stream or of an ArrayDecoder. The chat events are valid until the next
  /// call. Parts that have no counterpart are passed over. The stream has no end mark of its own: StreamEnd follows the
  /// finish as soon as the usage is known, which stands in the same chunk.
  /// Errors: kInvalidRequest for a payload that is not JSON.
  Result<void> decode(const sse::Event& event, std::vector<ChatEvent>& out);

  /// To be called when the body has ended: appends the StreamEnd of an answer that finished and never told its usage.
  void body_ended(std::vector<ChatEvent>& out);

 private:
  std::optional<FinishReason> candidate(json::Value candidate, std::vector<ChatEvent>& out);
  void part(json::Value part, std::vector<ChatEvent>& out);
  void call(json::Value call, std::vector<ChatEvent>& out);

  std::string bytes_;  ///< The payload that the last events point into.
  json::Document document_;
  TextStorage storage_;
  std::string id_;
  TextPositions text_;
  JsonRaw logprobs_;  ///< Of the chunk being read, until its text has taken them.
  std::uint32_t calls_ = 0;
  bool started_ = false, finished_ = false, ended_ = false;
};

/// Tool calls wait until their arguments are whole, since a part holds a call with all of them; everything else goes
/// out at once. The finish waits for StreamEnd, so that the usage stands beside it.
class StreamEncoder {
 public:
  /// What the arguments of unfinished calls may hold in memory together; as much as one event of a provider may.
  static constexpr std::size_t kCallBytesMax = 16u << 20;

  /// More citations than any answer has; what a provider sends beyond is left out.
  static constexpr std::size_t kCitationsMax = 10'000;

  explicit StreamEncoder(const AnswerContext& context, StreamFraming framing = StreamFraming::kSse);
  /// Appends the chunks that say the same.
  void encode(const ChatEvent& event, std::string& out);
  /// Whether the last chunk or an error was written.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  struct Call {
    std::string id, name;
    std::string arguments;  ///< Still escaped.
    std::size_t depth = 0;
    bool begun = false, in_string = false, escaped = false;
    bool custom = false, whole = false;
  };

  void begin_chunk(std::string& out);
  void end_chunk(std::string& out);
  void chunk(std::string_view part, JsonRaw logprobs, std::string& out);
  void text(JsonText text, JsonRaw logprobs, std::string& out);
  void thought(JsonText text, JsonText state, std::string& out);
  void call_start(const ToolCallStart& start);
  void call_arguments(const ToolCallArguments& piece, std::string& out);
  void write_calls(bool all, std::string& out);
  void cite(const Citation& citation);
  void close_text_block();
  void finish(std::string& out);
  void error(std::string_view type, std::string_view message, std::string& out);

  std::string id_, model_;
  StreamFraming framing_;
  Usage usage_;
  bool has_usage_ = false, any_chunk_ = false, ended_ = false;
  std::string signature_;  ///< Gemini's own, for the next part.
  TextPositions text_;
  std::vector<Grounding> groundings_;
  std::size_t placed_ = 0;  ///< How many of them have their place; the others wait for the end of their text block.
  std::int64_t block_begin_ = 0;  ///< Where in `text_` that block begins.
  std::deque<Call> calls_;
  std::unordered_map<std::uint32_t, std::size_t> call_of_;  ///< By the events' index.
  std::size_t calls_written_ = 0, call_bytes_ = 0;
  std::optional<FinishReason> finish_;
};

}  // namespace switchyard::wire::gemini
