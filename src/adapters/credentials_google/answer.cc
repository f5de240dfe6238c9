#include "adapters/credentials_google/answer.h"

#include "adapters/credentials/fetch.h"
#include "base/json.h"

namespace switchyard::google {

Result<Credentials> parse_token_answer(int status, std::string_view body, std::string_view what, WallTime now) {
  const auto bad = [what](std::string_view reason) {
    return credentials::not_available(std::string(what).append(": ").append(reason));
  };
  const auto document = json::Document::parse(body);
  const json::Value root = document ? document->root() : json::Value();
  if (status != 200) {
    const std::string name = root["error"].string();
    return bad("status " + std::to_string(status) + ", error '" + std::string(credentials::error_name(name)) + "'");
  }
  if (!root.is_object()) return bad("expected a JSON object");
  std::string token = root["access_token"].string();
  if (!credentials::is_token_text(token)) return bad("expected an access token");
  const std::string type = root["token_type"].string();
  if (!type.empty() && !net::same_name(type, "bearer")) return bad("expected a token of type Bearer");
  const auto seconds = root["expires_in"].integer();
  if (!seconds || *seconds <= 0 || std::chrono::seconds(*seconds) > kLifeMax) return bad("expected a time of expiry");
  return Credentials{.bearer = std::move(token), .keys = {}, .expires = now + std::chrono::seconds(*seconds)};
}

}  // namespace switchyard::google
