#pragma once
/// \file
/// One door to all dialects: each function does for the named dialect what that dialect's folder says.
/// Pure; the stream classes belong to one stream and one thread.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "domain/request_view.h"
#include "wire/anthropic/stream.h"
#include "wire/anthropic/tap.h"
#include "wire/bedrock_converse/stream.h"
#include "wire/emit.h"
#include "wire/field_rules.h"
#include "wire/gemini/stream.h"
#include "wire/gemini/tap.h"
#include "wire/openai_chat/stream.h"
#include "wire/openai_chat/tap.h"
#include "wire/openai_completions/response.h"
#include "wire/openai_responses/stream.h"
#include "wire/openai_responses/tap.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire {

/// Whether clients, or providers, speak a dialect. The functions below take only dialects of their side.
bool of_clients(Dialect dialect);
bool of_providers(Dialect dialect);

Result<RequestView> view_request(Dialect dialect, const json::Document& body);
Result<ChatRequest> parse_request(Dialect dialect, const json::Document& body);
/// Appends the request as `target_dialect` writes it.
void emit_request(Dialect target_dialect, const ChatRequest& request, const EmitTarget& target, std::string& out);
/// What becomes of each field on its way into a provider's dialect.
const TargetRules& rules(Dialect target_dialect);
/// What `target_dialect` cannot carry of `request`.
std::vector<Refusal> refusals(Dialect target_dialect, const ChatRequest& request);

Result<ChatResponse> parse_response(Dialect dialect, const json::Document& body);
void emit_response(Dialect dialect, const ChatResponse& response, const AnswerContext& context, std::string& out);
/// Reads the usage of a whole answer; false if it has none.
bool tap_body(Dialect dialect, std::string_view body, Usage& usage);

ProviderError parse_error(Dialect dialect, int status, std::string_view body);
std::string render_error(Dialect dialect, const Error& error, std::string_view request_id);
/// An error inside a stream that has begun, as one event of the dialect.
std::string render_stream_error(Dialect dialect, const Error& error, std::string_view request_id);

class StreamDecoder {
 public:
  explicit StreamDecoder(Dialect dialect);
  Result<void> decode(const sse::Event& event, std::vector<ChatEvent>& out);

 private:
  std::variant<openai_chat::StreamDecoder, anthropic::StreamDecoder, openai_responses::StreamDecoder,
               gemini::StreamDecoder, bedrock_converse::StreamDecoder>
      decoder_;
};

class StreamEncoder {
 public:
  StreamEncoder(Dialect dialect, const AnswerContext& context);
  void encode(const ChatEvent& event, std::string& out);
  [[nodiscard]] bool ended() const;

 private:
  std::variant<openai_chat::StreamEncoder, anthropic::StreamEncoder, openai_responses::StreamEncoder,
               gemini::StreamEncoder, openai_completions::StreamEncoder>
      encoder_;
};

/// Watches a stream that is passed on in its own dialect.
class StreamTap {
 public:
  /// `hide_usage` drops the usage chunk that only we asked for (OpenAI).
  StreamTap(Dialect dialect, bool hide_usage);
  /// The bytes to hand on.
  std::string_view feed(std::string_view bytes);
  std::string_view finish();
  [[nodiscard]] const Usage& usage() const;
  [[nodiscard]] bool has_usage() const;
  [[nodiscard]] bool ended() const;
  [[nodiscard]] bool failed() const;
  [[nodiscard]] bool had_output() const;
  [[nodiscard]] std::size_t output_bytes() const;
  [[nodiscard]] bool tool_calls() const;

 private:
  std::variant<openai_chat::StreamTap, anthropic::StreamTap, openai_responses::StreamTap, gemini::StreamTap> tap_;
};

}  // namespace switchyard::wire
