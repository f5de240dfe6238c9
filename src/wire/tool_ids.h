#pragma once
/// \file
/// Tool-call ids that every dialect takes.

#include <cstddef>
#include <string_view>

#include "domain/chat.h"

namespace switchyard::wire {

constexpr std::size_t kToolIdBytesMax = 64;

/// The id itself if it matches [A-Za-z0-9_-]{1,64}, else a short one made from it: the same id always gives the same
/// result, so that a call and its answer still belong together in every later turn. Lives in `storage` or in `id`.
std::string_view portable_tool_id(JsonText id, TextStorage& storage);

/// The id of an answer's `index`th call as any client may send it back: portable, and made from the answer's id if the
/// provider gave none, so that two such calls of one conversation differ.
std::string_view answer_tool_id(JsonText id, std::string_view answer_id, std::size_t index, TextStorage& storage);

}  // namespace switchyard::wire
