#pragma once
/// \file
/// Randomness as an object. `Random` is fast and seedable, for ids and jitter; secrets come from the operating system.

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace switchyard {

/// xoshiro256** by Blackman and Vigna; seeded with splitmix64. Not for secrets. One thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }
  /// `prefix`, 11 hexadecimal digits of the Unix time in milliseconds and 13 random ones: ids in the order of time keep
  /// a database's inserts at the end of its tree.
  std::string timed_id(std::string_view prefix, std::int64_t unix_ms) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text = id(prefix);
    for (std::size_t i = 0; i < 11; ++i) text[prefix.size() + 10 - i] = kHex[unix_ms >> (4 * i) & 15];
    return text;
  }
  /// `prefix` and 24 hexadecimal digits.
  std::string id(std::string_view prefix) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text(prefix);
    text.resize(prefix.size() + 24);
    std::uint64_t bits = next();
    for (std::size_t i = 0; i < 24; ++i) {
      if (i == 12) bits = next();
      text[prefix.size() + i] = kHex[bits & 15];
      bits >>= 4;
    }
    return text;
  }

 private:
  std::uint64_t state_[4];
};

/// A seed from the operating system.
std::uint64_t system_seed();

}  // namespace switchyard
