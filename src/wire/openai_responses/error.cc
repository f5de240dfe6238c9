#include "wire/openai_responses/error.h"

#include "base/json_writer.h"
#include "wire/openai_chat/error.h"

namespace switchyard::wire::openai_responses {

ProviderError parse_error(int status, std::string_view body) { return openai_chat::parse_error(status, body); }

std::string render_error(const Error& error, std::string_view request_id) {
  return openai_chat::render_error(error, request_id);
}

std::string render_stream_error(const Error& error, std::uint64_t sequence_number) {
  const std::string body = render_error(error, {});
  const auto document = json::Document::parse(body);
  const json::Value words = document ? document->root()["error"] : json::Value{};
  std::string out = "event: error\ndata: ";
  json::Writer w(out);
  w.begin_object().field("type", "error").field("sequence_number", sequence_number);
  for (const std::string_view name : {"code", "message", "param"}) {
    w.field_raw(name, words[name].exists() ? words[name].raw() : "null");
  }
  w.end_object();
  return out.append("\n\n");
}

std::string_view failure_code(std::string_view type) {
  if (type.find("rate_limit") != std::string_view::npos || type.find("overloaded") != std::string_view::npos ||
      type.find("quota") != std::string_view::npos) {
    return "rate_limit_exceeded";
  }
  return type == "invalid_prompt" ? type : "server_error";
}

}  // namespace switchyard::wire::openai_responses
