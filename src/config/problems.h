#pragma once
/// \file
/// Everything that is wrong with a configuration, told at once instead of one mistake a start.

#include <string>
#include <string_view>

namespace switchyard::config {

class Problems {
 public:
  void add(std::string_view line) {
    if (!text_.empty()) text_.push_back('\n');
    text_.append(line);
  }
  [[nodiscard]] bool none() const { return text_.empty(); }
  /// One problem a line.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace switchyard::config
