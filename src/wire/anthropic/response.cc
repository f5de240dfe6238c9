#include "wire/anthropic/response.h"

#include <algorithm>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/reasoning_state.h"
#include "wire/scan.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::anthropic {
namespace {

/// More tokens than any answer has; a provider that says more, or less than none, is not believed.
constexpr TokenCount kTokensMax = 1'000'000'000;
constexpr std::string_view kBrokenArgumentsKey = "_broken_arguments";

/// Where a text block's claims come from, as far as every dialect can say it.
std::vector<Citation> sources(json::Value citations) {
  std::vector<Citation> found;
  for (const json::Value citation : citations.elements()) {
    if (citation["url"].escaped().empty()) continue;  // Of a document in the request: no place on the web.
    found.push_back(
        {{citation["url"].escaped()}, {citation["title"].escaped()}, {citation["cited_text"].escaped()}, -1, -1});
  }
  return found;
}

Result<void> parse_block(json::Value block, const std::string& path, ChatResponse& response) {
  const json::Value type = block["type"];
  if (type.equals("text")) {
    const json::Value citations = block["citations"];
    response.parts.push_back(TextPart{{block["text"].escaped()}, {}, raw_field(citations), sources(citations), {}});
  } else if (type.equals("thinking")) {
    response.parts.push_back(
        ThinkingPart{{block["thinking"].escaped()}, {block["signature"].escaped()}, {}, Dialect::kAnthropic});
  } else if (type.equals("redacted_thinking")) {
    response.parts.push_back(ThinkingPart{{}, {}, {block["data"].escaped()}, Dialect::kAnthropic});
  } else if (type.equals("tool_use")) {
    ToolCallPart call;
    SY_TRY(call.id, required_text(block["id"], at(path, "id")));
    SY_TRY(call.name, required_text(block["name"], at(path, "name")));
    call.arguments = block["input"].raw();
    response.parts.push_back(call);
  } else if (type.is_string()) {
    response.parts.push_back(OpaquePart{Dialect::kAnthropic, type.string(), {block.raw()}});
  } else {
    return expected(at(path, "type"), "a string");
  }
  return {};
}

/// Writes the blocks of one answer.
class BlockWriter {
 public:
  BlockWriter(const AnswerContext& context, json::Writer& w) : context_(context), w_(w) {}

  void write(const Part& part) {
    if (const auto* p = std::get_if<TextPart>(&part)) text(*p);
    if (const auto* p = std::get_if<RefusalPart>(&part)) text(TextPart{p->text, {}, {}});
    if (const auto* p = std::get_if<ThinkingPart>(&part)) thinking(*p);
    if (const auto* p = std::get_if<ToolCallPart>(&part)) tool_use(*p);
  }

 private:
  void text(const TextPart& part) {
    w_.begin_object().field("type", "text").field_escaped("text", part.text.escaped);
    if (!part.sources.empty()) {
      w_.key("citations").begin_array();
      for (const Citation& source : part.sources) write_citation(source, w_);
      w_.end_array();
    }
    w_.end_object();
  }
  void thinking(const ThinkingPart& part) {
    const JsonText signature = sealed_state(part.signature, part.issuer, Dialect::kAnthropic, storage_);
    const JsonText redacted = sealed_state(part.redacted, part.issuer, Dialect::kAnthropic, storage_);
    w_.begin_object();
    if (!redacted.empty() || (part.text.empty() && !signature.empty())) {
      w_.field("type", "redacted_thinking");
      w_.field_escaped("data", redacted.empty() ? signature.escaped : redacted.escaped);
    } else {
      w_.field("type", "thinking").field_escaped("thinking", part.text.escaped);
      w_.field_escaped("signature", signature.escaped);
    }
    w_.end_object();
  }
  void tool_use(const ToolCallPart& call) {
    w_.begin_object().field("type", "tool_use");
    w_.field_escaped("id", answer_tool_id(call.id, context_.id, calls_++, storage_));
    w_.field_escaped("name", call.name.escaped);
    const auto arguments = json::Document::parse(call.arguments);
    if (call.arguments.empty()) {
      w_.key("input").begin_object().end_object();
    } else if (arguments && arguments->root().is_object()) {
      w_.field_raw("input", call.arguments);
    } else {
      // A model wrote broken arguments; the block must hold an object, so they are shown in one.
      w_.key("input").begin_object().field(kBrokenArgumentsKey, call.arguments).end_object();
    }
    w_.end_object();
  }

  const AnswerContext& context_;
  json::Writer& w_;
  TextStorage storage_;
  std::size_t calls_ = 0;
};

}  // namespace

