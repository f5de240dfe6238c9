#include "wire/reasoning_state.h"

#include <string>

namespace switchyard::wire {

JsonText sealed_state(JsonText value, Dialect issuer, Dialect client, TextStorage& storage) {
  if (value.empty() || issuer == client) return value;
  std::string& shown = storage.emplace_back(kStateMark);
  shown.append(dialect_name(issuer)).append(".").append(value.escaped);
  return {shown};
}

ReasoningState opened_state(JsonText shown, Dialect client) {
  if (!shown.escaped.starts_with(kStateMark)) return {shown, client};
  const std::string_view rest = shown.escaped.substr(kStateMark.size());
  const std::size_t dot = rest.find('.');
  const auto issuer = dialect_from_name(rest.substr(0, dot));
  // Marked, but by no dialect of ours: nobody's state, so that nobody is sent it.
  if (!issuer || dot == std::string_view::npos) return {{}, client};
  return {{rest.substr(dot + 1)}, *issuer};
}

}  // namespace switchyard::wire
