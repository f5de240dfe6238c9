#pragma once
/// \file
/// Custom tools (free text in) for providers that know functions only: a function of one string, `input`.

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace switchyard::wire {

constexpr std::string_view kCustomToolSchema =
    R"({"type":"object","properties":{"input":{"type":"string","description":"The tool's whole input"}},"required":["input"],"additionalProperties":false})";

/// Whether a provider's function call stands for a call of one of the client's custom tools.
inline bool is_custom_tool(std::span<const std::string> custom_tools, std::string_view name) {
  return std::ranges::find(custom_tools, name) != custom_tools.end();
}

/// The free text that such a call carries; what does not look like one is the text itself.
inline std::string custom_tool_input(std::string_view arguments) {
  const auto document = json::Document::parse(arguments);
  if (document && document->root()["input"].is_string()) return document->root()["input"].string();
  return std::string(arguments);
}

}  // namespace switchyard::wire
