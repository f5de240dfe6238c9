#pragma once
/// \file
/// `switchyard serve`: runs the gateway until a signal ends it.

#include "config/runtime_config.h"

namespace switchyard::app {

/// SIGTERM and SIGINT drain and stop; a second one ends at once; SIGHUP reloads. Returns the exit code.
int serve(const config::Sources& sources);

}  // namespace switchyard::app
