#pragma once
/// \file
/// What routing and the same-dialect path need of a request, read in one pass over the parsed body without building a
/// `ChatRequest`: views into the client's bytes, valid as long as those and their json::Document.

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "domain/chat.h"

namespace switchyard {

struct RequestView {
  Dialect dialect{};
  json::Value root;
  json::Value model;            ///< A string, or missing.
  std::string_view path_model;  ///< The model where the path names it (Gemini); then `model` is missing.
  StreamMode stream = StreamMode::kBuffered;
  bool include_usage = false;          ///< The client asked for usage in an OpenAI stream.
  std::int64_t output_tokens_max = 0;  ///< 0: not given.

  std::vector<JsonText> user_texts;   ///< Text of user-role messages, in order, without tool results.
  std::vector<JsonText> other_texts;  ///< System, assistant and tool texts, in order.
  JsonText first_user_text;           ///< Empty if there is none.
  JsonText user_id;                   ///< OpenAI `user`, Anthropic `metadata.user_id`.
  std::uint32_t messages = 0;
  std::uint32_t tools = 0;
  std::uint32_t images = 0;
  std::size_t image_bytes = 0;       ///< Of base64 data, so that token estimates can leave it out.
  bool last_is_tool_result = false;  ///< The last message carries a tool result.
  bool structured_output = false;    ///< A JSON schema is asked for.
  bool schema_has_title = false;     ///< That schema has a string property "title".
  bool holds_foreign_state = false;  ///< Reasoning state that another dialect's provider issued is among it.
  bool reasoning = false;            ///< Thinking or reasoning is asked for.
};

}  // namespace switchyard
