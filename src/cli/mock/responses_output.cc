#include "cli/mock/responses_output.h"

#include <array>
#include <utility>

#include "base/json_writer.h"
#include "base/sha256.h"
#include "cli/mock/seal.h"

namespace switchyard::cli {
namespace {

constexpr std::size_t kIdBytes = 12;

/// What the response repeats of the request, and what stands there if the request is silent.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kRepeated = {
    {{"instructions", "null"},
     {"max_output_tokens", "null"},
     {"max_tool_calls", "null"},
     {"parallel_tool_calls", "true"},
     {"previous_response_id", "null"},
     {"reasoning", R"({"effort":null,"summary":null})"},
     {"store", "true"},
     {"temperature", "1.0"},
     {"text", R"({"format":{"type":"text"}})"},
     {"tool_choice", R"("auto")"},
     {"tools", "[]"},
     {"top_p", "1.0"},
     {"truncation", R"("disabled")"},
     {"user", "null"},
     {"service_tier", R"("default")"},
     {"metadata", "{}"}}};

std::string message_item(const std::string& id, std::string_view status, const std::string* text) {
  std::string out;
  json::Writer w(out);
  w.begin_object()
      .field("type", "message")
      .field("id", id)
      .field("status", status)
      .field("role", "assistant")
      .key("content")
      .begin_array();
  if (text) {
    w.begin_object().field("type", "output_text").field("text", *text).key("annotations").begin_array().end_array();
    w.key("logprobs").begin_array().end_array().end_object();
  }
  w.end_array().end_object();
  return out;
}

std::string call_item(const std::string& id, const Call& call, std::string_view status, std::string_view content) {
  std::string out;
  json::Writer w(out);
  w.begin_object()
      .field("type", call.custom ? "custom_tool_call" : "function_call")
      .field("id", id)
      .field("status", status);
  w.field("call_id", "call_mock" + call.suffix)
      .field("name", call.name)
      .field(call.custom ? "input" : "arguments", content)
      .end_object();
  return out;
}

std::string reasoning_item(const MockRequest& r, const Answer& a, const std::string& id, bool done) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("type", "reasoning").field("id", id).key("summary").begin_array();
  if (done && r.root["reasoning"]["summary"].has_value())
    w.begin_object().field("type", "summary_text").field("text", a.thinking).end_object();
  w.end_array();
  if (r.state_wanted) w.field("encrypted_content", sealed(Issuer::kResponses, id + (done ? a.thinking : "")));
  w.end_object();
  return out;
}

void write_usage(const Answer& a, json::Writer& w) {
  const std::size_t output = a.output + a.reasoning;
  w.begin_object()
      .field("input_tokens", a.input)
      .key("input_tokens_details")
      .begin_object()
      .field("cached_tokens", a.cached)
      .end_object();
  w.field("output_tokens", output)
      .key("output_tokens_details")
      .begin_object()
      .field("reasoning_tokens", a.reasoning)
      .end_object();
  w.field("total_tokens", a.input + output).end_object();
}

}  // namespace

std::string response_id_of(const MockRequest& r) {
  const auto digest = sha256(r.root.raw());
  return "resp_mock" + hex({reinterpret_cast<const char*>(digest.data()), kIdBytes});
}

std::string response_status(const Answer& a) {
  return a.finish.empty() || a.finish == "stop" ? "completed" : "incomplete";
}

std::vector<OutputItem> output_of(const MockRequest& r, const Answer& a) {
  std::vector<OutputItem> items;
  const std::string turn = a.id + "s" + std::to_string(r.step);
  if (!a.thinking.empty()) {
    const std::string id = "rs_mock" + turn;
    items.push_back({.kind = ItemKind::kReasoning,
                     .id = id,
                     .text = r.root["reasoning"]["summary"].has_value() ? a.thinking : "",
                     .call = {},
                     .open = reasoning_item(r, a, id, false),
                     .done = reasoning_item(r, a, id, true)});
  }
  if (a.calls.empty()) {
    const std::string id = "msg_mock" + turn;
    items.push_back({.kind = ItemKind::kMessage,
                     .id = id,
                     .text = a.text,
                     .call = {},
                     .open = message_item(id, "in_progress", nullptr),
                     .done = message_item(id, response_status(a), &a.text)});
  }
  for (const Call& call : a.calls) {
    const std::string id = (call.custom ? "ctc_mock" : "fc_mock") + turn + "_" + call.suffix;
    items.push_back({.kind = call.custom ? ItemKind::kCustomCall : ItemKind::kFunctionCall,
                     .id = id,
                     .text = call.arguments,
                     .call = call,
                     .open = call_item(id, call, "in_progress", ""),
                     .done = call_item(id, call, "completed", call.arguments)});
  }
  return items;
}

std::string response_object(const MockRequest& r, const Answer& a, const MockScript& s, Phase phase) {
  const bool done = phase == Phase::kDone;
  const std::string status = done ? response_status(a) : "in_progress";
  std::string out;
  json::Writer w(out);
  w.begin_object()
      .field("id", response_id_of(r))
      .field("object", "response")
      .field("created_at", kMockCreated)
      .field("status", status);
  w.key("error").null().key("incomplete_details");
  if (status == "incomplete")
    w.begin_object()
        .field("reason", a.finish == "content_filter" ? "content_filter" : "max_output_tokens")
        .end_object();
  else
    w.null();
  w.field("model", r.model).key("output").begin_array();
  if (done) {
    for (const OutputItem& item : output_of(r, a)) w.raw(item.done);
  }
  w.end_array();
  for (const auto& [name, otherwise] : kRepeated) {
    const json::Value said = r.root[name];
    w.field_raw(name, said.has_value() ? said.raw() : otherwise);
  }
  w.field("background", false).key("usage");
  if (done && !s.no_usage)
    write_usage(a, w);
  else
    w.null();
  w.end_object();
  return out;
}

}  // namespace switchyard::cli
