#include "cli/mock/answer.h"

#include <algorithm>

#include "base/json_writer.h"

namespace switchyard::cli {
namespace {

constexpr std::int64_t kCreated = 1787356800;
constexpr std::size_t kPieceBytes = 12;

struct Answer {
  std::string text, thinking, finish;
  std::vector<std::pair<std::string, std::string>> calls;  ///< Name, arguments.
  std::size_t input = 0, cached = 0, output = 0, reasoning = 0;
};

Answer answer_of(const MockRequest& r, const MockScript& s) {
  Answer a;
  a.text = r.json_mode ? R"({"answer":"mock","words":)" + std::to_string(r.prompt_words) + "}"
                       : "Mock " + r.model + " read " + std::to_string(r.prompt_words) + " words.";
  while (a.text.size() < s.size) a.text += " And so it goes on.";
  if (s.size > 0) a.text.resize(s.size);
  if (r.thinking) a.thinking = "Thinking about it.";
  for (int i = 0; i < s.tools && !r.tools.empty(); ++i) {
    a.calls.emplace_back(r.tools[static_cast<std::size_t>(i) % r.tools.size()], R"({"city":"Paris \")" + std::to_string(i) + R"(\"","n":)" + std::to_string(i) + "}");
  }
  if (!a.calls.empty()) a.text.clear();
  const bool anthropic = r.anthropic;
  a.finish = !s.finish.empty() ? s.finish : !a.calls.empty() ? (anthropic ? "tool_use" : "tool_calls") : anthropic ? "end_turn" : "stop";
  a.input = r.prompt_words + 7;
  a.cached = r.prompt_words >= 1000 ? 500 : 0;
  a.output = a.text.size() / 4 + 10 * a.calls.size() + 1;
  a.reasoning = a.thinking.empty() ? 0 : 5;
  return a;
}

std::string id_of(const MockRequest& r) { return std::to_string(std::hash<std::string>{}(r.last_user_text + r.model) % 1000000007); }

void openai_usage(const Answer& a, json::Writer& w) {
  w.begin_object().field("prompt_tokens", a.input).field("completion_tokens", a.output + a.reasoning);
  w.field("total_tokens", a.input + a.output + a.reasoning);
  w.key("prompt_tokens_details").begin_object().field("cached_tokens", a.cached).end_object();
  w.key("completion_tokens_details").begin_object().field("reasoning_tokens", a.reasoning).end_object().end_object();
}
void anthropic_usage(const Answer& a, std::size_t output, json::Writer& w) {
  w.begin_object().field("input_tokens", a.input - a.cached).field("cache_creation_input_tokens", 0);
  w.field("cache_read_input_tokens", a.cached).field("output_tokens", output).end_object();
}

void openai_call(std::size_t index, const std::string& name, std::string_view arguments, bool with_index, json::Writer& w) {
  w.begin_object();
  if (with_index) w.field("index", index);
  w.field("id", "call_mock" + std::to_string(index)).field("type", "function").key("function").begin_object();
  w.field("name", name).field("arguments", arguments).end_object().end_object();
}

std::string openai_body(const MockRequest& r, const Answer& a, const MockScript& s) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("id", "chatcmpl-mock" + id_of(r)).field("object", "chat.completion").field("created", kCreated);
  w.field("model", r.model).key("choices").begin_array().begin_object().field("index", 0).key("message").begin_object();
  w.field("role", "assistant").key("content");
  if (a.calls.empty()) w.string(a.text);
  else w.null();
  w.key("refusal").null();
  if (!a.thinking.empty()) w.field("reasoning_content", a.thinking);
  if (!a.calls.empty()) {
    w.key("tool_calls").begin_array();
    for (std::size_t i = 0; i < a.calls.size(); ++i) openai_call(i, a.calls[i].first, a.calls[i].second, false, w);
    w.end_array();
  }
  w.end_object().key("logprobs").null().field("finish_reason", a.finish).end_object().end_array();
  if (!s.no_usage) {
    w.key("usage");
    openai_usage(a, w);
  }
  w.end_object();
  return out;
}

std::string anthropic_body(const MockRequest& r, const Answer& a, const MockScript& s) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("id", "msg_mock" + id_of(r)).field("type", "message").field("role", "assistant").field("model", r.model);
  w.key("content").begin_array();
  if (!a.thinking.empty()) w.begin_object().field("type", "thinking").field("thinking", a.thinking).field("signature", "c2lnbmVk").end_object();
  if (!a.text.empty()) w.begin_object().field("type", "text").field("text", a.text).end_object();
  for (std::size_t i = 0; i < a.calls.size(); ++i) {
    w.begin_object().field("type", "tool_use").field("id", "toolu_mock" + std::to_string(i)).field("name", a.calls[i].first);
    w.field_raw("input", a.calls[i].second).end_object();
  }
  w.end_array().field("stop_reason", a.finish).key("stop_sequence").null();
  if (!s.no_usage) {
    w.key("usage");
    anthropic_usage(a, a.output + a.reasoning, w);
  }
  w.end_object();
  return out;
}

/// Pieces of a text, or `count` pieces if the script says so.
std::vector<std::string> pieces_of(const std::string& text, int count) {
  std::vector<std::string> pieces;
  if (count >= 0) {
    for (int i = 0; i < count; ++i) pieces.push_back("token" + std::to_string(i) + " ");
    return pieces;
  }
  for (std::size_t at = 0; at < text.size(); at += kPieceBytes) pieces.push_back(text.substr(at, kPieceBytes));
  return pieces;
}

