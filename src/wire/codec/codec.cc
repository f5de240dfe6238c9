#include "wire/codec/codec.h"

#include "wire/anthropic/error.h"
#include "wire/anthropic/field_rules.h"
#include "wire/anthropic/request.h"
#include "wire/anthropic/response.h"
#include "wire/anthropic/view.h"
#include "wire/bedrock_converse/error.h"
#include "wire/bedrock_converse/field_rules.h"
#include "wire/bedrock_converse/request.h"
#include "wire/bedrock_converse/response.h"
#include "wire/gemini/error.h"
#include "wire/gemini/field_rules.h"
#include "wire/gemini/request.h"
#include "wire/gemini/response.h"
#include "wire/gemini/view.h"
#include "wire/openai_chat/error.h"
#include "wire/openai_chat/field_rules.h"
#include "wire/openai_chat/request.h"
#include "wire/openai_chat/response.h"
#include "wire/openai_chat/view.h"
#include "wire/openai_completions/request.h"
#include "wire/openai_responses/error.h"
#include "wire/openai_responses/field_rules.h"
#include "wire/openai_responses/request.h"
#include "wire/openai_responses/response.h"
#include "wire/openai_responses/view.h"

namespace switchyard::wire {

namespace {

/// What one dialect can do. Null: not on that side, since some are of clients only and some of providers only.
struct Codec {
  Result<RequestView> (*view_request)(const json::Document&) = nullptr;
  Result<ChatRequest> (*parse_request)(const json::Document&) = nullptr;
  void (*emit_request)(const ChatRequest&, const EmitTarget&, std::string&) = nullptr;
  const TargetRules& (*rules)() = nullptr;
  Result<ChatResponse> (*parse_response)(const json::Document&) = nullptr;
  void (*emit_response)(const ChatResponse&, const AnswerContext&, std::string&) = nullptr;
  bool (*tap_body)(std::string_view, Usage&) = nullptr;
  ProviderError (*parse_error)(int, std::string_view) = nullptr;
  std::string (*render_error)(const Error&, std::string_view) = nullptr;
  std::string_view error_event;  ///< What stands in front of an error inside a stream.
};

#define SWITCHYARD_BOTH_SIDES(dialect)                                                                           \
  dialect::view_request, dialect::parse_request, dialect::emit_request, dialect::rules, dialect::parse_response, \
      dialect::emit_response, dialect::tap_body, dialect::parse_error, dialect::render_error

constexpr Codec kOpenAiChat{SWITCHYARD_BOTH_SIDES(openai_chat), "data: "};
constexpr Codec kAnthropic{SWITCHYARD_BOTH_SIDES(anthropic), "event: error\ndata: "};
constexpr Codec kOpenAiResponses{SWITCHYARD_BOTH_SIDES(openai_responses), "event: error\ndata: "};
constexpr Codec kGemini{SWITCHYARD_BOTH_SIDES(gemini), "data: "};
constexpr Codec kOpenAiCompletions{.view_request = openai_completions::view_request,
                                   .parse_request = openai_completions::parse_request,
                                   .emit_response = openai_completions::emit_response,
                                   .render_error = openai_chat::render_error,
                                   .error_event = "data: "};
constexpr Codec kBedrockConverse{.emit_request = bedrock_converse::emit_request,
                                 .rules = bedrock_converse::rules,
                                 .parse_response = bedrock_converse::parse_response,
                                 .tap_body = bedrock_converse::tap_body,
                                 .parse_error = bedrock_converse::parse_error};

const Codec& codec_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::kAnthropic:
      return kAnthropic;
    case Dialect::kOpenAiResponses:
      return kOpenAiResponses;
    case Dialect::kGemini:
      return kGemini;
    case Dialect::kOpenAiCompletions:
      return kOpenAiCompletions;
    case Dialect::kBedrockConverse:
      return kBedrockConverse;
    case Dialect::kOpenAiChat:
      break;
  }
  return kOpenAiChat;
}

}  // namespace

bool of_clients(Dialect dialect) { return codec_of(dialect).parse_request != nullptr; }
bool of_providers(Dialect dialect) { return codec_of(dialect).emit_request != nullptr; }

Result<RequestView> view_request(Dialect dialect, const json::Document& body) {
  return codec_of(dialect).view_request(body);
}

Result<ChatRequest> parse_request(Dialect dialect, const json::Document& body) {
  return codec_of(dialect).parse_request(body);
}

void emit_request(Dialect target_dialect, const ChatRequest& request, const EmitTarget& target, std::string& out) {
  codec_of(target_dialect).emit_request(request, target, out);
}

