#include "wire/openai_responses/response.h"

#include <algorithm>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/openai_responses/citation.h"
#include "wire/openai_responses/envelope.h"
#include "wire/openai_responses/input.h"
#include "wire/openai_responses/output.h"
#include "wire/openai_responses/state_seal.h"
#include "wire/scan.h"

namespace switchyard::wire::openai_responses {
namespace {

/// More tokens than any answer has; a provider that says more, or less than none, is not believed.
constexpr TokenCount kTokensMax = 1'000'000'000;
TokenCount count(json::Value value) { return std::clamp<TokenCount>(value.integer().value_or(0), 0, kTokensMax); }

Result<void> parse_item(json::Value item, const std::string& path, ChatResponse& response) {
  const json::Value type = item["type"];
  if (!type.is_string()) return expected(at(path, "type"), "a string");
  if (type.equals("message")) {
    for (const json::Value part : item["content"].elements()) {
      if (part["type"].equals("refusal")) {
        response.parts.emplace_back(RefusalPart{{part["refusal"].escaped()}});
      } else if (part["type"].equals("output_text")) {
        response.parts.emplace_back(parse_text_part(part));
      }
    }
  } else if (type.equals("reasoning")) {
    response.parts.emplace_back(parse_reasoning(item, response.storage));
  } else if (type.equals("function_call") || type.equals("custom_tool_call")) {
    ToolCallPart part;
    part.custom = type.equals("custom_tool_call");
    const std::string_view payload = part.custom ? "input" : "arguments";
    SY_TRY(part.id, text_field(item["call_id"], at(path, "call_id")));
    SY_TRY(part.name, required_text(item["name"], at(path, "name")));
    SY_TRY(const JsonText text, text_field(item[payload], at(path, payload)));
    part.arguments = decoded(text, response.storage);
    response.parts.emplace_back(part);
  } else {
    response.parts.emplace_back(OpaquePart{Dialect::kOpenAiResponses, type.string(), {item.raw()}});
  }
  return {};
}

/// Writes an answer's parts as output items.
class OutputWriter {
 public:
  OutputWriter(const AnswerContext& context, std::string_view last_status)
      : context_(context), last_status_(last_status), w_(out_) {}

  std::string run(const std::vector<Part>& parts) {
    for (const Part& part : parts) this->part(part);
    close_message(last_status_);
    return std::move(out_);
  }

 private:
  void part(const Part& part) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
      std::string annotations;
      json::Writer writer(annotations);
      write_annotations(*text, writer);
      json::Writer content = content_writer();
      write_text_part(text->text.escaped, inside_array(annotations), inside_array(text->logprobs.text), content);
      return;
    }
    if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      json::Writer content = content_writer();
      write_refusal_part(refusal->text.escaped, content);
      return;
    }
    close_message("completed");
    if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
      reasoning(*thought);
    } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
      this->call(*call);
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part);
               opaque && opaque->dialect == Dialect::kOpenAiResponses) {
      w_.raw(opaque->value.text);
      ++items_;
    }
  }

  json::Writer content_writer() {
    if (!contents_.empty()) contents_.push_back(',');
    return json::Writer(contents_);
  }
  void close_message(std::string_view status) {
    if (contents_.empty()) return;
    write_message_item(item_id("msg_", context_.id, items_++), status, contents_, w_);
    contents_.clear();
  }

  void reasoning(const ThinkingPart& thought) {
    const JsonText sealed = sealed_reasoning(thought, true, storage_);
    if (thought.text.empty() && sealed.empty()) return;
    const std::string_view own =
        thought.issuer == Dialect::kOpenAiResponses ? cut_state(thought.signature).id : std::string_view{};
    write_reasoning_item(own.empty() ? item_id(kOurReasoningId, context_.id, items_) : std::string(own),
                         thought.text.escaped, sealed.escaped, w_);
    ++items_;
  }

  void call(const ToolCallPart& call) {
    CallItem item;
    const std::string name = json::unescape(call.name.escaped);
    const bool wrapped = !call.custom && std::ranges::find(context_.custom_tools, name) != context_.custom_tools.end();
    item.custom = call.custom || wrapped;
    item.id = item_id(item.custom ? "ctc_" : "fc_", context_.id, items_);
    item.call_id = call.id.empty() ? item_id("call_", context_.id, items_) : std::string(call.id.escaped);
    item.name = call.name.escaped;
    if (wrapped) {
      item.payload = custom_input(call.arguments);
    } else {
      json::escape(call.arguments.empty() && !call.custom ? std::string_view("{}") : call.arguments, item.payload);
    }
    write_call_item(item, "completed", w_);
    ++items_;
  }

  const AnswerContext& context_;
  std::string_view last_status_;
  std::string out_, contents_;
  json::Writer w_;
  std::size_t items_ = 0;
  TextStorage storage_;
};

}  // namespace

