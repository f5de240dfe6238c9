#pragma once
/// \file
/// How far long work has come, told to whoever wants to show it.

#include <functional>
#include <string_view>

namespace switchyard::learning {

/// Called with the name of the step and the share done, from 0 to 1. May be empty.
using Progress = std::function<void(std::string_view step, double share)>;

inline void report(const Progress& progress, std::string_view step, double share) {
  if (progress) progress(step, share);
}

}  // namespace switchyard::learning
