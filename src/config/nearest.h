#pragma once
/// \file
/// "Did you mean ...?": the known name that resembles a wrong one most.

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/catalog.h"

namespace switchyard::config {

/// Names differ in fewer places than this, or they do not resemble one another.
inline constexpr std::size_t kResemblanceMax = 6;
/// What is compared and shown of a wrong name: longer ones are no slip of the pen, and comparing costs their length
/// squared.
inline constexpr std::size_t kNameBytesShown = 100;

inline std::string_view shown_name(std::string_view name) { return name.substr(0, kNameBytesShown); }

/// The element of `known` nearest to `name`, or empty if none resembles it. `known` holds anything a string_view is
/// made of.
template <class Range>
std::string_view nearest(std::string_view name, const Range& known) {
  std::string_view best;
  std::size_t best_distance = kResemblanceMax;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(shown_name(name), candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

/// "; did you mean x?", or "; expected one of a, b" where nothing resembles `name`.
template <class Range>
std::string suggestion(std::string_view name, const Range& known) {
  if (const std::string_view best = nearest(name, known); !best.empty())
    return "; did you mean " + std::string(best) + "?";
  std::string text = "; expected one of ";
  const std::size_t empty = text.size();
  for (const std::string_view candidate : known) text.append(text.size() == empty ? "" : ", ").append(candidate);
  return text.size() == empty ? std::string() : text;
}

}  // namespace switchyard::config