const TargetRules& rules(Dialect target_dialect) { return codec_of(target_dialect).rules(); }

std::vector<Refusal> refusals(Dialect target_dialect, const ChatRequest& request) {
  return find_refusals(rules(target_dialect), request);
}

Result<ChatResponse> parse_response(Dialect dialect, const json::Document& body) {
  return codec_of(dialect).parse_response(body);
}

void emit_response(Dialect dialect, const ChatResponse& response, const AnswerContext& context, std::string& out) {
  codec_of(dialect).emit_response(response, context, out);
}

bool tap_body(Dialect dialect, std::string_view body, Usage& usage) { return codec_of(dialect).tap_body(body, usage); }

ProviderError parse_error(Dialect dialect, int status, std::string_view body) {
  return codec_of(dialect).parse_error(status, body);
}

std::string render_error(Dialect dialect, const Error& error, std::string_view request_id) {
  return codec_of(dialect).render_error(error, request_id);
}

std::string render_stream_error(Dialect dialect, const Error& error, std::string_view request_id) {
  if (dialect == Dialect::kOpenAiResponses) return openai_responses::render_stream_error(error);
  std::string event(codec_of(dialect).error_event);
  return event.append(render_error(dialect, error, request_id)).append("\n\n");
}

StreamDecoder::StreamDecoder(Dialect dialect) {
  if (dialect == Dialect::kAnthropic) decoder_.emplace<anthropic::StreamDecoder>();
  if (dialect == Dialect::kBedrockConverse) decoder_.emplace<bedrock_converse::StreamDecoder>();
  if (dialect == Dialect::kOpenAiResponses) decoder_.emplace<openai_responses::StreamDecoder>();
  if (dialect == Dialect::kGemini) decoder_.emplace<gemini::StreamDecoder>();
}

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  return std::visit([&](auto& decoder) { return decoder.decode(event, out); }, decoder_);
}

StreamEncoder::StreamEncoder(Dialect dialect, const AnswerContext& context)
    : encoder_(std::in_place_type<openai_chat::StreamEncoder>, context) {
  if (dialect == Dialect::kAnthropic) encoder_.emplace<anthropic::StreamEncoder>(context);
  if (dialect == Dialect::kOpenAiResponses) encoder_.emplace<openai_responses::StreamEncoder>(context);
  if (dialect == Dialect::kGemini) {
    encoder_.emplace<gemini::StreamEncoder>(
        context, context.json_array ? gemini::StreamFraming::kArray : gemini::StreamFraming::kSse);
  }
  if (dialect == Dialect::kOpenAiCompletions) encoder_.emplace<openai_completions::StreamEncoder>(context);
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  std::visit([&](auto& encoder) { encoder.encode(event, out); }, encoder_);
}

bool StreamEncoder::ended() const {
  return std::visit([](const auto& encoder) { return encoder.ended(); }, encoder_);
}

StreamTap::StreamTap(Dialect dialect, bool hide_usage) : tap_(std::in_place_type<openai_chat::StreamTap>, hide_usage) {
  if (dialect == Dialect::kAnthropic) tap_.emplace<anthropic::StreamTap>();
  if (dialect == Dialect::kOpenAiResponses) tap_.emplace<openai_responses::StreamTap>();
  if (dialect == Dialect::kGemini) tap_.emplace<gemini::StreamTap>();
}

std::string_view StreamTap::feed(std::string_view bytes) {
  return std::visit([&](auto& tap) { return tap.feed(bytes); }, tap_);
}
std::string_view StreamTap::finish() {
  return std::visit([](auto& tap) { return tap.finish(); }, tap_);
}
const Usage& StreamTap::usage() const {
  return std::visit([](const auto& tap) -> const Usage& { return tap.usage(); }, tap_);
}
bool StreamTap::has_usage() const {
  return std::visit([](const auto& tap) { return tap.has_usage(); }, tap_);
}
bool StreamTap::ended() const {
  return std::visit([](const auto& tap) { return tap.ended(); }, tap_);
}
bool StreamTap::failed() const {
  return std::visit([](const auto& tap) { return tap.failed(); }, tap_);
}
bool StreamTap::had_output() const {
  return std::visit([](const auto& tap) { return tap.had_output(); }, tap_);
}
std::size_t StreamTap::output_bytes() const {
  return std::visit([](const auto& tap) { return tap.output_bytes(); }, tap_);
}
bool StreamTap::tool_calls() const {
  return std::visit([](const auto& tap) { return tap.tool_calls(); }, tap_);
}

}  // namespace switchyard::wire
