/// \file
/// The mock's Gemini generateContent and streamGenerateContent.

#include "base/json_writer.h"
#include "cli/mock/gemini_check.h"
#include "cli/mock/gemini_fields.h"
#include "cli/mock/seal.h"

namespace switchyard::cli {
namespace {

std::string finish_of(const Answer& a) {
  if (a.finish == "length") return "MAX_TOKENS";
  return a.finish.empty() || a.finish == "stop" ? "STOP" : a.finish;
}

std::string signature_of(const Answer& a) { return sealed(Issuer::kGemini, a.id + a.thinking); }

void write_usage(const MockRequest& r, const Answer& a, json::Writer& w) {
  w.begin_object().field("promptTokenCount", a.input);
  if (a.cached > 0) w.field("cachedContentTokenCount", a.cached);
  w.field("candidatesTokenCount", a.output).field("totalTokenCount", a.input + a.output + a.reasoning);
  w.key("promptTokensDetails")
      .begin_array()
      .begin_object()
      .field("modality", "TEXT")
      .field("tokenCount", a.input)
      .end_object()
      .end_array();
  if (r.thinking) w.field("thoughtsTokenCount", a.reasoning);
  w.end_object();
}

/// Closes an answer that has its candidates.
void write_tail(const MockRequest& r, const Answer& a, const MockScript& s, json::Writer& w) {
  if (!s.no_usage) {
    w.key("usageMetadata");
    write_usage(r, a, w);
  }
  w.field("modelVersion", r.model).field("responseId", "mock" + a.id).end_object();
}

std::string text_part(const std::string& text, bool thought) {
  return "{\"text\":" + json::quoted(text) + (thought ? R"(,"thought":true})" : "}");
}

/// `signature` is empty for all but a step's first call.
std::string call_part(const Call& call, const std::string& signature) {
  std::string out;
  json::Writer w(out);
  w.begin_object()
      .key("functionCall")
      .begin_object()
      .field("id", "fcall_mock" + call.suffix)
      .field("name", call.name)
      .field_raw("args", call.arguments)
      .end_object();
  if (!signature.empty()) w.field("thoughtSignature", signature);
  w.end_object();
  return out;
}

/// One answer, or one piece of a stream: parts, and how it ended if it did.
std::string answer_with(const std::vector<std::string>& parts, const std::string& finish, const MockRequest& r,
                        const Answer& a, const MockScript& s) {
  std::string out;
  json::Writer w(out);
  w.begin_object()
      .key("candidates")
      .begin_array()
      .begin_object()
      .key("content")
      .begin_object()
      .key("parts")
      .begin_array();
  for (const std::string& part : parts) w.raw(part);
  w.end_array().field("role", "model").end_object();
  if (!finish.empty()) w.field("finishReason", finish);
  w.field("index", 0).end_object().end_array();
  write_tail(r, a, s, w);
  return out;
}

std::string blocked(const MockRequest& r, const Answer& a, const MockScript& s) {
  std::string out;
  json::Writer w(out);
  w.begin_object()
      .key("promptFeedback")
      .begin_object()
      .field("blockReason", s.block)
      .key("safetyRatings")
      .begin_array()
      .end_array()
      .end_object();
  write_tail(r, a, s, w);
  return out;
}

std::vector<std::string> call_parts(const MockRequest& r, const Answer& a) {
  std::vector<std::string> parts;
  for (const Call& call : a.calls)
    parts.push_back(call_part(call, parts.empty() && r.state_wanted ? signature_of(a) : ""));
  return parts;
}

class Gemini final : public MockDialect {
 public:
  MockRequest read(json::Value root) const override {
    MockRequest r;
    r.root = root;
    const json::Value config = google_field(root, "generationConfig");
    const json::Value thinking = google_field(config, "thinkingConfig");
    r.json_mode = google_field(config, "responseMimeType").equals("application/json");
    r.thinking = google_field(thinking, "includeThoughts").boolean().value_or(false);
    r.state_wanted = true;
    r.prompt_words = count_words(text_of(google_field(root, "systemInstruction")["parts"]));
    for (const json::Value content : root["contents"].elements()) read_content(content, r);
    for (const json::Value tool : root["tools"].elements()) {
      for (const json::Value function : google_field(tool, "functionDeclarations").elements())
        r.tools.push_back({function["name"].string()});
    }
    return r;
  }

  Checked check(const MockRequest& r) const override { return check_gemini(r); }

  std::string body(const MockRequest& r, const Answer& a, const MockScript& s) override {
    if (!s.block.empty()) return blocked(r, a, s);
    std::vector<std::string> parts;
    if (!a.thinking.empty()) parts.push_back(text_part(a.thinking, true));
    if (a.calls.empty()) parts.push_back(signed_text(a.text, a));
    for (std::string& part : call_parts(r, a)) parts.push_back(std::move(part));
    return answer_with(parts, finish_of(a), r, a, s);
  }

  std::vector<std::string> events(const MockRequest& r, const Answer& a, const MockScript& s) override {
    std::vector<std::string> events;
    const auto event = [&](const std::string& data) {
      events.push_back(r.as_array ? (events.empty() ? "[" : ",\r\n") + data : "data: " + data + "\r\n\r\n");
    };
    if (!s.block.empty()) {
      event(blocked(r, a, s));
    } else {
      for (const std::string& piece : pieces_of(a.thinking)) event(answer_with({text_part(piece, true)}, "", r, a, s));
      if (a.calls.empty()) {
        for (const std::string& piece : pieces_of(a.text, s.events))
          event(answer_with({text_part(piece, false)}, "", r, a, s));
      }
      for (const std::string& part : call_parts(r, a)) event(answer_with({part}, "", r, a, s));
      if (!s.no_done) event(answer_with({signed_text("", a)}, finish_of(a), r, a, s));
    }
    if (r.as_array && !events.empty()) events.back() += "]";
    return events;
  }

  std::string error(const MockRefusal& refusal) const override { return google_error(refusal); }
  std::string error_event() const override {
    return "data: " + google_error({.status = 503, .message = "mock overload"}) + "\r\n\r\n";
  }
  std::string_view id_header() const override { return "x-goog-request-id"; }
  std::string_view stream_type(const MockRequest& r) const override {
    return r.as_array ? "application/json; charset=UTF-8" : "text/event-stream";
  }

 private:
  /// A thought's signature stands on the last part that is no call.
  static std::string signed_text(const std::string& text, const Answer& a) {
    if (a.thinking.empty() || !a.calls.empty()) return text_part(text, false);
    return "{\"text\":" + json::quoted(text) + ",\"thoughtSignature\":\"" + signature_of(a) + "\"}";
  }

  static void read_content(json::Value content, MockRequest& r) {
    const bool model = content["role"].equals("model");
    r.step += model;
    r.results = 0;
    std::string text;
    for (const json::Value part : content["parts"].elements()) {
      if (part["text"].is_string()) text += part["text"].string();
      r.images += google_field(part, "inlineData").exists() || google_field(part, "fileData").exists();
      r.results += google_field(part, "functionResponse").exists();
      r.states += is_sealed_by(Issuer::kGemini, standard_base64(google_field(part, "thoughtSignature").string()));
    }
    r.prompt_words += count_words(text);
    if (!model && !text.empty()) r.last_user_text = text;
  }
};

}  // namespace

std::unique_ptr<MockDialect> make_gemini_dialect() { return std::make_unique<Gemini>(); }

}  // namespace switchyard::cli
