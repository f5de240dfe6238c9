/// \file
/// The mock's old completions: a prompt, a text.

#include "base/json_writer.h"
#include "cli/mock/dialect.h"
#include "cli/mock/fields.h"
#include "cli/mock/openai_error.h"

namespace switchyard::cli {
namespace {

constexpr std::string_view kTop =
    "model prompt suffix max_tokens temperature top_p n stream stream_options logprobs echo stop presence_penalty "
    "frequency_penalty best_of "
    "logit_bias user seed";

void write_usage(const Answer& a, json::Writer& w) {
  w.begin_object()
      .field("prompt_tokens", a.input)
      .field("completion_tokens", a.output)
      .field("total_tokens", a.input + a.output)
      .end_object();
}

/// Everything up to the choices.
void write_head(const MockRequest& r, const Answer& a, json::Writer& w) {
  w.begin_object()
      .field("id", "cmpl-mock" + a.id)
      .field("object", "text_completion")
      .field("created", kMockCreated)
      .field("model", r.model);
}

void write_choice(std::string_view text, const std::string& finish, json::Writer& w) {
  w.begin_object().field("text", text).field("index", 0).key("logprobs").null().key("finish_reason");
  if (finish.empty())
    w.null();
  else
    w.string(finish);
  w.end_object();
}

std::string finish_of(const Answer& a) { return a.finish.empty() ? "stop" : a.finish; }

class Completions final : public MockDialect {
 public:
  MockRequest read(json::Value root) const override {
    MockRequest r;
    r.root = root;
    r.model = root["model"].string();
    r.stream = root["stream"].boolean().value_or(false);
    r.include_usage = root["stream_options"]["include_usage"].boolean().value_or(false);
    r.last_user_text = root["prompt"].string();
    for (const json::Value prompt : root["prompt"].elements()) r.last_user_text = prompt.string();
    r.prompt_words = count_words(r.last_user_text);
    return r;
  }

  Checked check(const MockRequest& r) const override {
    if (!r.root["model"].is_string()) return openai_refusal("you must provide a model parameter");
    if (const std::string name = unlisted_member(r.root, kTop); !name.empty()) return openai_unknown(name);
    const json::Value prompt = r.root["prompt"];
    if (!prompt.exists()) return openai_missing("prompt");
    if (!prompt.is_string() && !prompt.is_array()) return openai_type("prompt", "one of a string or array", prompt);
    return std::nullopt;
  }

  std::string body(const MockRequest& r, const Answer& a, const MockScript& s) override {
    std::string out;
    json::Writer w(out);
    write_head(r, a, w);
    w.key("choices").begin_array();
    write_choice(a.text, finish_of(a), w);
    w.end_array();
    if (!s.no_usage) {
      w.key("usage");
      write_usage(a, w);
    }
    w.end_object();
    return out;
  }

  std::vector<std::string> events(const MockRequest& r, const Answer& a, const MockScript& s) override {
    std::vector<std::string> events;
    const auto chunk = [&](std::string_view text, const std::string& finish) {
      std::string data = "data: ";
      json::Writer w(data);
      write_head(r, a, w);
      w.key("choices").begin_array();
      write_choice(text, finish, w);
      w.end_array().end_object();
      events.push_back(data + "\n\n");
    };
    for (const std::string& piece : pieces_of(a.text, s.events)) chunk(piece, "");
    chunk("", finish_of(a));
    if (r.include_usage && !s.no_usage) {
      std::string data = "data: ";
      json::Writer w(data);
      write_head(r, a, w);
      w.key("choices").begin_array().end_array().key("usage");
      write_usage(a, w);
      w.end_object();
      events.push_back(data + "\n\n");
    }
    if (!s.no_done) events.push_back("data: [DONE]\n\n");
    return events;
  }

  std::string error(const MockRefusal& refusal) const override { return openai_error(refusal); }
  std::string error_event() const override { return openai_error_event(); }
};

}  // namespace

std::unique_ptr<MockDialect> make_completions_dialect() { return std::make_unique<Completions>(); }

}  // namespace switchyard::cli
