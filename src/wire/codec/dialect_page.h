#pragma once
/// \file
/// docs/reference/dialects.md: what becomes of each field on the way from one dialect to another, from the rules
/// themselves.

#include <string>

namespace switchyard::wire {

std::string dialect_page();

}  // namespace switchyard::wire
