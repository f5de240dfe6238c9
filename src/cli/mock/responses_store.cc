#include "cli/mock/responses_store.h"

#include <algorithm>

namespace switchyard::cli {
namespace {

std::size_t bytes_of(const StoredResponse& r) {
  std::size_t bytes = r.body.size();
  for (const std::string& item : r.input_items) bytes += item.size();
  for (const std::string& item : r.output_items) bytes += item.size();
  return bytes;
}

}  // namespace

void ResponsesStore::put(const std::string& id, StoredResponse response) {
  erase(id);
  bytes_ += bytes_of(response);
  responses_.emplace(id, std::move(response));
  order_.push_back(id);
  while (responses_.size() > kResponsesMax || (bytes_ > kBytesMax && responses_.size() > 1))
    erase(std::string(order_.front()));
}

const StoredResponse* ResponsesStore::find(std::string_view id) const {
  const auto found = responses_.find(id);
  return found == responses_.end() ? nullptr : &found->second;
}

bool ResponsesStore::knows_item(std::string_view item_id) const {
  return std::ranges::any_of(responses_, [&](const auto& entry) {
    return std::ranges::find(entry.second.output_ids, item_id) != entry.second.output_ids.end();
  });
}

bool ResponsesStore::erase(std::string_view id) {
  const auto found = responses_.find(id);
  if (found == responses_.end()) return false;
  bytes_ -= bytes_of(found->second);
  order_.erase(std::ranges::find(order_, found->first));
  responses_.erase(found);
  return true;
}

void ResponsesStore::clear() {
  responses_.clear();
  order_.clear();
  bytes_ = 0;
}

}  // namespace switchyard::cli
