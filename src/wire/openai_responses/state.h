#pragma once
/// \file
/// What a service of stored responses says over their JSON: the input of a next turn, lists of items, and the objects
/// of its endpoints. Pure: the store is the caller's. Values are spliced as they stand, never written anew. Source: the
/// OpenAI API reference, "Responses": retrieve, delete, list input items.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace switchyard::wire::openai_responses {

/// The items of a request's input (a string, an array, or missing) as a JSON array that can be stored: each with a
/// type, an id ("msg_<seed>_0") and, where the list endpoint's model wants them, a status and content parts instead of
/// a string. Items with ids keep them. Errors: kInvalidRequest, naming the field.
Result<std::string> stored_input(json::Value input, std::string_view seed);

/// One stored turn: its whole input (as `stored_input` or `joined_items` made it) and its response object.
struct StoredTurn {
  json::Value input;     ///< An array.
  json::Value response;  ///< The object; its `output` is an array.
};

/// A JSON array: what was said up to and with `earlier`, then `next` (an array of stored items).
/// Reasoning without encrypted content and items that only reported on server tools stay in: they are the conversation.
/// Errors: kInternal for a turn that is not of this shape; kTooLarge beyond kConversationBytesMax.
Result<std::string> joined_items(const StoredTurn& earlier, json::Value next);
/// Far more than any model reads; bounds what one previous_response_id may pull into a request.
constexpr std::size_t kConversationBytesMax = 64u << 20;

/// `body` with `input` replaced by `items` and without previous_response_id and conversation, every other value as it
/// was: what a provider without the stored turns is sent. Errors: kInvalidRequest for a body that is not an object.
Result<std::string> self_contained(json::Value body, std::string_view items);

enum class ItemOrder : std::uint8_t { kAscending, kDescending };
constexpr std::int64_t kListedItemsDefault = 20, kListedItemsMax = 100;  ///< As OpenAI's.
struct ItemQuery {
  ItemOrder order = ItemOrder::kDescending;
  std::string_view after;  ///< An item's id; empty: from the beginning.
  std::int64_t limit = kListedItemsDefault;
};
/// The page object of `items`, an array of stored items.
/// Errors: kInvalidRequest naming `limit`, or `after` if there is no such item.
Result<std::string> list_items(json::Value items, const ItemQuery& query);

/// The answer to a deletion; `id` is plain.
std::string render_deleted(std::string_view id);

/// What a stored response is shown as: its object as it stands, with `store` true so that clients see it can be had.
/// Errors: kInternal if it is not an object.
Result<std::string> render_retrieved(json::Value response);

/// "No such response", as OpenAI words it: kNotFound.
Error no_such_response(std::string_view id);

}  // namespace switchyard::wire::openai_responses
