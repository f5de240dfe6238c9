#include "wire/gemini/call_ids.h"

#include <string>

namespace switchyard::wire::gemini {

JsonText CallIds::call(JsonText id, JsonText name, TextStorage& storage) {
  const std::size_t number = calls_++;
  if (id.empty()) id = {storage.emplace_back(std::string(kMadeCallId) + std::to_string(number))};
  known_.insert(id.escaped);
  open_[name.escaped].push_back(id.escaped);
  return id;
}

std::optional<JsonText> CallIds::result(JsonText id, JsonText name) {
  if (!id.empty()) {
    if (!known_.contains(id.escaped)) return std::nullopt;
    answered_.insert(id.escaped);
    return id;
  }
  if (const auto found = open_.find(name.escaped); found != open_.end()) {
    std::deque<std::string_view>& waiting = found->second;
    while (!waiting.empty()) {
      const std::string_view oldest = waiting.front();
      waiting.pop_front();
      if (answered_.insert(oldest).second) return JsonText{oldest};
    }
  }
  return std::nullopt;
}

}  // namespace switchyard::wire::gemini
