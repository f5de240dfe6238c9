/// \file
/// The mock's OpenAI chat completions; also Google's endpoint of that dialect.

#include "base/json_writer.h"
#include "cli/mock/chat_check.h"
#include "cli/mock/openai_error.h"

namespace switchyard::cli {
namespace {

void write_usage(const Answer& a, json::Writer& w) {
  w.begin_object().field("prompt_tokens", a.input).field("completion_tokens", a.output + a.reasoning);
  w.field("total_tokens", a.input + a.output + a.reasoning);
  w.key("prompt_tokens_details").begin_object().field("cached_tokens", a.cached).end_object();
  w.key("completion_tokens_details").begin_object().field("reasoning_tokens", a.reasoning).end_object().end_object();
}

void write_call(std::size_t index, const Call& call, std::string_view arguments, bool with_index, json::Writer& w) {
  const std::string_view kind = call.custom ? "custom" : "function";
  w.begin_object();
  if (with_index) w.field("index", index);
  w.field("id", "call_mock" + call.suffix).field("type", kind).key(kind).begin_object();
  w.field("name", call.name).field(call.custom ? "input" : "arguments", arguments).end_object().end_object();
}

std::string finish_of(const Answer& a) {
  return !a.finish.empty() ? a.finish : a.calls.empty() ? "stop" : "tool_calls";
}

class Chat final : public MockDialect {
 public:
  MockRequest read(json::Value root) const override {
    MockRequest r;
    r.root = root;
    r.model = root["model"].string();
    r.stream = root["stream"].boolean().value_or(false);
    r.include_usage = root["stream_options"]["include_usage"].boolean().value_or(false);
    const json::Value format = root["response_format"];
    r.json_mode = format["type"].is_string() && !format["type"].equals("text");
    r.thinking = root["reasoning_effort"].is_string() && !root["reasoning_effort"].equals("none");
    for (const json::Value message : root["messages"].elements()) read_message(message, r);
    for (const json::Value tool : root["tools"].elements()) {
      const bool custom = tool["type"].equals("custom");
      r.tools.push_back({(custom ? tool["custom"] : tool["function"])["name"].string(), custom});
    }
    return r;
  }

  Checked check(const MockRequest& r) const override { return check_chat(r); }

  std::string body(const MockRequest& r, const Answer& a, const MockScript& s) override {
    std::string out;
    json::Writer w(out);
    w.begin_object()
        .field("id", "chatcmpl-mock" + a.id)
        .field("object", "chat.completion")
        .field("created", kMockCreated);
    w.field("model", r.model)
        .key("choices")
        .begin_array()
        .begin_object()
        .field("index", 0)
        .key("message")
        .begin_object();
    w.field("role", "assistant").key("content");
    if (a.calls.empty())
      w.string(a.text);
    else
      w.null();
    w.key("refusal").null();
    if (!a.thinking.empty()) w.field("reasoning_content", a.thinking);
    if (!a.calls.empty()) {
      w.key("tool_calls").begin_array();
      for (std::size_t i = 0; i < a.calls.size(); ++i) write_call(i, a.calls[i], a.calls[i].arguments, false, w);
      w.end_array();
    }
    w.end_object().key("logprobs").null().field("finish_reason", finish_of(a)).end_object().end_array();
    if (!s.no_usage) {
      w.key("usage");
      write_usage(a, w);
    }
    w.end_object();
    return out;
  }

  std::vector<std::string> events(const MockRequest& r, const Answer& a, const MockScript& s) override {
    std::vector<std::string> events;
    std::string prefix = "data: ";
    json::Writer(prefix)
        .begin_object()
        .field("id", "chatcmpl-mock" + a.id)
        .field("object", "chat.completion.chunk")
        .field("created", kMockCreated)
        .field("model", r.model);
    const auto chunk = [&](const std::string& delta, const std::string& finish) {
      events.push_back(prefix + ",\"choices\":[{\"index\":0,\"delta\":" + delta +
                       ",\"logprobs\":null,\"finish_reason\":" + (finish.empty() ? "null" : json::quoted(finish)) +
                       "}]" + (r.include_usage ? ",\"usage\":null}" : "}") + "\n\n");
    };
    chunk(R"({"role":"assistant","content":"","refusal":null})", "");
    for (const std::string& piece : pieces_of(a.thinking))
      chunk("{\"reasoning_content\":" + json::quoted(piece) + "}", "");
    if (a.calls.empty()) {
      for (const std::string& piece : pieces_of(a.text, s.events))
        chunk("{\"content\":" + json::quoted(piece) + "}", "");
    }
    for (std::size_t i = 0; i < a.calls.size(); ++i) {
      std::string delta = "{\"tool_calls\":[";
      json::Writer w(delta);
      write_call(i, a.calls[i], "", true, w);
      chunk(delta + "]}", "");
      const std::string rest = a.calls[i].custom ? R"(,"custom":{"input":)" : R"(,"function":{"arguments":)";
      for (const std::string& piece : pieces_of(a.calls[i].arguments)) {
        chunk("{\"tool_calls\":[{\"index\":" + std::to_string(i) + rest + json::quoted(piece) + "}}]}", "");
      }
    }
    chunk("{}", finish_of(a));
    if (r.include_usage && !s.no_usage) {
      std::string last = prefix + ",\"choices\":[],\"usage\":";
      json::Writer w(last);
      write_usage(a, w);
      events.push_back(last + "}\n\n");
    }
    if (!s.no_done) events.push_back("data: [DONE]\n\n");
    return events;
  }

  std::string error(const MockRefusal& refusal) const override { return openai_error(refusal); }
  std::string error_event() const override { return openai_error_event(); }

 private:
  static void read_message(json::Value message, MockRequest& r) {
    const std::string text = text_of(message["content"]);
    r.prompt_words += count_words(text);
    for (const json::Value part : message["content"].elements()) r.images += part["type"].equals("image_url");
    r.step += message["role"].equals("assistant");
    r.results = message["role"].equals("tool") ? r.results + 1 : 0;
    if (message["role"].equals("user") && !text.empty()) r.last_user_text = text;
  }
};

}  // namespace

std::unique_ptr<MockDialect> make_chat_dialect() { return std::make_unique<Chat>(); }

}  // namespace switchyard::cli
