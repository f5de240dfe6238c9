#pragma once
/// \file
/// Writes compact JSON into a string the caller owns. Commas are placed by the writer; nesting is the caller's duty.

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace switchyard::json {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }

  /// A key that needs no escaping, such as a literal.
  Writer& key(std::string_view name) {
    comma();
    out_.push_back('"');
    out_.append(name);
    out_.append("\":");
    first_ = true;
    return *this;
  }
  /// A key as it stands between the quotes of another JSON text, or one that must be escaped first.
  Writer& key_escaped(std::string_view escaped_name) { return key(escaped_name); }
  Writer& key_text(std::string_view name) {
    comma();
    out_.push_back('"');
    escape(name, out_);
    out_.append("\":");
    first_ = true;
    return *this;
  }

  /// UTF-8 text, escaped here.
  Writer& string(std::string_view text) {
    comma();
    out_.push_back('"');
    escape(text, out_);
    out_.push_back('"');
    return *this;
  }
  /// The inside of a JSON string taken from another JSON text, verbatim.
  Writer& string_escaped(std::string_view escaped_text) {
    comma();
    out_.push_back('"');
    out_.append(escaped_text);
    out_.push_back('"');
    return *this;
  }
  /// Any JSON value, verbatim.
  Writer& raw(std::string_view value) {
    comma();
    out_.append(value);
    return *this;
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Writer& number(T value) {
    comma();
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }
  /// The shortest digits that read back as the same double. NaN and infinities become null.
  Writer& number(double value) {
    comma();
    char digits[32];
    if (value != value || value - value != 0) {
      out_.append("null");
    } else {
      out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    }
    return *this;
  }
  template <std::same_as<bool> T>
  Writer& boolean(T value) {
    return raw(value ? "true" : "false");
  }
  Writer& null() { return raw("null"); }

  // The common pairs.
  Writer& field(std::string_view name, std::string_view text) { return key(name).string(text); }
  Writer& field(std::string_view name, const char* text) { return key(name).string(text); }
  Writer& field(std::string_view name, std::integral auto value) {
    key(name);
    if constexpr (std::same_as<decltype(value), bool>)
      return boolean(value);
    else
      return number(value);
  }
  Writer& field(std::string_view name, double value) { return key(name).number(value); }
  Writer& field_raw(std::string_view name, std::string_view value) { return key(name).raw(value); }
  Writer& field_escaped(std::string_view name, std::string_view text) { return key(name).string_escaped(text); }

 private:
  Writer& open(char c) {
    comma();
    out_.push_back(c);
    first_ = true;
    return *this;
  }
  Writer& close(char c) {
    out_.push_back(c);
    first_ = false;
    return *this;
  }
  void comma() {
    if (!first_) out_.push_back(',');
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace switchyard::json
