// Any bytes as an answer: what is accepted has as many vectors as texts, all of length 1.

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "adapters/embedder_remote/embeddings_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kTexts = 2;
  const auto read = switchyard::embedder_remote::read_embeddings({reinterpret_cast<const char*>(data), size}, kTexts);
  if (!read) return 0;
  if (read->size() % kTexts != 0) std::abort();
  double squares = 0;
  for (const float x : *read) squares += static_cast<double>(x) * x;
  if (std::fabs(squares - kTexts) > 0.01) std::abort();
  return 0;
}
