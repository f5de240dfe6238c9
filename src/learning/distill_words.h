#pragma once
/// \file
/// The words of texts as the static embedder sees them (`scoring::for_each_feature`), with their spelling, so that a
/// teacher can be asked about each.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace switchyard::learning {

struct CountedWord {
  std::string text;        ///< Lower case.
  std::uint32_t hash = 0;  ///< The feature's.
  std::uint64_t count = 0;
};

/// Words that occur at least `count_min` times, most frequent first, of equal ones by spelling.
std::vector<CountedWord> count_words(std::span<const std::string_view> texts, std::uint64_t count_min);

}  // namespace switchyard::learning
