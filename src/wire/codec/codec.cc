#include "wire/codec/codec.h"

#include "wire/anthropic/error.h"
#include "wire/anthropic/field_rules.h"
#include "wire/anthropic/request.h"
#include "wire/anthropic/response.h"
#include "wire/anthropic/view.h"
#include "wire/openai_chat/error.h"
#include "wire/openai_chat/field_rules.h"
#include "wire/openai_chat/request.h"
#include "wire/openai_chat/response.h"
#include "wire/openai_chat/view.h"

namespace switchyard::wire {

Result<RequestView> view_request(Dialect dialect, const json::Document& body) {
  return dialect == Dialect::kAnthropic ? anthropic::view_request(body) : openai_chat::view_request(body);
}

Result<ChatRequest> parse_request(Dialect dialect, const json::Document& body) {
  return dialect == Dialect::kAnthropic ? anthropic::parse_request(body) : openai_chat::parse_request(body);
}

void emit_request(Dialect target_dialect, const ChatRequest& request, const EmitTarget& target, std::string& out) {
  if (target_dialect == Dialect::kAnthropic) {
    anthropic::emit_request(request, target, out);
  } else {
    openai_chat::emit_request(request, target, out);
  }
}

std::vector<Refusal> refusals(Dialect target_dialect, const ChatRequest& request) {
  return find_refusals(target_dialect == Dialect::kAnthropic ? anthropic::rules() : openai_chat::rules(), request);
}

Result<ChatResponse> parse_response(Dialect dialect, const json::Document& body) {
  return dialect == Dialect::kAnthropic ? anthropic::parse_response(body) : openai_chat::parse_response(body);
}

void emit_response(Dialect dialect, const ChatResponse& response, const AnswerContext& context, std::string& out) {
  if (dialect == Dialect::kAnthropic) {
    anthropic::emit_response(response, context, out);
  } else {
    openai_chat::emit_response(response, context, out);
  }
}

bool tap_body(Dialect dialect, std::string_view body, Usage& usage) {
  return dialect == Dialect::kAnthropic ? anthropic::tap_body(body, usage) : openai_chat::tap_body(body, usage);
}

ProviderError parse_error(Dialect dialect, int status, std::string_view body) {
  return dialect == Dialect::kAnthropic ? anthropic::parse_error(status, body) : openai_chat::parse_error(status, body);
}

std::string render_error(Dialect dialect, const Error& error, std::string_view request_id) {
  return dialect == Dialect::kAnthropic ? anthropic::render_error(error, request_id)
                                        : openai_chat::render_error(error, request_id);
}

std::string render_stream_error(Dialect dialect, const Error& error, std::string_view request_id) {
  std::string event = dialect == Dialect::kAnthropic ? "event: error\ndata: " : "data: ";
  return event.append(render_error(dialect, error, request_id)).append("\n\n");
}

StreamDecoder::StreamDecoder(Dialect dialect) {
  if (dialect == Dialect::kAnthropic) decoder_.emplace<anthropic::StreamDecoder>();
}

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  return std::visit([&](auto& decoder) { return decoder.decode(event, out); }, decoder_);
}

StreamEncoder::StreamEncoder(Dialect dialect, const AnswerContext& context)
    : encoder_(std::in_place_type<openai_chat::StreamEncoder>, context) {
  if (dialect == Dialect::kAnthropic) encoder_.emplace<anthropic::StreamEncoder>(context);
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  std::visit([&](auto& encoder) { encoder.encode(event, out); }, encoder_);
}

bool StreamEncoder::ended() const {
  return std::visit([](const auto& encoder) { return encoder.ended(); }, encoder_);
}

StreamTap::StreamTap(Dialect dialect, bool hide_usage) : tap_(std::in_place_type<openai_chat::StreamTap>, hide_usage) {
  if (dialect == Dialect::kAnthropic) tap_.emplace<anthropic::StreamTap>();
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
