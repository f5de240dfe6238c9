// Any texts: what is embedded is never longer than the limit, is valid to decode, and holds no injected block.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "features/features.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  // Quoted, so that the texts are what a parser would have passed: JSON strings.
  const std::string quoted = json::quoted(std::string_view(reinterpret_cast<const char*>(data), size));
  const std::string_view escaped = std::string_view(quoted).substr(1, quoted.size() - 2);
  std::string long_text;
  while (long_text.size() < 3 * features::kTextBytesMax && !escaped.empty()) long_text += escaped;
  RequestView view;
  view.user_texts = {{escaped}, {long_text}};
  view.other_texts = {{escaped}};
  if (!view.user_texts.empty()) view.first_user_text = view.user_texts.front();
  for (const bool user_only : {true, false}) {
    std::string out;
    features::text_to_embed(view, {user_only}, out);
    if (out.size() > features::kTextBytesMax) std::abort();
  }
  (void)features::turn_type(view, true);
  return 0;
}
