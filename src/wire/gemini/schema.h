#pragma once
/// \file
/// Gemini's own schema objects (a subset of OpenAPI 3.0: "type":"STRING", "nullable", counts as strings) as JSON
/// Schema. Source: the Gemini API reference, "Schema".

#include <string>

#include "base/json.h"

namespace switchyard::wire::gemini {

/// Appends the JSON Schema that says the same. What already is JSON Schema stays as it is. `propertyOrdering` becomes
/// the order of `properties`, which is what models of other providers follow.
void write_json_schema(json::Value schema, std::string& out);

}  // namespace switchyard::wire::gemini
