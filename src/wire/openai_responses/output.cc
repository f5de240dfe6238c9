#include "wire/openai_responses/output.h"

#include "base/json.h"

namespace switchyard::wire::openai_responses {
namespace {

void array(std::string_view key, std::string_view elements, json::Writer& w) {
  w.key(key).begin_array();
  if (!elements.empty()) w.raw(elements);
  w.end_array();
}

}  // namespace

void write_text_part(std::string_view text, std::string_view annotations, std::string_view logprobs, json::Writer& w) {
  w.begin_object().field("type", "output_text");
  array("annotations", annotations, w);
  array("logprobs", logprobs, w);
  w.field_escaped("text", text).end_object();
}

void write_refusal_part(std::string_view text, json::Writer& w) {
  w.begin_object().field("type", "refusal").field_escaped("refusal", text).end_object();
}

void write_message_item(std::string_view id, std::string_view status, std::string_view parts, json::Writer& w) {
  w.begin_object().field("id", id).field("type", "message").field("status", status);
  array("content", parts, w);
  w.field("role", "assistant").end_object();
}

void write_reasoning_item(std::string_view id, std::string_view text, std::string_view encrypted, json::Writer& w) {
  w.begin_object().field_escaped("id", id).field("type", "reasoning").key("summary").begin_array();
  if (!text.empty()) w.begin_object().field("type", "summary_text").field_escaped("text", text).end_object();
  w.end_array();
  if (!encrypted.empty()) w.field_escaped("encrypted_content", encrypted);
  w.end_object();
}

void write_call_item(const CallItem& call, std::string_view status, json::Writer& w) {
  w.begin_object().field("id", call.id).field("type", call.custom ? "custom_tool_call" : "function_call");
  w.field("status", status).field_escaped(call.custom ? "input" : "arguments", call.payload);
  w.field_escaped("call_id", call.call_id).field_escaped("name", call.name).end_object();
}

std::string custom_input(std::string_view arguments) {
  if (const auto document = json::Document::parse(arguments)) {
    if (const json::Value input = document->root()["input"]; input.is_string()) return std::string(input.escaped());
  }
  std::string escaped;
  json::escape(arguments, escaped);
  return escaped;
}

std::string_view inside_array(std::string_view array) {
  if (array.size() < 2 || array.front() != '[' || array.back() != ']') return {};
  array = array.substr(1, array.size() - 2);
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = array.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view{} : array.substr(begin);
}

void append_elements(std::string_view more, std::string& list) {
  if (more.empty()) return;
  if (!list.empty()) list.push_back(',');
  list.append(more);
}

}  // namespace switchyard::wire::openai_responses
