#pragma once
/// \file
/// What the mock's Responses dialect remembers of its answers, for `previous_response_id` and GET /v1/responses/{id}.

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace switchyard::cli {

struct StoredResponse {
  std::string body;                      ///< As it was answered.
  std::vector<std::string> input_items;  ///< With what came before it, in order.
  std::vector<std::string> output_items;
  std::vector<std::string> output_ids;
};

/// Bounded: the oldest answers are forgotten first.
class ResponsesStore {
 public:
  static constexpr std::size_t kResponsesMax = 500;    ///< More than any test's conversation, little memory.
  static constexpr std::size_t kBytesMax = 32u << 20;  ///< Of bodies and items together.

  /// Replaces what has the same id.
  void put(const std::string& id, StoredResponse response);
  [[nodiscard]] const StoredResponse* find(std::string_view id) const;
  /// Whether an item of that id was answered.
  [[nodiscard]] bool knows_item(std::string_view item_id) const;
  /// Whether it was there.
  bool erase(std::string_view id);
  void clear();
  [[nodiscard]] std::size_t size() const { return responses_.size(); }

 private:
  std::map<std::string, StoredResponse, std::less<>> responses_;
  std::deque<std::string> order_;  ///< Oldest first.
  std::size_t bytes_ = 0;
};

}  // namespace switchyard::cli
