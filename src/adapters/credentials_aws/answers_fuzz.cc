// Any answer: credentials that may stand in headers, or an error that repeats no more than an error's plain name.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "adapters/credentials_aws/answers.h"
#include "adapters/credentials_aws/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  if (size < 1) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const int status = data[0] % 2 == 0 ? 200 : 400;
  const auto check = [](const Result<Credentials>& got) {
    const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
    if (got) {
      for (const std::string* part :
           {&got->keys.access_key_id, &got->keys.secret_access_key, &got->keys.session_token}) {
        if (part->empty() || !std::ranges::all_of(*part, visible)) std::abort();
      }
    } else if (got.error().detail.size() > 200) {
      std::abort();
    }
  };
  check(aws::parse_sts_answer(status, body));
  check(aws::parse_endpoint_answer(status, body, "x"));
  if (const auto leaves = aws::parse_xml(body)) {
    for (const aws::XmlLeaf& leaf : *leaves) {
      if (leaf.text.find('<') != std::string::npos && body.find('&') == std::string_view::npos) std::abort();
    }
  }
  return 0;
}
