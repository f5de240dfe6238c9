#pragma once
/// \file
/// The input items of a Responses request, read and written. Inside of this folder only.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire::openai_responses {

/// Appends what `input` (a string or an array of items) says to the request's messages.
Result<void> parse_input(json::Value input, ChatRequest& request);

/// The reasoning of one item, its state opened. Views into the item, or `storage`.
ThinkingPart parse_reasoning(json::Value item, TextStorage& storage);
/// A text with its citations; `part` is an output_text or input_text.
TextPart parse_text_part(json::Value part);
/// A url_citation; nothing for citations of files, which only this dialect has.
std::optional<Citation> parse_citation(json::Value annotation);

/// Writes the messages from `first` on as items into an open array.
void write_input(const ChatRequest& request, std::size_t first, json::Writer& w);

}  // namespace switchyard::wire::openai_responses
