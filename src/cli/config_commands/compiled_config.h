#pragma once
/// \file
/// The RuntimeConfig as canonical JSON: the same configuration gives the same bytes, so that two machines can be
/// compared with diff. Keys are in alphabetical order; lists keep theirs, since it means preference. Secrets are "set"
/// or "".

#include <string>

#include "config/runtime_config.h"

namespace switchyard::cli {

std::string compiled_config(const config::RuntimeConfig& config);

}  // namespace switchyard::cli
