#pragma once
/// \file
/// Money and tokens: what a request used and what that costs. Integers only, so sums are exact.

#include <compare>
#include <cstdint>

namespace switchyard {

using TokenCount = std::int64_t;

/// US dollars as whole pico-dollars (1e-12 USD). Why pico: providers quote per million tokens, so a $0.0375 quote is
/// 37'500 pico-dollars a token, an integer where nano-dollars would round. The range is +/- 9.2 million USD.
class Usd {
 public:
  constexpr Usd() = default;
  static constexpr Usd from_pico(std::int64_t pico) { return Usd(pico); }
  /// `quote_micro_usd` is the price of one million tokens, in millionths of a dollar.
  static constexpr Usd per_token(std::int64_t quote_micro_usd) { return Usd(quote_micro_usd); }
  [[nodiscard]] constexpr std::int64_t pico() const { return pico_; }
  [[nodiscard]] constexpr double dollars() const { return static_cast<double>(pico_) * 1e-12; }
  friend constexpr Usd operator+(Usd a, Usd b) { return Usd(a.pico_ + b.pico_); }
  friend constexpr Usd operator-(Usd a, Usd b) { return Usd(a.pico_ - b.pico_); }
  friend constexpr Usd operator*(Usd price, TokenCount n) { return Usd(price.pico_ * n); }
  constexpr Usd& operator+=(Usd other) {
    pico_ += other.pico_;
    return *this;
  }
  friend constexpr auto operator<=>(Usd, Usd) = default;

 private:
  explicit constexpr Usd(std::int64_t pico) : pico_(pico) {}
  std::int64_t pico_ = 0;
};
static_assert(Usd::per_token(37'500) * 1'000'000 == Usd::from_pico(37'500'000'000));  // $0.0375

/// Tokens of one answer in disjoint buckets: their sum is everything that was read and written.
struct Usage {
  TokenCount input = 0;        ///< Read fresh: neither from the cache nor written to it.
  TokenCount cache_read = 0;   ///< Read from the provider's prompt cache.
  TokenCount cache_write = 0;  ///< Read fresh and stored in the provider's prompt cache.
  TokenCount output = 0;       ///< Written for the client to see, tool calls included.
  TokenCount reasoning = 0;    ///< Written while thinking; billed like output.

  [[nodiscard]] constexpr TokenCount prompt() const { return input + cache_read + cache_write; }
  [[nodiscard]] constexpr TokenCount completion() const { return output + reasoning; }
  friend bool operator==(const Usage&, const Usage&) = default;
};

/// What one token costs, by bucket.
struct Price {
  Usd input;
  Usd output;
  Usd cache_read;
  Usd cache_write;

  [[nodiscard]] constexpr Usd cost(const Usage& u) const {
    return input * u.input + cache_read * u.cache_read + cache_write * u.cache_write + output * u.completion();
  }
  friend bool operator==(const Price&, const Price&) = default;
};

}  // namespace switchyard
