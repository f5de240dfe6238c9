#include "wire/tool_ids.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace switchyard::wire {
namespace {

bool is_portable(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// FNV-1a, 64 bits, from two different offsets: 128 bits, enough that ids of one conversation do not meet.
std::uint64_t hash(std::string_view text, std::uint64_t offset) {
  std::uint64_t h = offset;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

}  // namespace

std::string_view portable_tool_id(JsonText id, TextStorage& storage) {
  const std::string_view text = id.escaped;
  if (!text.empty() && text.size() <= kToolIdBytesMax && std::ranges::all_of(text, is_portable)) return text;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string made = "tc_";
  for (std::uint64_t bits : {hash(text, 0xcbf29ce484222325), hash(text, 0x9e3779b97f4a7c15)}) {
    for (int i = 0; i < 16; ++i, bits >>= 4) made.push_back(kHex[bits & 15]);
  }
  return storage.emplace_back(std::move(made));
}

std::string_view answer_tool_id(JsonText id, std::string_view answer_id, std::size_t index, TextStorage& storage) {
  if (!id.empty()) return portable_tool_id(id, storage);
  std::string made = "call_";
  made.append(answer_id).append("_").append(std::to_string(index));
  return portable_tool_id({storage.emplace_back(std::move(made))}, storage);
}

}  // namespace switchyard::wire
