#pragma once
/// \file
/// Which rows are trained on and which are held out: by a hash of the question, so that the same question is on the same
/// side in every data set, however it is spelled and whatever its multiple-choice dressing.

#include <cstdint>
#include <string_view>

namespace switchyard::learning {

/// The hash of the question with case, blanks and punctuation left out: only [0-9a-z] counts. (FNV-1a, 64 bits.)
std::uint64_t question_hash(std::string_view query);

/// The share of questions that are held out, in per cent; `kHeldOutPercent` is what the published figures use.
constexpr unsigned kHeldOutPercent = 30;

/// Whether the question is held out in the split named by `seed`. `percent` is from 0 to 100.
bool held_out(std::string_view query, std::uint64_t seed, unsigned percent = kHeldOutPercent);

}  // namespace switchyard::learning
