#include "wire/sigv4/signer.h"

#include <algorithm>

namespace switchyard::sigv4 {

const Digest& Signer::key_for(const Keys& keys, std::string_view date) {
  if (key_date_ != date || key_secret_ != keys.secret_access_key) {
    key_ = signing_key(keys.secret_access_key, date, region_, service_);
    key_date_ = date;
    key_secret_ = keys.secret_access_key;
  }
  return key_;
}

std::string Signer::sign(const Request& request, const Keys& keys, WallTime now) {
  const std::string time = amz_date(now);
  const std::string_view date = std::string_view(time).substr(0, 8);
  std::vector<SignedField> fields;
  fields.reserve(request.headers.size() + 2);
  for (const Field& field : request.headers) fields.push_back(canonical_field(field));
  fields.push_back({"x-amz-date", time});
  if (!keys.session_token.empty()) fields.push_back({"x-amz-security-token", keys.session_token});
  std::ranges::sort(fields, {}, &SignedField::name);

  const std::string scope = scope_of(date, region_, service_);
  const std::string signature = signature_of(key_for(keys, date), time, scope, canonical_request(request, fields));
  std::string lines = "X-Amz-Date: " + time + "\r\n";
  if (!keys.session_token.empty()) lines.append("X-Amz-Security-Token: ").append(keys.session_token).append("\r\n");
  lines.append("Authorization: ").append(kAlgorithm).append(" Credential=").append(keys.access_key_id);
  lines.append("/").append(scope).append(", SignedHeaders=").append(signed_headers(fields));
  return lines.append(", Signature=").append(signature).append("\r\n");
}

}  // namespace switchyard::sigv4
