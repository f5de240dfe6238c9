#include "scoring/estimator/text_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "scoring/portable_math.h"

namespace switchyard::scoring::estimator {
namespace {

constexpr std::uint32_t kHashOffset = 0x811c9dc5, kHashPrime = 0x01000193;  // FNV-1a, 32 bits.

constexpr std::uint32_t hash_of(std::string_view word) {
  std::uint32_t h = kHashOffset;
  for (const char c : word) h = (h ^ static_cast<unsigned char>(c)) * kHashPrime;
  return h;
}

/// Groups of words that are counted together.
enum Group : std::uint8_t {
  kNone,
  kNegation,
  kAmount,
  kCompute,
  kWhich,
  kPerson,
  kWhy,
  kFollowing,
  kStatement,
  kShould,
  kBest,
  kTruth,
  kAll,
  kCode,
  kProof,
  kYou,
  kGroups
};

struct Keyword {
  std::string_view word;
  Group group;
};

constexpr Keyword kKeywords[] = {{"not", kNegation},
                                 {"except", kNegation},
                                 {"never", kNegation},
                                 {"false", kTruth},
                                 {"true", kTruth},
                                 {"correct", kTruth},
                                 {"incorrect", kTruth},
                                 {"how", kAmount},
                                 {"many", kAmount},
                                 {"much", kAmount},
                                 {"total", kAmount},
                                 {"each", kAmount},
                                 {"calculate", kCompute},
                                 {"compute", kCompute},
                                 {"find", kCompute},
                                 {"determine", kCompute},
                                 {"evaluate", kCompute},
                                 {"estimate", kCompute},
                                 {"simplify", kCompute},
                                 {"solve", kCompute},
                                 {"what", kWhich},
                                 {"which", kWhich},
                                 {"who", kPerson},
                                 {"when", kPerson},
                                 {"where", kPerson},
                                 {"whose", kPerson},
                                 {"why", kWhy},
                                 {"because", kWhy},
                                 {"explain", kWhy},
                                 {"following", kFollowing},
                                 {"statement", kStatement},
                                 {"statements", kStatement},
                                 {"should", kShould},
                                 {"must", kShould},
                                 {"would", kShould},
                                 {"best", kBest},
                                 {"most", kBest},
                                 {"likely", kBest},
                                 {"least", kBest},
                                 {"none", kAll},
                                 {"all", kAll},
                                 {"both", kAll},
                                 {"only", kAll},
                                 {"def", kCode},
                                 {"return", kCode},
                                 {"function", kCode},
                                 {"python", kCode},
                                 {"list", kCode},
                                 {"string", kCode},
                                 {"code", kCode},
                                 {"import", kCode},
                                 {"assert", kCode},
                                 {"prove", kProof},
                                 {"let", kProof},
                                 {"suppose", kProof},
                                 {"if", kProof},
                                 {"given", kProof},
                                 {"integer", kProof},
                                 {"equation", kProof},
                                 {"you", kYou},
                                 {"your", kYou},
                                 {"i", kYou},
                                 {"my", kYou},
                                 {"me", kYou}};

/// Slots by the hash's low bits; at most a few words share one, so they stand in the next.
constexpr std::size_t kSlots = 256;
struct Slot {
  std::uint32_t hash = 0;
  Group group = kNone;
};
constexpr std::array<Slot, kSlots> make_slots() {
  std::array<Slot, kSlots> slots{};
  for (const Keyword& keyword : kKeywords) {
    const std::uint32_t hash = hash_of(keyword.word);
    std::size_t at = hash % kSlots;
    while (slots[at].group != kNone) at = (at + 1) % kSlots;
    slots[at] = {hash, keyword.group};
  }
  return slots;
}
constexpr std::array<Slot, kSlots> kGroupOf = make_slots();

Group group_of(std::uint32_t hash) {
  for (std::size_t at = hash % kSlots; kGroupOf[at].group != kNone; at = (at + 1) % kSlots) {
    if (kGroupOf[at].hash == hash) return kGroupOf[at].group;
  }
  return kNone;
}

/// What a byte is to the counts.
enum Kind : std::uint8_t { kOther, kBlank, kLower, kUpper, kDigit, kHigh };
constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (int c = 0; c < 256; ++c) {
    const auto i = static_cast<std::size_t>(c);
    if (c <= 0x20) kinds[i] = kBlank;
    if (c >= 'a' && c <= 'z') kinds[i] = kLower;
    if (c >= 'A' && c <= 'Z') kinds[i] = kUpper;
    if (c >= '0' && c <= '9') kinds[i] = kDigit;
    if (c >= 0x80) kinds[i] = kHigh;
  }
  return kinds;
}
constexpr std::array<Kind, 256> kKinds = make_kinds();

struct Counts {
  std::array<std::uint32_t, 256> bytes{};
  std::array<std::uint32_t, kGroups> groups{};
  std::uint32_t words = 0, letters = 0, long_words = 0, numbers = 0, digits = 0;
  std::uint32_t options = 0, option_bytes = 0, option_bytes_square = 0, option_begin = 0, stem_bytes = 0;
  Group first = kNone;
  std::array<std::uint64_t, 16> seen{};  ///< One bit for each of 1,024 kinds of words.

