// Any file and any answer: a bearer that may stand in a header, or an error that is no longer than its own words.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "adapters/credentials_google/answer.h"
#include "adapters/credentials_google/key_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = google::parse_key_file(text, "f");
  // A URL may be repeated, up to 200 bytes of it.
  if (!file && (file.error().message.size() > 400 || !file.error().message.starts_with("f: "))) std::abort();
  const WallTime now{std::chrono::seconds(1'700'000'000)};
  for (const int status : {200, 400}) {
    const auto got = google::parse_token_answer(status, text, "x", now);
    if (!got && got.error().detail.size() > 200) std::abort();
    if (!got) continue;
    const bool visible = std::ranges::all_of(got->bearer, [](char c) { return c > ' ' && c < 0x7f; });
    if (status != 200 || got->bearer.empty() || !visible || *got->expires <= now) std::abort();
  }
  return 0;
}