void write_citation(const Citation& source, json::Writer& w) {
  w.begin_object().field("type", "web_search_result_location").field_escaped("url", source.url.escaped);
  w.field_escaped("title", source.title.escaped).field("encrypted_index", "");
  w.field_escaped("cited_text", source.quoted.escaped).end_object();
}

FinishReason finish_from(json::Value reason) {
  if (reason.equals("end_turn")) return FinishReason::kStop;
  if (reason.equals("max_tokens")) return FinishReason::kLength;
  if (reason.equals("tool_use")) return FinishReason::kToolCalls;
  if (reason.equals("stop_sequence")) return FinishReason::kStopSequence;
  if (reason.equals("refusal")) return FinishReason::kRefusal;
  if (reason.equals("pause_turn")) return FinishReason::kPause;
  if (reason.equals("model_context_window_exceeded")) return FinishReason::kContextExceeded;
  return FinishReason::kUnknown;
}

std::string_view finish_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::kLength:
      return "max_tokens";
    case FinishReason::kToolCalls:
      return "tool_use";
    case FinishReason::kStopSequence:
      return "stop_sequence";
    case FinishReason::kContentFilter:
    case FinishReason::kRefusal:
      return "refusal";
    case FinishReason::kPause:
      return "pause_turn";
    case FinishReason::kContextExceeded:
      return "model_context_window_exceeded";
    case FinishReason::kStop:
    case FinishReason::kUnknown:
      break;
  }
  return "end_turn";
}

bool parse_usage(json::Value usage, Usage& into) {
  if (!usage.is_object()) return false;
  for (const json::Member member : usage.members()) {
    const auto told = member.value.integer();
    if (!told) continue;
    const std::optional<TokenCount> count = std::clamp<TokenCount>(*told, 0, kTokensMax);
    const std::string_view key = member.key.escaped();
    if (key == "input_tokens") into.input = *count;
    if (key == "cache_read_input_tokens") into.cache_read = *count;
    if (key == "cache_creation_input_tokens") into.cache_write = *count;
    if (key == "output_tokens") into.output = *count;
  }
  return true;
}

void write_usage(const Usage& usage, std::string& out) {
  json::Writer w(out);
  w.begin_object().field("input_tokens", usage.input).field("cache_creation_input_tokens", usage.cache_write);
  w.field("cache_read_input_tokens", usage.cache_read).field("output_tokens", usage.completion()).end_object();
}

Result<ChatResponse> parse_response(const json::Document& body) {
  const json::Value root = body.root();
  if (!root["content"].is_array()) return expected("content", "an array");
  ChatResponse response;
  response.id = {root["id"].escaped()};
  response.model = {root["model"].escaped()};
  std::size_t index = 0;
  for (const json::Value block : root["content"].elements()) {
    SY_CHECK(parse_block(block, at("content", index++), response));
  }
  response.finish = finish_from(root["stop_reason"]);
  response.stop_sequence = {root["stop_sequence"].escaped()};
  response.has_usage = parse_usage(root["usage"], response.usage);
  return response;
}

void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out) {
  json::Writer w(out);
  w.begin_object();
  if (response.id.escaped.starts_with("msg_")) {
    w.field_escaped("id", response.id.escaped);
  } else {
    w.field("id", "msg_" + std::string(context.id));
  }
  w.field("type", "message").field("role", "assistant").field("model", context.model).key("content").begin_array();
  bool calls = false;
  BlockWriter blocks(context, w);
  for (const Part& part : response.parts) {
    calls |= std::holds_alternative<ToolCallPart>(part);
    blocks.write(part);
  }
  w.end_array();
  w.field("stop_reason", finish_name(settled_finish(response.finish, calls))).key("stop_sequence");
  if (response.stop_sequence.empty()) {
    w.null();
  } else {
    w.string_escaped(response.stop_sequence.escaped);
  }
  std::string usage;
  Usage told = response.usage;
  if (!response.has_usage) told.input = context.input_estimate;
  write_usage(told, usage);
  w.field_raw("usage", usage).end_object();
}

bool tap_body(std::string_view body, Usage& usage) {
  constexpr std::string_view kKey = "\"usage\":";
  // A usage object with what else stands behind it is far shorter.
  char buffer[2048];
  if (const std::string_view tail = tail_from(body, kKey, buffer, sizeof buffer); !tail.empty()) {
    if (const auto document = json::Document::parse(tail);
        document && document->root()["usage"]["input_tokens"].is_number()) {
      return parse_usage(document->root()["usage"], usage);
    }
  }
  const auto document = json::Document::parse(body);
  return document && parse_usage(document->root()["usage"], usage);
}

}  // namespace switchyard::wire::anthropic