  void end_word(std::uint32_t hash, std::uint32_t length) {
    const Group group = group_of(hash);
    ++groups[group];
    if (words == 0) first = group;
    ++words;
    letters += length;
    if (length > 8) ++long_words;
    const std::uint32_t mixed = (hash ^ hash >> 15) * 0x846ca68b;
    seen[mixed >> 28] |= std::uint64_t{1} << (mixed >> 22 & 63);
  }
  void end_option(std::uint32_t at) {
    if (options == 0) return;
    const std::uint32_t length = at - option_begin;
    option_bytes += length;
    option_bytes_square += length * length;
  }
};

/// Whether an answer option begins at the newline `at`: "\nA. ".
bool option_at(std::string_view text, std::size_t at) {
  return at + 3 < text.size() && text[at + 1] >= 'A' && text[at + 1] <= 'J' && text[at + 2] == '.' &&
         text[at + 3] == ' ';
}

Counts count(std::string_view text) {
  Counts n;
  const auto size = static_cast<std::uint32_t>(text.size());
  n.stem_bytes = size;
  std::uint32_t hash = kHashOffset, length = 0;
  bool number = false;
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    ++n.bytes[byte];
    const Kind kind = kKinds[byte];
    if (kind == kLower || kind == kUpper) {
      hash = (hash ^ (byte | 0x20u)) * kHashPrime;
      ++length;
    } else if (length > 0) {
      n.end_word(hash, length);
      hash = kHashOffset;
      length = 0;
    }
    if (kind == kDigit) {
      ++n.digits;
      if (!number) ++n.numbers;
    }
    number = kind == kDigit || (number && (byte == '.' || byte == ','));
    if (byte == '\n' && option_at(text, i)) {
      n.end_option(i);
      if (n.options++ == 0) n.stem_bytes = i;
      n.option_begin = i + 4;
    }
  }
  if (length > 0) n.end_word(hash, length);
  n.end_option(size);
  return n;
}

float log_of(double count) { return static_cast<float>(portable_log2(1.0 + count)); }

float share(std::uint32_t part, std::uint32_t whole) {
  return whole > 0 ? static_cast<float>(part) / static_cast<float>(whole) : 0.0f;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 0x20) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view seen_part(std::string_view text) {
  return text.substr(text.size() - std::min(text.size(), kTextBytesMax));
}

void text_features(std::string_view whole, std::span<float> out) {
  const std::string_view text = seen_part(whole);
  const Counts n = count(text);
  const auto size = static_cast<std::uint32_t>(text.size());
  const auto of = [&](std::string_view bytes) {
    std::uint32_t sum = 0;
    for (const char c : bytes) sum += n.bytes[static_cast<unsigned char>(c)];
    return sum;
  };
  std::uint32_t upper = 0, high = 0, other = 0, kinds = 0;
  for (std::size_t c = 0; c < 256; ++c) {
    upper += kKinds[c] == kUpper ? n.bytes[c] : 0;
    high += kKinds[c] == kHigh ? n.bytes[c] : 0;
    other += kKinds[c] == kOther ? n.bytes[c] : 0;
  }
  for (const std::uint64_t bits : n.seen) kinds += static_cast<std::uint32_t>(std::popcount(bits));
  const float mean_option = share(n.option_bytes, n.options);
  const float spread = share(n.option_bytes_square, n.options) - mean_option * mean_option;
  const std::string_view stem = trimmed(text.substr(0, n.stem_bytes)), end = trimmed(text);

  std::size_t at = 0;
  const auto put = [&](float value) { out[at++] = value; };
  for (const double length :
       {static_cast<double>(size), static_cast<double>(n.words), static_cast<double>(stem.size())})
    put(log_of(length));
  put(static_cast<float>(n.options));
  put(mean_option);
  put(std::sqrt(std::max(spread, 0.0f)));
  put(static_cast<float>(n.numbers));
  put(share(n.digits, n.numbers));
  for (const std::uint32_t part : {n.digits, upper, other, high, of("."), of(",")}) put(share(part, size));
  for (const std::string_view bytes : {"\n", "$\\", "?", "=", "_", "\"", "()", "%", "^", "+*/", ";", ":", "[]{}", "'"})
    put(static_cast<float>(of(bytes)));
  put(share(n.letters, n.words));
  put(share(n.long_words, n.words));
  put(share(kinds, n.words));
  for (std::size_t group = kNegation; group < kGroups; ++group) put(static_cast<float>(n.groups[group]));
  put(static_cast<float>(n.first));
  put(end.ends_with("Answer:") ? 1.0f : 0.0f);
  put(stem.ends_with('?') ? 1.0f : stem.ends_with(':') ? 2.0f : stem.ends_with('.') ? 3.0f : 0.0f);
}

}  // namespace switchyard::scoring::estimator
