#include "wire/openai_chat/response.h"

#include <algorithm>
#include <utility>

#include "base/json_writer.h"
#include "wire/custom_tools.h"
#include "wire/fields.h"
#include "wire/openai_chat/tap.h"
#include "wire/reasoning_state.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::openai_chat {
namespace {

/// More tokens than any answer has; a provider that says more, or less than none, is not believed.
constexpr TokenCount kTokensMax = 1'000'000'000;
TokenCount count(json::Value value) { return std::clamp<TokenCount>(value.integer().value_or(0), 0, kTokensMax); }

std::vector<Citation> sources(json::Value annotations) {
  std::vector<Citation> found;
  for (const json::Value annotation : annotations.elements()) {
    const json::Value cited = annotation["url_citation"];
    if (cited["url"].escaped().empty()) continue;
    found.push_back({{cited["url"].escaped()},
                     {cited["title"].escaped()},
                     {},
                     cited["start_index"].integer().value_or(-1),
                     cited["end_index"].integer().value_or(-1)});
  }
  return found;
}

/// Some providers answer with parts instead of one string.
void parse_answer_content(json::Value content, json::Value message, json::Value logprobs, ChatResponse& response) {
  const auto text = [&](json::Value inner) {
    if (inner.escaped().empty()) return;
    const json::Value annotations = message["annotations"];
    response.parts.push_back(
        TextPart{{inner.escaped()}, {}, raw_field(annotations), sources(annotations), raw_field(logprobs["content"])});
  };
  if (content.is_string()) return text(content);
  for (const json::Value part : content.elements()) {
    if (part["type"].equals("text")) text(part["text"]);
    if (part["type"].equals("thinking")) {
      for (const json::Value inner : part["thinking"].elements()) {
        response.parts.push_back(ThinkingPart{{inner["text"].escaped()}, {}, {}});
      }
    }
  }
}

Result<void> parse_calls(json::Value calls, ChatResponse& response) {
  std::size_t index = 0;
  for (const json::Value call : calls.elements()) {
    const std::string path = at("choices[0].message.tool_calls", index++);
    ToolCallPart part;
    part.custom = call["type"].equals("custom");
    const json::Value inner = call[part.custom ? "custom" : "function"];
    SY_TRY(part.id, text_field(call["id"], at(path, "id")));
    SY_TRY(part.name, required_text(inner["name"], at(path, part.custom ? "custom.name" : "function.name")));
    SY_TRY(const JsonText arguments, text_field(inner[part.custom ? "input" : "arguments"], at(path, "arguments")));
    part.arguments = decoded(arguments, response.storage);
    response.parts.push_back(part);
  }
  return {};
}

Result<void> parse_message(json::Value message, json::Value logprobs, ChatResponse& response) {
  for (const std::string_view key : {"reasoning_content", "reasoning"}) {
    if (const json::Value text = message[key]; text.is_string() && !text.escaped().empty()) {
      response.parts.push_back(ThinkingPart{{text.escaped()}, {}, {}});
      break;
    }
  }
  parse_answer_content(message["content"], message, logprobs, response);
  if (const json::Value text = message["refusal"]; text.is_string() && !text.escaped().empty()) {
    response.parts.push_back(RefusalPart{{text.escaped()}});
  }
  return parse_calls(message["tool_calls"], response);
}

/// Writes one answer's message.
class MessageWriter {
 public:
  MessageWriter(const ChatResponse& response, const AnswerContext& context, json::Writer& w)
      : response_(response), context_(context), w_(w) {}

  void run() {
    collect();
    w_.begin_object().field("role", "assistant");
    if (text_.empty() && (calls_ > 0 || !refusal_.empty())) {
      w_.key("content").null();
    } else {
      w_.field_escaped("content", text_);
    }
    if (refusal_.empty()) {
      w_.key("refusal").null();
    } else {
      w_.field_escaped("refusal", refusal_);
    }
    if (!thinking_.empty()) w_.field_escaped("reasoning_content", thinking_);
    state();
    annotations();
    if (calls_ > 0) {
      w_.key("tool_calls").begin_array();
      std::size_t index = 0;
      for (const Part& part : response_.parts) {
        if (const auto* call = std::get_if<ToolCallPart>(&part)) write_call(*call, index++);
      }
      w_.end_array();
    }
    w_.end_object();
  }

