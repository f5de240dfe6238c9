// Any three texts as a base URL, the catalog's, and the chat path: what comes out is settled, and masks leave no
// password.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/base_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::config;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t first = text.find('\n'), second = first == std::string::npos ? first : text.find('\n', first + 1);
  const std::string given = text.substr(0, first);
  const std::string usual = first == std::string::npos
                                ? ""
                                : text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  const std::string path = second == std::string::npos ? "/v1/chat/completions" : text.substr(second + 1);
  const Endpoint once = endpoint_of(given, usual, path);
  if (!once.chat_path.empty() && once.base_url.size() > given.size() + usual.size() + 3) std::abort();
  if (masked_url("https://user:secret@" + given).contains("secret@")) std::abort();
  (void)check_base_url(given);
  return 0;
}
