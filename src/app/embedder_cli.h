#pragma once
/// \file
/// The `switchyard embedder` commands on the command line.

#include <CLI/CLI.hpp>
#include <functional>

#include "base/result.h"

namespace switchyard::app {

/// `run` does a command's work and turns its result into the exit code.
void add_embedder(CLI::App& app, std::function<void(const std::function<Result<void>()>& work)> run);

}  // namespace switchyard::app
