#pragma once
/// \file
/// What the mock provider says, before any dialect: a text, a thought, calls of the request's tools, token counts.
/// Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/mock/script.h"

namespace switchyard::cli {

inline constexpr std::int64_t kMockCreated = 1787356800;  ///< Every answer is made at this second.

struct MockTool {
  std::string name;
  bool custom = false;  ///< Takes free text instead of JSON.
};

/// What a mock answer is made from.
struct MockRequest {
  json::Value root;  ///< Valid while the request's document lives.
  std::string model, last_user_text;
  std::size_t prompt_words = 0;
  std::size_t images = 0, results = 0;  ///< Images anywhere; tool results in the last turn.
  std::size_t states = 0;               ///< Opaque reasoning states that came back.
  std::size_t step = 0;                 ///< Assistant turns before this one: ids of calls never repeat.
  bool stream = false, include_usage = false, json_mode = false, thinking = false;
  bool state_wanted = false;  ///< Opaque reasoning state is part of the answer.
  bool as_array = false;      ///< A stream as one JSON array.
  bool count_only = false;    ///< Its tokens are counted, nothing is answered.
  std::vector<MockTool> tools;
};

struct Call {
  std::string suffix;  ///< Makes its id unique in the conversation.
  std::string name, arguments;
  bool custom = false;
};

struct Answer {
  std::string text, thinking;
  std::string finish;  ///< The script's word; empty for what the content says.
  std::string id;      ///< Digits; the same for the same request.
  std::vector<Call> calls;
  std::size_t input = 0, cached = 0, output = 0, reasoning = 0;
};

Answer answer_of(const MockRequest& request, const MockScript& script);

/// Pieces of a text as a stream sends them, or `count` tokens if that is not negative.
std::vector<std::string> pieces_of(const std::string& text, int count = -1);

std::size_t count_words(std::string_view text);
/// The text of a content that is a string or an array of parts.
std::string text_of(json::Value content);

}  // namespace switchyard::cli
