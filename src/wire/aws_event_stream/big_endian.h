#pragma once
/// \file
/// Big-endian numbers in a byte string.

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace switchyard::aws_event_stream {

/// The number in the first sizeof(T) bytes of `bytes`, which has at least as many.
template <std::unsigned_integral T>
T read_big_endian(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(static_cast<T>(value << 4 << 4) | static_cast<unsigned char>(bytes[i]));
  }
  return value;
}

template <std::unsigned_integral T>
void append_big_endian(T value, std::string& out) {
  for (std::size_t i = sizeof(T); i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

}  // namespace switchyard::aws_event_stream
