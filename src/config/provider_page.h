#pragma once
/// \file
/// docs/reference/providers.md, from the catalog that is part of the program.

#include <string>

namespace switchyard::config {

std::string provider_page();

}  // namespace switchyard::config
