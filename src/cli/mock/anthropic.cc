/// \file
/// The mock's Anthropic Messages.

#include "base/json_writer.h"
#include "cli/mock/anthropic_check.h"
#include "cli/mock/seal.h"

namespace switchyard::cli {
namespace {

void write_usage(const Answer& a, std::size_t output, json::Writer& w) {
  w.begin_object().field("input_tokens", a.input - a.cached).field("cache_creation_input_tokens", 0);
  w.field("cache_read_input_tokens", a.cached).field("output_tokens", output).end_object();
}

/// The message up to its content.
void write_head(const MockRequest& r, const Answer& a, json::Writer& w) {
  w.begin_object()
      .field("id", "msg_mock" + a.id)
      .field("type", "message")
      .field("role", "assistant")
      .field("model", r.model);
}

std::string signature_of(const Answer& a) { return sealed(Issuer::kAnthropic, a.id + a.thinking); }

std::string finish_of(const Answer& a) {
  if (a.finish == "length") return "max_tokens";
  return !a.finish.empty() ? a.finish : a.calls.empty() ? "end_turn" : "tool_use";
}

class Anthropic final : public MockDialect {
 public:
  MockRequest read(json::Value root) const override {
    MockRequest r;
    r.root = root;
    r.model = root["model"].string();
    r.stream = root["stream"].boolean().value_or(false);
    const json::Value format =
        root["output_config"]["format"].exists() ? root["output_config"]["format"] : root["output_format"];
    r.json_mode = format["type"].is_string() && !format["type"].equals("text");
    r.thinking = root["thinking"]["type"].equals("enabled") || root["thinking"]["type"].equals("adaptive");
    r.prompt_words = count_words(text_of(root["system"]));
    for (const json::Value message : root["messages"].elements()) read_message(message, r);
    for (const json::Value tool : root["tools"].elements()) r.tools.push_back({tool["name"].string()});
    return r;
  }

  Checked check(const MockRequest& r) const override { return check_anthropic(r); }

  std::string body(const MockRequest& r, const Answer& a, const MockScript& s) override {
    std::string out;
    json::Writer w(out);
    write_head(r, a, w);
    w.key("content").begin_array();
    if (!a.thinking.empty())
      w.begin_object()
          .field("type", "thinking")
          .field("thinking", a.thinking)
          .field("signature", signature_of(a))
          .end_object();
    if (!a.text.empty()) w.begin_object().field("type", "text").field("text", a.text).end_object();
    for (const Call& call : a.calls) {
      w.begin_object().field("type", "tool_use").field("id", "toolu_mock" + call.suffix).field("name", call.name);
      w.field_raw("input", call.arguments).end_object();
    }
    w.end_array().field("stop_reason", finish_of(a)).key("stop_sequence").null();
    if (!s.no_usage) {
      w.key("usage");
      write_usage(a, a.output + a.reasoning, w);
    }
    w.end_object();
    return out;
  }

  std::vector<std::string> events(const MockRequest& r, const Answer& a, const MockScript& s) override;

  std::string error(const MockRefusal& refusal) const override {
    const int status = refusal.status;
    const std::string_view type = status == 429   ? "rate_limit_error"
                                  : status == 529 ? "overloaded_error"
                                  : status == 401 ? "authentication_error"
                                  : status == 404 ? "not_found_error"
                                  : status < 500  ? "invalid_request_error"
                                                  : "api_error";
    std::string out;
    json::Writer w(out);
    w.begin_object()
        .field("type", "error")
        .key("error")
        .begin_object()
        .field("type", type)
        .field("message", refusal.message);
    w.end_object().end_object();
    return out;
  }
  std::string error_event() const override {
    return "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"mock "
           "overload\"}}\n\n";
  }
  std::string_view id_header() const override { return "request-id"; }

 private:
  static void read_message(json::Value message, MockRequest& r) {
    const std::string text = text_of(message["content"]);
    r.prompt_words += count_words(text);
    r.step += message["role"].equals("assistant");
    r.results = 0;
    for (const json::Value block : message["content"].elements()) {
      const json::Value type = block["type"];
      r.images += type.equals("image");
      r.results += type.equals("tool_result");
      r.states += type.equals("thinking") || type.equals("redacted_thinking");
    }
    if (message["role"].equals("user") && !text.empty()) {
      r.last_user_text = text;
    }
  }
};

/// Collects the events of one message.
class Events {
 public:
  void add(const std::string& name, const std::string& data) {
    events_.push_back("event: " + name + "\ndata: " + data + "\n\n");
  }
  void block(const std::string& content, const std::vector<std::string>& deltas) {
    const std::string at = std::to_string(index_++);
    add("content_block_start",
        "{\"type\":\"content_block_start\",\"index\":" + at + ",\"content_block\":" + content + "}");
    for (const std::string& delta : deltas)
      add("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":" + at + ",\"delta\":" + delta + "}");
    add("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + at + "}");
  }
  std::vector<std::string> take() { return std::move(events_); }

 private:
  std::vector<std::string> events_;
  std::size_t index_ = 0;
};

std::vector<std::string> deltas(const std::vector<std::string>& pieces, const std::string& type,
                                const std::string& key) {
  std::vector<std::string> out;
  for (const std::string& piece : pieces)
    out.push_back("{\"type\":\"" + type + "\",\"" + key + "\":" + json::quoted(piece) + "}");
  return out;
}

std::vector<std::string> Anthropic::events(const MockRequest& r, const Answer& a, const MockScript& s) {
  Events events;
  std::string start;
  json::Writer w(start);
  w.begin_object().field("type", "message_start").key("message");
  write_head(r, a, w);
  w.key("content").begin_array().end_array().key("stop_reason").null().key("stop_sequence").null().key("usage");
  write_usage(a, 1, w);
  w.end_object().end_object();
  events.add("message_start", start);
  events.add("ping", R"({"type":"ping"})");
  if (!a.thinking.empty()) {
    auto parts = deltas(pieces_of(a.thinking), "thinking_delta", "thinking");
    parts.push_back(R"({"type":"signature_delta","signature":")" + signature_of(a) + "\"}");
    events.block(R"({"type":"thinking","thinking":"","signature":""})", parts);
  }
  if (a.calls.empty())
    events.block(R"({"type":"text","text":""})", deltas(pieces_of(a.text, s.events), "text_delta", "text"));
  for (const Call& call : a.calls) {
    events.block("{\"type\":\"tool_use\",\"id\":\"toolu_mock" + call.suffix + "\",\"name\":" + json::quoted(call.name) +
                     ",\"input\":{}}",
                 deltas(pieces_of(call.arguments), "input_json_delta", "partial_json"));
  }
  events.add("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" + json::quoted(finish_of(a)) +
                                  ",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" +
                                  std::to_string(a.output + a.reasoning) + "}}");
  if (!s.no_done) events.add("message_stop", R"({"type":"message_stop"})");
  return events.take();
}

}  // namespace

std::unique_ptr<MockDialect> make_anthropic_dialect() { return std::make_unique<Anthropic>(); }

}  // namespace switchyard::cli