std::vector<std::string> openai_events(const MockRequest& r, const Answer& a, const MockScript& s) {
  std::vector<std::string> events;
  std::string prefix = "data: ";
  json::Writer(prefix).begin_object().field("id", "chatcmpl-mock" + id_of(r)).field("object", "chat.completion.chunk").field("created", kCreated).field("model", r.model);
  const auto chunk = [&](const std::string& delta, const std::string& finish) {
    events.push_back(prefix + ",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" +
                     (finish.empty() ? "null" : json::quoted(finish)) + "}]" + (r.include_usage ? ",\"usage\":null}" : "}") + "\n\n");
  };
  chunk(R"({"role":"assistant","content":"","refusal":null})", "");
  for (const std::string& piece : pieces_of(a.thinking, -1)) chunk("{\"reasoning_content\":" + json::quoted(piece) + "}", "");
  if (a.calls.empty()) {
    for (const std::string& piece : pieces_of(a.text, s.events)) chunk("{\"content\":" + json::quoted(piece) + "}", "");
  }
  for (std::size_t i = 0; i < a.calls.size(); ++i) {
    std::string delta = "{\"tool_calls\":[";
    json::Writer w(delta);
    openai_call(i, a.calls[i].first, "", true, w);
    chunk(delta + "]}", "");
    for (const std::string& piece : pieces_of(a.calls[i].second, -1)) {
      chunk("{\"tool_calls\":[{\"index\":" + std::to_string(i) + ",\"function\":{\"arguments\":" + json::quoted(piece) + "}}]}", "");
    }
  }
  chunk("{}", a.finish);
  if (r.include_usage && !s.no_usage) {
    std::string last = prefix + ",\"choices\":[],\"usage\":";
    json::Writer w(last);
    openai_usage(a, w);
    events.push_back(last + "}\n\n");
  }
  if (!s.no_done) events.push_back("data: [DONE]\n\n");
  return events;
}

std::vector<std::string> anthropic_events(const MockRequest& r, const Answer& a, const MockScript& s) {
  std::vector<std::string> events;
  const auto event = [&](const std::string& name, const std::string& data) { events.push_back("event: " + name + "\ndata: " + data + "\n\n"); };
  std::string start;
  json::Writer w(start);
  w.begin_object().field("type", "message_start").key("message").begin_object().field("id", "msg_mock" + id_of(r)).field("type", "message");
  w.field("role", "assistant").field("model", r.model).key("content").begin_array().end_array().key("stop_reason").null().key("stop_sequence").null();
  w.key("usage");
  anthropic_usage(a, 1, w);
  w.end_object().end_object();
  event("message_start", start);
  event("ping", R"({"type":"ping"})");
  std::size_t index = 0;
  const auto block = [&](const std::string& content, const std::vector<std::string>& deltas) {
    const std::string at = std::to_string(index++);
    event("content_block_start", "{\"type\":\"content_block_start\",\"index\":" + at + ",\"content_block\":" + content + "}");
    for (const std::string& delta : deltas) event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":" + at + ",\"delta\":" + delta + "}");
    event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + at + "}");
  };
  const auto deltas = [](const std::vector<std::string>& pieces, const std::string& type, const std::string& key) {
    std::vector<std::string> out;
    for (const std::string& piece : pieces) out.push_back("{\"type\":\"" + type + "\",\"" + key + "\":" + json::quoted(piece) + "}");
    return out;
  };
  if (!a.thinking.empty()) {
    auto parts = deltas(pieces_of(a.thinking, -1), "thinking_delta", "thinking");
    parts.push_back(R"({"type":"signature_delta","signature":"c2lnbmVk"})");
    block(R"({"type":"thinking","thinking":"","signature":""})", parts);
  }
  if (a.calls.empty()) block(R"({"type":"text","text":""})", deltas(pieces_of(a.text, s.events), "text_delta", "text"));
  for (std::size_t i = 0; i < a.calls.size(); ++i) {
    block("{\"type\":\"tool_use\",\"id\":\"toolu_mock" + std::to_string(i) + "\",\"name\":" + json::quoted(a.calls[i].first) + ",\"input\":{}}",
          deltas(pieces_of(a.calls[i].second, -1), "input_json_delta", "partial_json"));
  }
  event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" + json::quoted(a.finish) +
                             ",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" + std::to_string(a.output + a.reasoning) + "}}");
  if (!s.no_done) event("message_stop", R"({"type":"message_stop"})");
  return events;
}

}  // namespace

std::string mock_body(const MockRequest& r, const MockScript& s) {
  if (s.malformed) return "{\"id\":\"broken\",";
  const Answer a = answer_of(r, s);
  return r.anthropic ? anthropic_body(r, a, s) : openai_body(r, a, s);
}

std::vector<std::string> mock_events(const MockRequest& r, const MockScript& s) {
  const Answer a = answer_of(r, s);
  return r.anthropic ? anthropic_events(r, a, s) : openai_events(r, a, s);
}

std::string mock_error(bool anthropic, int status) {
  const std::string type = status == 429   ? "rate_limit_error"
                           : status == 529 ? "overloaded_error"
                           : status == 401 ? "authentication_error"
                           : status == 404 ? (anthropic ? "not_found_error" : "invalid_request_error")
                           : status < 500  ? "invalid_request_error"
                                           : (anthropic ? "api_error" : "server_error");
  std::string out;
  json::Writer w(out);
  w.begin_object();
  if (anthropic) w.field("type", "error");
  w.key("error").begin_object().field("type", type).field("message", "mock error " + std::to_string(status));
  if (!anthropic) w.key("param").null().key("code").null();
  w.end_object().end_object();
  return out;
}

std::string mock_error_event(bool anthropic) {
  if (anthropic) return "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"mock overload\"}}\n\n";
  return "data: {\"error\":{\"message\":\"mock overload\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n";
}

}  // namespace switchyard::cli
