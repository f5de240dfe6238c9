#pragma once
/// \file
/// Small questions that the strict checks of every dialect ask. Pure.

#include <set>
#include <string>
#include <string_view>

#include "base/json.h"

namespace switchyard::cli {

/// Whether `name` is a word of the list `names`, words parted by single blanks.
bool listed(std::string_view names, std::string_view name);
/// The first member of `object` that is not in the list `names`; empty if all are, or if it is no object.
std::string unlisted_member(json::Value object, std::string_view names);
/// Only letters, digits, '_' and '-', from one to `size_max` of them.
bool is_plain_name(std::string_view name, std::size_t size_max);
/// "path[3]".
std::string at_index(std::string_view path, std::size_t index);

/// Why a schema is not one that OpenAI's strict mode takes (every object closed, every property required); empty if it
/// is.
std::string strict_schema_fault(json::Value schema);

/// The ids of calls that still want an answer.
using OpenCalls = std::set<std::string>;
std::string joined(const OpenCalls& ids);

}  // namespace switchyard::cli
