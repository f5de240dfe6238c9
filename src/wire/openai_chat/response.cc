#include "wire/openai_chat/response.h"

#include <algorithm>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/openai_chat/tap.h"

namespace switchyard::wire::openai_chat {
namespace {

/// More tokens than any answer has; a provider that says more, or less than none, is not believed.
constexpr TokenCount kTokensMax = 1'000'000'000;
TokenCount count(json::Value value) { return std::clamp<TokenCount>(value.integer().value_or(0), 0, kTokensMax); }

Result<void> parse_message(json::Value message, ChatResponse& response) {
  for (const std::string_view key : {"reasoning_content", "reasoning"}) {
    if (const json::Value text = message[key]; text.is_string() && !text.escaped().empty()) {
      response.parts.push_back(ThinkingPart{{text.escaped()}, {}, {}});
      break;
    }
  }
  if (const json::Value text = message["content"]; text.is_string() && !text.escaped().empty()) {
    response.parts.push_back(TextPart{{text.escaped()}, {}, raw_field(message["annotations"])});
  }
  if (const json::Value text = message["refusal"]; text.is_string())
    response.parts.push_back(RefusalPart{{text.escaped()}});
  std::size_t index = 0;
  for (const json::Value call : message["tool_calls"].elements()) {
    const std::string path = at("choices[0].message.tool_calls", index++);
    ToolCallPart part;
    SY_TRY(part.id, text_field(call["id"], at(path, "id")));
    SY_TRY(part.name, required_text(call["function"]["name"], at(path, "function.name")));
    SY_TRY(const JsonText arguments, text_field(call["function"]["arguments"], at(path, "function.arguments")));
    part.arguments = decoded(arguments, response.storage);
    response.parts.push_back(part);
  }
  return {};
}

void write_message(const ChatResponse& response, json::Writer& w) {
  std::string text, thinking, refusal;
  bool calls = false;
  for (const Part& part : response.parts) {
    if (const auto* p = std::get_if<TextPart>(&part)) text.append(p->text.escaped);
    if (const auto* p = std::get_if<ThinkingPart>(&part)) thinking.append(p->text.escaped);
    if (const auto* p = std::get_if<RefusalPart>(&part)) refusal.append(p->text.escaped);
    calls |= std::holds_alternative<ToolCallPart>(part);
  }
  w.begin_object().field("role", "assistant");
  if (text.empty() && (calls || !refusal.empty())) {
    w.key("content").null();
  } else {
    w.field_escaped("content", text);
  }
  if (refusal.empty()) {
    w.key("refusal").null();
  } else {
    w.field_escaped("refusal", refusal);
  }
  if (!thinking.empty()) w.field_escaped("reasoning_content", thinking);
  if (calls) {
    w.key("tool_calls").begin_array();
    for (const Part& part : response.parts) {
      const auto* call = std::get_if<ToolCallPart>(&part);
      if (call == nullptr) continue;
      w.begin_object().field_escaped("id", call->id.escaped).field("type", "function").key("function").begin_object();
      w.field_escaped("name", call->name.escaped).field("arguments", call->arguments.empty() ? "{}" : call->arguments);
      w.end_object().end_object();
    }
    w.end_array();
  }
  w.end_object();
}

}  // namespace

FinishReason finish_from(json::Value reason) {
  if (reason.equals("stop")) return FinishReason::kStop;
  if (reason.equals("length")) return FinishReason::kLength;
  if (reason.equals("tool_calls") || reason.equals("function_call")) return FinishReason::kToolCalls;
  if (reason.equals("content_filter")) return FinishReason::kContentFilter;
  return FinishReason::kUnknown;
}

std::string_view finish_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::kLength:
    case FinishReason::kContextExceeded:
      return "length";
    case FinishReason::kToolCalls:
      return "tool_calls";
    case FinishReason::kContentFilter:
    case FinishReason::kRefusal:
      return "content_filter";
    case FinishReason::kStop:
    case FinishReason::kStopSequence:
    case FinishReason::kPause:
    case FinishReason::kUnknown:
      break;
  }
  return "stop";
}

bool parse_usage(json::Value usage, Usage& into) {
  if (!usage.is_object()) return false;
  TokenCount prompt = 0, completion = 0, cached = 0, written = 0, reasoning = 0;
  for (const json::Member member : usage.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "prompt_tokens") prompt = count(member.value);
    if (key == "completion_tokens") completion = count(member.value);
    if (key == "prompt_tokens_details") {
      cached = count(member.value["cached_tokens"]);
      written = count(member.value["cache_write_tokens"]);
    }
    if (key == "completion_tokens_details") reasoning = count(member.value["reasoning_tokens"]);
  }
  // A provider whose details exceed its totals is wrong about one of them; the totals are what it bills.
  cached = std::min(cached, prompt);
  written = std::min(written, prompt - cached);
  reasoning = std::min(reasoning, completion);
  into = {prompt - cached - written, cached, written, completion - reasoning, reasoning};
  return true;
}

void write_usage(const Usage& usage, std::string& out) {
  json::Writer w(out);
  w.begin_object().field("prompt_tokens", usage.prompt()).field("completion_tokens", usage.completion());
  w.field("total_tokens", usage.prompt() + usage.completion());
  w.key("prompt_tokens_details").begin_object().field("cached_tokens", usage.cache_read).end_object();
  w.key("completion_tokens_details").begin_object().field("reasoning_tokens", usage.reasoning).end_object();
  w.end_object();
}

Result<ChatResponse> parse_response(const json::Document& body) {
  const json::Value root = body.root();
  const json::Value choices = root["choices"];
  if (!choices.is_array() || choices.size() == 0) return expected("choices", "at least one");
  const json::Value choice = *choices.elements().begin();
  ChatResponse response;
  response.id = {root["id"].escaped()};
  response.model = {root["model"].escaped()};
  response.created_unix = root["created"].integer().value_or(0);
  if (!choice["message"].is_object()) return expected("choices[0].message", "an object");
  SY_CHECK(parse_message(choice["message"], response));
  response.finish = finish_from(choice["finish_reason"]);
  response.has_usage = parse_usage(root["usage"], response.usage);
  return response;
}

void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out) {
  json::Writer w(out);
  w.begin_object();
  if (response.id.escaped.starts_with("chatcmpl-")) {
    w.field_escaped("id", response.id.escaped);
  } else {
    w.field("id", "chatcmpl-" + std::string(context.id));
  }
  w.field("object", "chat.completion");
  w.field("created", response.created_unix != 0 ? response.created_unix : context.created_unix);
  w.field("model", context.model);
  w.key("choices").begin_array().begin_object().field("index", 0).key("message");
  write_message(response, w);
  w.key("logprobs").null();
  w.field("finish_reason", finish_name(response.finish)).end_object().end_array();
  std::string usage;
  write_usage(response.usage, usage);
  w.field_raw("usage", usage);
  w.end_object();
}

bool tap_body(std::string_view body, Usage& usage) {
  // Providers write usage last; the object behind the last "usage" key at least parses on its own.
  constexpr std::string_view kKey = "\"usage\":";
  if (const std::size_t found = body.rfind(kKey); found != std::string_view::npos) {
    const std::string_view object = balanced_object(body.substr(found + kKey.size()));
    if (!object.empty()) {
      if (const auto document = json::Document::parse(object);
          document && document->root()["prompt_tokens"].is_number()) {
        return parse_usage(document->root(), usage);
      }
    }
  }
  const auto document = json::Document::parse(body);
  return document && parse_usage(document->root()["usage"], usage);
}

}  // namespace switchyard::wire::openai_chat
