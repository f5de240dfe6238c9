#include "wire/gemini/generation_config.h"

#include <charconv>

#include "base/json_writer.h"
#include "wire/gemini/own_fields.h"
#include "wire/gemini/thinking.h"

namespace switchyard::wire::gemini {
namespace {

std::int64_t integer(JsonRaw number) {
  std::int64_t value = 0;
  std::from_chars(number.text.data(), number.text.data() + number.text.size(), value);
  return value;
}

void write_raw(std::string_view key, JsonRaw value, json::Writer& w) {
  if (!value.empty()) w.field_raw(key, value.text);
}

void write_format(const ResponseFormat& format, json::Writer& w) {
  if (format.kind == ResponseFormatKind::kText) return;
  w.field("responseMimeType", "application/json");
  if (format.kind != ResponseFormatKind::kJsonSchema) return;
  w.field_raw("responseJsonSchema", format.schema.empty() ? "{}" : format.schema.text);
}

}  // namespace

void write_generation_config(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  std::string config;
  json::Writer w(config);
  w.begin_object();
  write_raw("temperature", request.temperature, w);
  write_raw("topP", request.top_p, w);
  write_raw("topK", request.top_k, w);
  write_raw("candidateCount", request.n, w);
  if (const JsonRaw limit = request.output_tokens_max; !limit.empty()) {
    if (target.output_max > 0 && integer(limit) > target.output_max) {
      w.field("maxOutputTokens", target.output_max);
    } else {
      w.field_raw("maxOutputTokens", limit.text);
    }
  }
  if (!request.stop.empty()) {
    w.key("stopSequences").begin_array();
    for (const JsonText stop : request.stop) w.string_escaped(stop.escaped);
    w.end_array();
  }
  write_raw("seed", request.seed, w);
  write_raw("presencePenalty", request.presence_penalty, w);
  write_raw("frequencyPenalty", request.frequency_penalty, w);
  write_raw("responseLogprobs", request.logprobs, w);
  write_raw("logprobs", request.top_logprobs, w);
  write_format(request.response_format, w);
  std::string thinking;
  write_thinking(request, target.model, thinking);
  if (!thinking.empty()) w.field_raw("thinkingConfig", thinking);
  write_own_fields(request, "generationConfig.", {"generationConfig.thinkingConfig."}, w);
  w.end_object();
  if (config != "{}") out.append(config);
}

}  // namespace switchyard::wire::gemini
