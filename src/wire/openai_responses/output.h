#pragma once
/// \file
/// The items and content parts of an answer, for whole answers and streams alike. Inside of this folder only.
/// Texts are the insides of JSON strings unless said.

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "domain/chat.h"

namespace switchyard::wire::openai_responses {

/// `annotations` and `logprobs` are elements separated by commas.
void write_text_part(std::string_view text, std::string_view annotations, std::string_view logprobs, json::Writer& w);
void write_refusal_part(std::string_view text, json::Writer& w);
/// `parts` are content parts separated by commas.
void write_message_item(std::string_view id, std::string_view status, std::string_view parts, json::Writer& w);
/// With `encrypted` empty the item has no state.
void write_reasoning_item(std::string_view id, std::string_view text, std::string_view encrypted, json::Writer& w);

struct CallItem {
  std::string id;  ///< Plain: ours.
  std::string call_id;
  std::string name;
  std::string payload;  ///< The arguments, or a custom tool's input.
  bool custom = false;
};
void write_call_item(const CallItem& call, std::string_view status, json::Writer& w);

/// The input of a custom tool that its provider knew as a function of one string, `input`; `arguments` is plain. What
/// is not such an object is the input itself.
std::string custom_input(std::string_view arguments);

/// The elements of a JSON array without its brackets.
std::string_view inside_array(std::string_view array);
/// Appends `more` elements behind those in `list`.
void append_elements(std::string_view more, std::string& list);

}  // namespace switchyard::wire::openai_responses
