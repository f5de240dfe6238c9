#include "cli/mock/responses.h"

#include "base/json_writer.h"
#include "cli/mock/openai_error.h"
#include "cli/mock/responses_check.h"
#include "cli/mock/responses_output.h"

namespace switchyard::cli {
namespace {

void read_item(json::Value item, MockRequest& r) {
  const json::Value type = item["type"];
  const json::Value output = item["output"];
  if (output.exists()) {
    r.prompt_words += count_words(text_of(output));
    for (const json::Value part : output.elements()) r.images += part["type"].equals("input_image");
    ++r.results;
    return;
  }
  if (type.equals("reasoning")) {
    ++r.states;
    return;
  }
  const std::string text = text_of(item["content"]);
  r.prompt_words += count_words(text);
  for (const json::Value part : item["content"].elements()) r.images += part["type"].equals("input_image");
  r.step += item["role"].equals("assistant") || type.equals("function_call") || type.equals("custom_tool_call");
  r.results = 0;
  if (item["role"].equals("user") && !text.empty()) r.last_user_text = text;
}

}  // namespace

MockRequest ResponsesDialect::read(json::Value root) const {
  MockRequest r;
  r.root = root;
  r.model = root["model"].string();
  r.stream = root["stream"].boolean().value_or(false);
  const json::Value format = root["text"]["format"]["type"];
  r.json_mode = format.is_string() && !format.equals("text");
  const json::Value effort = root["reasoning"]["effort"];
  r.thinking = (effort.is_string() && !effort.equals("none")) || root["reasoning"]["summary"].is_string();
  for (const json::Value name : root["include"].elements())
    r.state_wanted |= name.equals("reasoning.encrypted_content");
  r.prompt_words = count_words(root["instructions"].string());
  if (const StoredResponse* before = store_.find(root["previous_response_id"].string())) {
    for (const auto* items : {&before->input_items, &before->output_items}) {
      for (const std::string& text : *items) {
        if (const auto item = json::Document::parse(text)) read_item(item->root(), r);
      }
    }
  }
  if (root["input"].is_string()) {
    r.results = 0;
    r.last_user_text = root["input"].string();
    r.prompt_words += count_words(r.last_user_text);
  }
  for (const json::Value item : root["input"].elements()) read_item(item, r);
  for (const json::Value tool : root["tools"].elements()) {
    if (tool["name"].is_string()) r.tools.push_back({tool["name"].string(), tool["type"].equals("custom")});
  }
  return r;
}

Checked ResponsesDialect::check(const MockRequest& r) const { return check_responses(r, store_); }

std::string ResponsesDialect::body(const MockRequest& r, const Answer& a, const MockScript& s) {
  remember(r, a, s);
  return response_object(r, a, s, Phase::kDone);
}

void ResponsesDialect::remember(const MockRequest& r, const Answer& a, const MockScript& s) {
  if (r.root["store"].boolean() == false) return;
  StoredResponse stored{
      .body = response_object(r, a, s, Phase::kDone), .input_items = {}, .output_items = {}, .output_ids = {}};
  if (const StoredResponse* before = store_.find(r.root["previous_response_id"].string())) {
    stored.input_items = before->input_items;
    stored.input_items.insert(stored.input_items.end(), before->output_items.begin(), before->output_items.end());
  }
  const json::Value input = r.root["input"];
  if (input.is_string()) {
    stored.input_items.push_back(
        R"({"type":"message","id":"msg_mockinput","status":"completed","role":"user","content":[{"type":"input_text","text":)" +
        std::string(input.raw()) + "}]}");
  }
  for (const json::Value item : input.elements()) stored.input_items.emplace_back(item.raw());
  for (OutputItem& item : output_of(r, a)) {
    stored.output_items.push_back(std::move(item.done));
    stored.output_ids.push_back(std::move(item.id));
  }
  store_.put(response_id_of(r), std::move(stored));
}

std::optional<std::string> ResponsesDialect::stored(std::string_view method, std::string_view path) {
  const std::string_view id = path.substr(0, path.find('/'));
  const StoredResponse* found = store_.find(id);
  if (!found) return std::nullopt;
  if (method == "DELETE") {
    store_.erase(id);
    return "{\"id\":" + json::quoted(id) + R"(,"object":"response.deleted","deleted":true})";
  }
  if (!path.ends_with("/input_items")) return found->body;
  std::string out;
  json::Writer w(out);
  w.begin_object().field("object", "list").key("data").begin_array();
  for (auto item = found->input_items.rbegin(); item != found->input_items.rend(); ++item)
    w.raw(*item);  // The newest first.
  w.end_array().key("first_id").null().key("last_id").null().field("has_more", false).end_object();
  return out;
}

std::string ResponsesDialect::error(const MockRefusal& refusal) const { return openai_error(refusal); }

std::string ResponsesDialect::error_event() const {
  return "event: error\ndata: {\"type\":\"error\",\"sequence_number\":999,\"code\":\"server_error\",\"message\":\"mock "
         "overload\",\"param\":null}\n\n";
}

namespace {

/// The events of one response, numbered.
class Events {
 public:
  /// `members` are the event's own, each with its comma before it.
  void add(std::string_view type, const std::string& members) {
    events_.push_back("event: " + std::string(type) + "\ndata: {\"type\":\"" + std::string(type) +
                      "\",\"sequence_number\":" + std::to_string(events_.size()) + members + "}\n\n");
  }
  std::vector<std::string> take() { return std::move(events_); }

