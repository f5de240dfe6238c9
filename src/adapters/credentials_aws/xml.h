#pragma once
/// \file
/// Reads the small XML texts with which AWS STS answers: elements and text. Declarations of types, comments, CDATA,
/// processing instructions and namespaced names are refused, as STS sends none and they are where XML gets dangerous.
/// Pure. Source: W3C, "Extensible Markup Language (XML) 1.0".

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::aws {

/// An element without elements inside.
struct XmlLeaf {
  std::string path;  ///< "Response/Result/Name".
  std::string text;  ///< Decoded, with its blanks.
  friend bool operator==(const XmlLeaf&, const XmlLeaf&) = default;
};

/// All leaves in their order. Errors: kInvalidRequest, without any of the text.
Result<std::vector<XmlLeaf>> parse_xml(std::string_view text);

}  // namespace switchyard::aws
