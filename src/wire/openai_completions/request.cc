#include "wire/openai_completions/request.h"

#include <array>
#include <utility>

#include "wire/fields.h"

namespace switchyard::wire::openai_completions {
namespace {

/// A string, or an array of just one.
Result<json::Value> prompt_text(json::Value prompt) {
  if (prompt.is_string()) return prompt;
  if (prompt.is_array() && prompt.size() == 1) {
    const json::Value only = *prompt.elements().begin();
    if (only.is_string()) return only;
  }
  return expected("prompt", "one text: a string, or an array of one string");
}

Result<void> stop_list(json::Value value, std::vector<JsonText>& stops) {
  if (!value.has_value()) return {};
  if (value.is_string()) {
    stops.push_back({value.escaped()});
    return {};
  }
  if (!value.is_array()) return expected("stop", "a string or an array of strings");
  for (const json::Value element : value.elements()) {
    if (!element.is_string()) return expected("stop", "a string or an array of strings");
    stops.push_back({element.escaped()});
  }
  return {};
}

/// Members that say no more than leaving them out.
bool says_nothing(std::string_view key, json::Value value) {
  if (!value.has_value()) return true;
  return (key == "best_of" && value.raw() == "1") || (key == "echo" && value.raw() == "false") ||
         (key == "suffix" && value.escaped().empty() && value.is_string()) || (key == "logprobs" && value.raw() == "0");
}

}  // namespace

Result<RequestView> view_request(const json::Document& body) {
  RequestView view;
  view.dialect = Dialect::kOpenAiCompletions;
  view.root = body.root();
  if (!view.root.is_object()) return expected("body", "a JSON object");
  for (const json::Member member : view.root.members()) {
    SY_CHECK(plain_key(member.key));
    const std::string_view key = member.key.escaped();
    const json::Value value = member.value;
    if (key == "model") {
      if (value.has_value() && !value.is_string()) return expected("model", "a string");
      view.model = value;
    } else if (key == "prompt") {
      SY_TRY(const json::Value text, prompt_text(value));
      view.user_texts = {{text.escaped()}};
      view.first_user_text = {text.escaped()};
      view.messages = 1;
    } else if (key == "stream") {
      SY_TRY(const bool streamed, flag_field(value, key));
      if (streamed) view.stream = StreamMode::kStreamed;
    } else if (key == "max_tokens") {
      SY_TRY(const JsonRaw count, count_field(value, key));
      if (!count.empty()) view.output_tokens_max = *value.integer();
    } else if (key == "stream_options") {
      view.include_usage = value["include_usage"].boolean().value_or(false);
    } else if (key == "user") {
      view.user_id = {value.escaped()};
    }
  }
  if (view.messages == 0) return expected("prompt", "a string");
  return view;
}

Result<ChatRequest> parse_request(const json::Document& body) {
  SY_TRY(const RequestView view, view_request(body));
  ChatRequest request;
  request.dialect = Dialect::kOpenAiCompletions;
  request.stream = view.stream;
  request.include_usage = view.include_usage;
  Message message;
  message.parts.push_back(TextPart{view.first_user_text, {}, {}});
  request.messages.push_back(std::move(message));
  static constexpr std::array<std::pair<std::string_view, JsonRaw ChatRequest::*>, 7> kNumbers{
      {{"temperature", &ChatRequest::temperature},
       {"top_p", &ChatRequest::top_p},
       {"seed", &ChatRequest::seed},
       {"n", &ChatRequest::n},
       {"frequency_penalty", &ChatRequest::frequency_penalty},
       {"presence_penalty", &ChatRequest::presence_penalty},
       {"max_tokens", &ChatRequest::output_tokens_max}}};
  for (const json::Member member : view.root.members()) {
    const std::string_view key = member.key.escaped();
    const auto number = std::ranges::find(kNumbers, key, &std::pair<std::string_view, JsonRaw ChatRequest::*>::first);
    if (number != kNumbers.end()) {
      SY_TRY(request.*number->second, number_field(member.value, key));
    } else if (key == "model") {
      request.model = {member.value.escaped()};
    } else if (key == "user") {
      SY_TRY(request.user, text_field(member.value, key));
    } else if (key == "logit_bias") {
      request.logit_bias = raw_field(member.value);
    } else if (key == "stop") {
      SY_CHECK(stop_list(member.value, request.stop));
    } else if (key != "prompt" && key != "stream" && key != "stream_options" && !says_nothing(key, member.value)) {
      request.unknown.push_back({std::string(key), {member.value.raw()}});
    }
  }
  return request;
}

}  // namespace switchyard::wire::openai_completions
