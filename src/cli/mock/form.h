#pragma once
/// \file
/// Reads a multipart/form-data body piece by piece, keeping the beginning of each part and counting all of it. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace switchyard::cli {

struct FormPart {
  std::string name, filename;
  std::string kept;      ///< The value's beginning.
  std::size_t size = 0;  ///< Of all of it.
};

class FormReader {
 public:
  /// Keeps at most `kept_max` bytes of each part.
  FormReader(std::string_view content_type, std::size_t kept_max);
  void feed(std::string_view bytes);
  [[nodiscard]] const std::vector<FormPart>& parts() const { return parts_; }
  /// The part of that name, or one that is empty.
  [[nodiscard]] const FormPart& part(std::string_view name) const;

 private:
  void take(std::size_t count);
  bool begin_part();

  std::string delimiter_, pending_ = "\r\n";  ///< The first delimiter stands at no line's end.
  std::size_t kept_max_;
  std::vector<FormPart> parts_;
  bool inside_ = false, ended_ = false;
};

}  // namespace switchyard::cli