 private:
  void collect() {
    for (const Part& part : response_.parts) {
      if (const auto* p = std::get_if<TextPart>(&part)) text_.append(p->text.escaped);
      if (const auto* p = std::get_if<ThinkingPart>(&part)) thinking_.append(p->text.escaped);
      if (const auto* p = std::get_if<RefusalPart>(&part)) refusal_.append(p->text.escaped);
      if (std::holds_alternative<ToolCallPart>(part)) ++calls_;
    }
  }
  /// The reasoning state, so that it comes back with the message.
  void state() {
    bool any = false;
    for (const Part& part : response_.parts) {
      const auto* thinking = std::get_if<ThinkingPart>(&part);
      if (thinking == nullptr || (thinking->signature.empty() && thinking->redacted.empty())) continue;
      if (!std::exchange(any, true)) w_.key("reasoning_details").begin_array();
      write_reasoning_detail(*thinking, w_);
    }
    if (any) w_.end_array();
  }
  void annotations() {
    bool any = false;
    for (const Part& part : response_.parts) {
      const auto* text = std::get_if<TextPart>(&part);
      if (text == nullptr) continue;
      for (const Citation& source : text->sources) {
        if (!std::exchange(any, true)) w_.key("annotations").begin_array();
        write_citation(source, w_);
      }
    }
    if (any) w_.end_array();
  }
  void write_call(const ToolCallPart& call, std::size_t index) {
    const bool custom = call.custom || is_custom_tool(context_.custom_tools, call.name.escaped);
    w_.begin_object().field_escaped("id", answer_tool_id(call.id, context_.id, index, storage_));
    w_.field("type", custom ? "custom" : "function").key(custom ? "custom" : "function").begin_object();
    w_.field_escaped("name", call.name.escaped);
    if (custom) {
      w_.field("input", call.custom ? std::string(call.arguments) : custom_tool_input(call.arguments));
    } else {
      w_.field("arguments", call.arguments.empty() ? "{}" : call.arguments);
    }
    w_.end_object().end_object();
  }

  const ChatResponse& response_;
  const AnswerContext& context_;
  json::Writer& w_;
  TextStorage storage_;
  std::string text_, thinking_, refusal_;
  std::size_t calls_ = 0;
};

void write_logprobs(const ChatResponse& response, json::Writer& w) {
  w.key("logprobs");
  for (const Part& part : response.parts) {
    const auto* text = std::get_if<TextPart>(&part);
    if (text == nullptr || text->logprobs.empty()) continue;
    w.begin_object().field_raw("content", text->logprobs.text).key("refusal").null().end_object();
    return;
  }
  w.null();
}

}  // namespace

void write_reasoning_detail(const ThinkingPart& thinking, json::Writer& w) {
  TextStorage storage;
  const bool redacted = !thinking.redacted.empty();
  const JsonText state = redacted ? thinking.redacted : thinking.signature;
  w.begin_object().field("type", redacted ? "reasoning.redacted" : "reasoning.encrypted");
  w.field_escaped("data", sealed_state(state, thinking.issuer, Dialect::kOpenAiChat, storage).escaped);
  if (!thinking.text.empty()) w.field_escaped("text", thinking.text.escaped);
  w.end_object();
}

void write_citation(const Citation& source, json::Writer& w) {
  w.begin_object().field("type", "url_citation").key("url_citation").begin_object();
  w.field_escaped("url", source.url.escaped).field_escaped("title", source.title.escaped);
  w.field("start_index", std::max<std::int64_t>(source.start, 0))
      .field("end_index", std::max<std::int64_t>(source.end, 0));
  w.end_object().end_object();
}

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
  SY_CHECK(parse_message(choice["message"], choice["logprobs"], response));
  response.service_tier = {root["service_tier"].escaped()};
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
  MessageWriter(response, context, w).run();
  write_logprobs(response, w);
  const bool calls =
      std::ranges::any_of(response.parts, [](const Part& part) { return std::holds_alternative<ToolCallPart>(part); });
  w.field("finish_reason", finish_name(settled_finish(response.finish, calls))).end_object().end_array();
  if (response.has_usage) {
    std::string usage;
    write_usage(response.usage, usage);
    w.field_raw("usage", usage);
  }
  w.end_object();
}

bool tap_body(std::string_view body, Usage& usage) {
  constexpr std::string_view kKey = "\"usage\":";
  // A usage object with what else stands behind it is far shorter.
  char buffer[2048];
  if (const std::string_view tail = tail_from(body, kKey, buffer, sizeof buffer); !tail.empty()) {
    if (const auto document = json::Document::parse(tail);
        document && document->root()["usage"]["prompt_tokens"].is_number()) {
      return parse_usage(document->root()["usage"], usage);
    }
  }
  const auto document = json::Document::parse(body);
  return document && parse_usage(document->root()["usage"], usage);
}

}  // namespace switchyard::wire::openai_chat
