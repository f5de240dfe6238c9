#include "learning/distill_words.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "scoring/embedder.h"

namespace switchyard::learning {
namespace {

using scoring::detail::kAlone;
using scoring::detail::kWide;
using scoring::detail::kWordBytes;

/// The bytes of the next candidate at the beginning of `text`: a run of word bytes, or one character alone.
std::size_t candidate_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return kWordBytes[static_cast<unsigned char>(text[i])]; };
  if (byte(0) == kWide) return std::min<std::size_t>(3, text.size());
  if (byte(0) <= kAlone) return 1;
  std::size_t end = 1;
  while (end < text.size() && byte(end) > kWide) ++end;
  return end;
}

}  // namespace

std::vector<CountedWord> count_words(std::span<const std::string_view> texts, std::uint64_t count_min) {
  std::map<std::string, std::uint64_t, std::less<>> counts;
  std::string word;
  for (const std::string_view text : texts) {
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t bytes = candidate_bytes(rest);
      word.assign(rest.substr(0, bytes));
      rest.remove_prefix(bytes);
      for (char& c : word) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
      }
      ++counts[word];
    }
  }
  std::vector<CountedWord> out;
  for (auto& [text, count] : counts) {
    if (count < count_min) continue;
    // The embedder itself says what is a word: exactly one feature.
    std::size_t features = 0;
    std::uint32_t hash = 0;
    scoring::for_each_feature(text, [&](std::uint32_t h) {
      hash = h;
      ++features;
    });
    if (features == 1) out.push_back({text, hash, count});
  }
  std::ranges::sort(out, {},
                    [](const CountedWord& w) { return std::tuple(-static_cast<std::int64_t>(w.count), w.text); });
  return out;
}

}  // namespace switchyard::learning
