// Any bytes as a tokenizer.json: what is accepted turns texts into tokens of its own vocabulary.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scoring/tokenizer/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::scoring::tokenizer;
  const auto tokenizer = read_tokenizer({reinterpret_cast<const char*>(data), size});
  if (!tokenizer) return 0;
  for (const std::string_view text : {"", "Hello, w\xc3\xb6rld! [SEP]  a'll\n 12", "\xff\xe4\xb8\xad"}) {
    for (const std::uint32_t id : tokenizer->encode(text)) {
      if (id >= tokenizer->parts().vocabulary_end) std::abort();
    }
  }
  return 0;
}
