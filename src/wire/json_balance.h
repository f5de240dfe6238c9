#pragma once
/// \file
/// Tells when a JSON object that comes in pieces is whole.

#include <charconv>
#include <string_view>

namespace switchyard::wire {

/// Counts the braces of a text that arrives in fragments, each escaped as inside a JSON string (so that no escape is
/// cut). Takes any bytes; says nothing about their validity.
class JsonBalance {
 public:
  void feed(std::string_view escaped) {
    for (std::size_t i = 0; i < escaped.size(); ++i) {
      char c = escaped[i];
      if (c == '\\') {
        if (++i == escaped.size()) return;
        c = escaped[i];
        if (c == 'u') {
          c = ascii(escaped.substr(i + 1, 4));
          i += 4;
        } else if (c != '"' && c != '\\') {
          c = ' ';  // A slash or a control character: neither begins nor ends anything.
        }
      }
      see(c);
    }
  }
  /// An object or array was opened, and all that was opened is closed.
  [[nodiscard]] bool complete() const { return begun_ && depth_ == 0; }

 private:
  /// The character that four hexadecimal digits stand for; a blank for all that count for nothing.
  static char ascii(std::string_view digits) {
    unsigned code = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    return read.ec == std::errc() && code < 128 ? static_cast<char>(code) : ' ';
  }
  void see(char c) {
    if (in_string_) {
      if (after_backslash_) {
        after_backslash_ = false;
      } else if (c == '\\') {
        after_backslash_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      return;
    }
    if (c == '"') in_string_ = true;
    if (c == '{' || c == '[') {
      begun_ = true;
      ++depth_;
    }
    if ((c == '}' || c == ']') && depth_ > 0) --depth_;
  }

  int depth_ = 0;
  bool begun_ = false, in_string_ = false, after_backslash_ = false;
};

}  // namespace switchyard::wire
