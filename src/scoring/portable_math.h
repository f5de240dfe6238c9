#pragma once
/// \file
/// Exponential and logarithm from additions and multiplications alone, so that a decision comes out the same, bit for
/// bit, on every machine: the C library picks other code, with other last bits, where the processor has fused
/// operations.

#include <bit>
#include <cstdint>

namespace switchyard::scoring {

/// e to the power of `x`, for `x` from -700 to 0; relative error below 1e-13.
inline double portable_exp(double x) {
  if (x < -700) return 0.0;
  constexpr double kLog2E = 1.4426950408889634, kLn2 = 0.6931471805599453;
  const double scaled = x * kLog2E;
  const auto whole = static_cast<std::int64_t>(scaled - 0.5);  // Towards zero: the rest is within half a unit or so.
  const double rest = (scaled - static_cast<double>(whole)) * kLn2;
  double sum = 1.0;
  for (int term = 14; term > 0; --term) sum = 1.0 + sum * rest / term;
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(whole + 1023) << 52);
}

/// The binary logarithm of a normal positive `x`; absolute error below 1e-13.
inline double portable_log2(double x) {
  const auto pattern = std::bit_cast<std::uint64_t>(x);
  const auto exponent = static_cast<double>(static_cast<std::int64_t>(pattern >> 52) - 1023);
  const double mantissa = std::bit_cast<double>((pattern & 0x000fffffffffffff) | 0x3ff0000000000000);
  // ln(m) = 2 artanh((m - 1) / (m + 1)); the quotient is below 1/3, so 14 terms of its square suffice.
  const double t = (mantissa - 1.0) / (mantissa + 1.0);
  double sum = 0.0;
  for (int term = 29; term > 0; term -= 2) sum = sum * t * t + 1.0 / term;
  return exponent + 2.0 * t * sum * 1.4426950408889634;
}

}  // namespace switchyard::scoring
