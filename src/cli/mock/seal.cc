#include "cli/mock/seal.h"

#include <array>

#include "base/encoding/base64.h"
#include "base/sha256.h"

namespace switchyard::cli {
namespace {

constexpr std::size_t kContentBytes = 18;
constexpr std::size_t kMarkBytes = 18;
constexpr std::array<std::string_view, 3> kKeys = {"mock anthropic thinking|", "mock responses reasoning|",
                                                   "mock gemini thought|"};

std::string digest(std::string_view bytes, std::size_t size) {
  const auto whole = sha256(bytes);
  return {reinterpret_cast<const char*>(whole.data()), size};
}

std::string mark_of(Issuer issuer, std::string_view content_digest) {
  return digest(std::string(kKeys.at(static_cast<std::size_t>(issuer))) += content_digest, kMarkBytes);
}

}  // namespace

std::string sealed(Issuer issuer, std::string_view content) {
  const std::string content_digest = digest(content, kContentBytes);
  return base64(content_digest + mark_of(issuer, content_digest), Base64::kStandard);
}

bool is_sealed_by(Issuer issuer, std::string_view seal) {
  const auto bytes = from_base64(seal, Base64::kStandard);
  if (!bytes || bytes->size() != kContentBytes + kMarkBytes) return false;
  return bytes->substr(kContentBytes) == mark_of(issuer, bytes->substr(0, kContentBytes));
}

}  // namespace switchyard::cli