FinishReason finish_from(json::Value response) {
  const json::Value status = response["status"];
  if (status.equals("incomplete")) {
    const json::Value reason = response["incomplete_details"]["reason"];
    if (reason.equals("max_output_tokens")) return FinishReason::kLength;
    if (reason.equals("content_filter")) return FinishReason::kContentFilter;
    return FinishReason::kUnknown;
  }
  if (status.has_value() && !status.equals("completed")) return FinishReason::kUnknown;
  bool calls = false, refused = false;
  for (const json::Value item : response["output"].elements()) {
    calls |= item["type"].equals("function_call") || item["type"].equals("custom_tool_call");
    for (const json::Value part : item["content"].elements()) refused |= part["type"].equals("refusal");
  }
  if (calls) return FinishReason::kToolCalls;
  return refused ? FinishReason::kRefusal : FinishReason::kStop;
}

std::string_view finish_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::kLength:
    case FinishReason::kContextExceeded:
      return "max_output_tokens";
    case FinishReason::kContentFilter:
      return "content_filter";
    case FinishReason::kStop:
    case FinishReason::kStopSequence:
    case FinishReason::kToolCalls:
    case FinishReason::kRefusal:
    case FinishReason::kPause:
    case FinishReason::kUnknown:
      break;
  }
  return {};
}

bool parse_usage(json::Value usage, Usage& into) {
  if (!usage.is_object()) return false;
  TokenCount input = 0, output = 0, cached = 0, written = 0, reasoning = 0;
  for (const json::Member member : usage.members()) {
    const std::string_view key = member.key.escaped();
    if (key == "input_tokens") input = count(member.value);
    if (key == "output_tokens") output = count(member.value);
    if (key == "input_tokens_details") {
      cached = count(member.value["cached_tokens"]);
      written = count(member.value["cache_write_tokens"]);
    }
    if (key == "output_tokens_details") reasoning = count(member.value["reasoning_tokens"]);
  }
  // A provider whose details exceed its totals is wrong about one of them; the totals are what it bills.
  cached = std::min(cached, input);
  written = std::min(written, input - cached);
  reasoning = std::min(reasoning, output);
  into = {input - cached - written, cached, written, output - reasoning, reasoning};
  return true;
}

void write_usage(const Usage& usage, std::string& out) {
  json::Writer w(out);
  w.begin_object().field("input_tokens", usage.prompt());
  w.key("input_tokens_details").begin_object().field("cached_tokens", usage.cache_read);
  w.field("cache_write_tokens", usage.cache_write).end_object();
  w.field("output_tokens", usage.completion());
  w.key("output_tokens_details").begin_object().field("reasoning_tokens", usage.reasoning).end_object();
  w.field("total_tokens", usage.prompt() + usage.completion()).end_object();
}

Result<ChatResponse> parse_response(const json::Document& body) {
  const json::Value root = body.root();
  if (root["status"].equals("failed") || (root["error"].is_object() && !root["output"].is_array())) {
    return fail(ErrorKind::kUpstreamRejected, "the provider reported an error: " + root["error"]["message"].string(),
                root["error"]["code"].string(), Retry::kOtherUpstream);
  }
  const json::Value output = root["output"];
  if (!output.is_array()) return expected("output", "an array");
  ChatResponse response;
  response.id = {root["id"].escaped()};
  response.model = {root["model"].escaped()};
  if (const auto created = root["created_at"].number(); created && *created > 0 && *created < 1e15) {
    response.created_unix = static_cast<std::int64_t>(*created);
  }
  response.service_tier = {root["service_tier"].escaped()};
  std::size_t index = 0;
  for (const json::Value item : output.elements()) SY_CHECK(parse_item(item, at("output", index++), response));
  response.finish = finish_from(root);
  response.has_usage = parse_usage(root["usage"], response.usage);
  return response;
}

void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out) {
  const std::string_view reason = finish_name(response.finish);
  const std::string_view status = reason.empty() ? "completed" : "incomplete";
  const std::string output = OutputWriter(context, status).run(response.parts);
  EnvelopeState state;
  state.status = status;
  state.incomplete_reason = reason;
  state.output = output;
  state.usage = response.has_usage ? &response.usage : nullptr;
  state.service_tier = response.service_tier;
  Envelope(response.id, response.created_unix, context).write(state, out);
}

bool tap_body(std::string_view body, Usage& usage) {
  // Providers write usage behind the output; the object behind the last "usage" key at least parses on its own.
  constexpr std::string_view kKey = "\"usage\":";
  if (const std::size_t found = body.rfind(kKey); found != std::string_view::npos) {
    const std::string_view object = balanced_object(body.substr(found + kKey.size()));
    if (!object.empty()) {
      if (const auto document = json::Document::parse(object);
          document && document->root()["input_tokens"].is_number()) {
        return parse_usage(document->root(), usage);
      }
    }
  }
  const auto document = json::Document::parse(body);
  if (!document) return false;
  const json::Value root = document->root();
  return parse_usage(root["response"].exists() ? root["response"]["usage"] : root["usage"], usage);
}

}  // namespace switchyard::wire::openai_responses
