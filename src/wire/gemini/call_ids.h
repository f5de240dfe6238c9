#pragma once
/// \file
/// Ids for function calls that Gemini wrote without one, where a result belongs to the oldest unanswered call of its
/// name. Made from places in the conversation, so that every later turn gives the same ones.

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "domain/chat.h"

namespace switchyard::wire::gemini {

constexpr std::string_view kMadeCallId = "sy_call_";  ///< Then the call's number: never sent to Gemini.

/// One per request; its views point into the request's bytes and storage.
class CallIds {
 public:
  /// The id of a call: `id` if it has one.
  JsonText call(JsonText id, JsonText name, TextStorage& storage);
  /// The id of the call that a result answers; nothing if there is no such call.
  std::optional<JsonText> result(JsonText id, JsonText name);

 private:
  std::unordered_map<std::string_view, std::deque<std::string_view>> open_;  ///< Ids by name, oldest first.
  std::unordered_set<std::string_view> known_, answered_;
  std::size_t calls_ = 0;
};

}  // namespace switchyard::wire::gemini
