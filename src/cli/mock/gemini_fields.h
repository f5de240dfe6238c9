#pragma once
/// \file
/// Google's JSON takes each field's name in lowerCamelCase and in snake_case. Pure.

#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/mock/dialect.h"

namespace switchyard::cli {

/// "generationConfig" gives "generation_config".
std::string snake_case(std::string_view camel);
/// The member by its lowerCamelCase name, written either way.
json::Value google_field(json::Value object, std::string_view camel);
/// Bytes may come in either alphabet of base64.
std::string standard_base64(std::string text);
/// Google's refusal of the first member that is not in the list `names` (in lowerCamelCase); `path` is where `object`
/// stands.
Checked google_unknown(json::Value object, std::string_view names, const std::string& path);
MockRefusal google_refusal(std::string message);
/// {"error":{"code":400,"message":"...","status":"INVALID_ARGUMENT"}}
std::string google_error(const MockRefusal& refusal);

}  // namespace switchyard::cli
