#pragma once
/// \file
/// Finds one text field at the beginning of a multipart/form-data body that comes in pieces. Only a window of the body
/// is looked at: what follows may be a film. Pure. Source: RFC 7578, RFC 2046 (section 5.1).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace switchyard::http {

/// The value of one parameter of a header such as Content-Type or Content-Disposition, unquoted.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name);

/// The boundary in a Content-Type. Errors: kInvalidRequest if it has none of 1 to 70 characters (RFC 2046).
Result<std::string> multipart_boundary(std::string_view content_type);

/// One per body.
class FieldWindow {
 public:
  enum class State {
    kLooking,  ///< More bytes are needed.
    kFound,
    kAbsent,  ///< The form ended, or the window is full.
  };
  /// Looks for the field called `field` that is not a file, in about the first `bytes_max` bytes.
  FieldWindow(std::string_view boundary, std::string_view field, std::size_t bytes_max);

  /// Takes the next bytes, cut anywhere; all of them are kept. To be called while it is looking.
  State feed(std::string_view bytes);
  [[nodiscard]] State state() const { return state_; }
  /// Everything that was fed.
  [[nodiscard]] std::string_view bytes() const { return window_; }
  /// Where the field's value is in `bytes()`; only when found.
  [[nodiscard]] std::size_t value_at() const { return value_at_; }
  [[nodiscard]] std::string_view value() const { return std::string_view(window_).substr(value_at_, value_size_); }

 private:
  enum class Step { kOpening, kDelimiter, kHeaders };
  bool step();
  bool delimiter(std::size_t at, std::size_t size);
  bool headers();

  std::string delimiter_, field_;
  std::size_t bytes_max_;
  std::string window_;
  State state_ = State::kLooking;
  Step step_ = Step::kOpening;
  std::size_t from_ = 0;  ///< Where to go on looking.
  std::size_t part_at_ = 0;
  bool in_value_ = false;
  std::size_t value_at_ = 0, value_size_ = 0;
};

}  // namespace switchyard::http
