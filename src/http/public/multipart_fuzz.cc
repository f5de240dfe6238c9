// Any bytes as a form, whole and cut in pieces of one size: the same field is found, and it lies inside what was fed.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/public/multipart.h"

namespace {

using switchyard::http::FieldWindow;

std::string find(std::string_view body, std::size_t size) {
  FieldWindow window("b", "m", 512);
  for (std::size_t at = 0; at < body.size() && window.state() == FieldWindow::State::kLooking; at += size) {
    window.feed(body.substr(at, size));
  }
  if (window.state() != FieldWindow::State::kFound) return "none";
  if (window.value_at() + window.value().size() > window.bytes().size()) std::abort();
  if (window.value().find("\r\n--b--") != std::string_view::npos) std::abort();
  return "found " + std::string(window.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  (void)switchyard::http::multipart_boundary(text);
  // Beyond the window how much is seen depends on the pieces.
  const std::string_view body = std::string_view(text).substr(0, 500);
  if (find(body, 1 + data[0] % 32) != find(body, 500)) std::abort();
  return 0;
}