 private:
  std::vector<std::string> events_;
};

void add_message(const OutputItem& item, const std::string& at, int tokens, Events& events) {
  const std::string where = at + ",\"content_index\":0";
  const auto part = [](const std::string& text) {
    return ",\"part\":{\"type\":\"output_text\",\"text\":" + json::quoted(text) + R"(,"annotations":[],"logprobs":[]})";
  };
  events.add("response.content_part.added", where + part(""));
  std::string text;
  for (const std::string& piece : pieces_of(item.text, tokens)) {
    text += piece;
    events.add("response.output_text.delta", where + ",\"delta\":" + json::quoted(piece) + ",\"logprobs\":[]");
  }
  events.add("response.output_text.done", where + ",\"text\":" + json::quoted(text) + ",\"logprobs\":[]");
  events.add("response.content_part.done", where + part(text));
}

void add_call(const OutputItem& item, const std::string& at, Events& events) {
  const bool custom = item.kind == ItemKind::kCustomCall;
  const std::string name = custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
  for (const std::string& piece : pieces_of(item.text))
    events.add(name + ".delta", at + ",\"delta\":" + json::quoted(piece));
  const std::string whole = json::quoted(item.text);
  events.add(name + ".done", at + (custom ? ",\"input\":" + whole
                                          : ",\"name\":" + json::quoted(item.call.name) + ",\"arguments\":" + whole));
}

void add_reasoning(const OutputItem& item, const std::string& at, Events& events) {
  if (item.text.empty()) return;
  const std::string where = at + ",\"summary_index\":0";
  const auto part = [](const std::string& text) {
    return ",\"part\":{\"type\":\"summary_text\",\"text\":" + json::quoted(text) + "}";
  };
  events.add("response.reasoning_summary_part.added", where + part(""));
  for (const std::string& piece : pieces_of(item.text))
    events.add("response.reasoning_summary_text.delta", where + ",\"delta\":" + json::quoted(piece));
  events.add("response.reasoning_summary_text.done", where + ",\"text\":" + json::quoted(item.text));
  events.add("response.reasoning_summary_part.done", where + part(item.text));
}

}  // namespace

std::vector<std::string> ResponsesDialect::events(const MockRequest& r, const Answer& a, const MockScript& s) {
  // A stream of counted tokens says other words than the plain answer.
  Answer told = a;
  if (s.events >= 0 && a.calls.empty()) {
    told.text.clear();
    for (const std::string& piece : pieces_of("", s.events)) told.text += piece;
  }
  remember(r, told, s);
  Events events;
  const std::string begun = ",\"response\":" + response_object(r, told, s, Phase::kInProgress);
  events.add("response.created", begun);
  events.add("response.in_progress", begun);
  std::size_t index = 0;
  for (const OutputItem& item : output_of(r, told)) {
    const std::string place = ",\"output_index\":" + std::to_string(index++);
    const std::string at = ",\"item_id\":" + json::quoted(item.id) + place;
    events.add("response.output_item.added", place + ",\"item\":" + item.open);
    if (item.kind == ItemKind::kMessage)
      add_message(item, at, s.events, events);
    else if (item.kind == ItemKind::kReasoning)
      add_reasoning(item, at, events);
    else
      add_call(item, at, events);
    events.add("response.output_item.done", place + ",\"item\":" + item.done);
  }
  if (!s.no_done)
    events.add("response." + response_status(told), ",\"response\":" + response_object(r, told, s, Phase::kDone));
  return events.take();
}

}  // namespace switchyard::cli
