#include "wire/gemini/own_fields.h"

#include <algorithm>

namespace switchyard::wire::gemini {

void write_own_fields(const ChatRequest& request, std::string_view below,
                      std::initializer_list<std::string_view> except, json::Writer& w) {
  if (request.dialect != Dialect::kGemini) return;
  for (const UnknownField& field : request.unknown) {
    const std::string_view path = field.path;
    const auto begins = [&](std::string_view other) { return path.starts_with(other); };
    if (!path.starts_with(below) || std::ranges::any_of(except, begins)) continue;
    w.key_escaped(path.substr(below.size())).raw(field.value.text);
  }
}

bool has_own_fields(const ChatRequest& request, std::string_view below) {
  return request.dialect == Dialect::kGemini &&
         std::ranges::any_of(request.unknown, [&](const UnknownField& f) { return f.path.starts_with(below); });
}

}  // namespace switchyard::wire::gemini
