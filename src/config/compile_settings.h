#pragma once
/// \file
/// From checked text to the typed sections of the RuntimeConfig.

#include "config/problems.h"
#include "config/runtime_config.h"
#include "config/settings.h"

namespace switchyard::config {

/// Fills every section but the catalog. Settings that do not go together are told to `problems`.
void compile_settings(const Settings& settings, RuntimeConfig& config, Problems& problems);

}  // namespace switchyard::config
