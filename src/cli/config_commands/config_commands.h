#pragma once
/// \file
/// `switchyard env list|validate`, `switchyard config check|compile|explain`.

#include <ostream>

#include "config/runtime_config.h"

namespace switchyard::cli {

void list_variables(bool json, std::ostream& out);
/// Every setting with its value and where it came from; secrets are told only as set or not.
void explain_config(const config::RuntimeConfig& config, bool json, std::ostream& out);
/// One line for a person: what was loaded.
std::string config_summary(const config::RuntimeConfig& config);

}  // namespace switchyard::cli
