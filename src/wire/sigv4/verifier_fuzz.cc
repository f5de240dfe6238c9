// Any Authorization, path and query: nothing is accepted that the signer would not have written, and what the signer
// wrote for them is accepted.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/sigv4/signer.h"
#include "wire/sigv4/verifier.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto take = [&rest] {
    const std::string_view part = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
  };
  const std::string_view path = take(), query = take(), name = take(), value = take(), authorization = rest;
  const sigv4::Keys keys{"AKIDEXAMPLE", "secret", ""};
  const auto find = [&](std::string_view id) { return id == keys.access_key_id ? &keys : nullptr; };
  const WallTime now{std::chrono::hours(24 * 365 * 50)};
  const std::string hash(64, '0');

  const sigv4::Field forged[] = {
      {"host", "h"}, {"x-amz-date", "20191220T000000Z"}, {name, value}, {"authorization", authorization}};
  if (sigv4::verify({"POST", path, query, forged, hash}, {"", "bedrock"}, find, now)) std::abort();

  const sigv4::Field to_sign[] = {{"host", value}};
  sigv4::Signer signer("us-east-1", "bedrock");
  const std::string lines = signer.sign({"POST", path, query, to_sign, hash}, keys, now);
  const std::size_t date = lines.find(": ") + 2, end = lines.find("\r\n");
  const std::size_t begin = lines.find("Authorization: ") + 15;
  const sigv4::Field sent[] = {{"host", value},
                               {"x-amz-date", std::string_view(lines).substr(date, end - date)},
                               {"authorization", std::string_view(lines).substr(begin, lines.size() - 2 - begin)}};
  if (!sigv4::verify({"POST", path, query, sent, hash}, {"us-east-1", "bedrock"}, find, now)) std::abort();
  return 0;
}
