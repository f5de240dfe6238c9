#include "wire/sigv4/verifier.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "wire/sigv4/canonical.h"

namespace switchyard::sigv4 {
namespace {

std::unexpected<Error> refuse(std::string message) { return fail(ErrorKind::kPermissionDenied, std::move(message)); }
std::unexpected<Error> incomplete(const char* expected) {
  return refuse(std::string("IncompleteSignature: expected ") + expected);
}

/// Splits at every `separator`.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

struct Authorization {
  std::string_view access_key_id, date, region, service;
  std::vector<std::string_view> signed_headers;
  std::string_view signature;
};

Result<Authorization> parse_authorization(std::string_view text) {
  if (!text.starts_with(kAlgorithm) || text.substr(kAlgorithm.size(), 1) != " ") return incomplete("AWS4-HMAC-SHA256");
  Authorization out;
  for (std::string_view part : split(text.substr(kAlgorithm.size() + 1), ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with("Credential=")) {
      const auto scope = split(part.substr(11), '/');
      if (scope.size() != 5 || scope[4] != "aws4_request") {
        return incomplete("Credential=KEY/DATE/REGION/SERVICE/aws4_request");
      }
      out.access_key_id = scope[0];
      out.date = scope[1];
      out.region = scope[2];
      out.service = scope[3];
    } else if (part.starts_with("SignedHeaders=")) {
      out.signed_headers = split(part.substr(14), ';');
    } else if (part.starts_with("Signature=")) {
      out.signature = part.substr(10);
    } else {
      return incomplete("Credential, SignedHeaders and Signature only");
    }
  }
  if (out.access_key_id.empty()) return incomplete("Credential");
  if (out.signed_headers.empty()) return incomplete("SignedHeaders");
  if (out.signature.empty()) return incomplete("Signature");
  return out;
}

/// "20150830T123600Z" as a time.
std::optional<WallTime> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = -1;
    const auto [stop, code] = std::from_chars(text.data() + at, text.data() + at + digits, value);
    return code == std::errc{} && stop == text.data() + at + digits ? value : -1;
  };
  const int year = number(0, 4), month = number(4, 2), day = number(6, 2);
  const int hour = number(9, 2), minute = number(11, 2), second = number(13, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

/// Every field under its name in lower case; values of one name joined with ','.
std::vector<SignedField> collect(std::span<const Field> headers) {
  std::vector<SignedField> fields;
  for (const Field& header : headers) {
    SignedField field = canonical_field(header);
    const auto same = std::ranges::find(fields, field.name, &SignedField::name);
    if (same == fields.end()) {
      fields.push_back(std::move(field));
    } else {
      same->value.append(",").append(field.value);
    }
  }
  return fields;
}

std::optional<std::string_view> value_of(const std::vector<SignedField>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &SignedField::name);
  if (found == fields.end()) return std::nullopt;
  return found->value;
}

/// The fields that the signature covers. Host and every x-amz-* header must be among them.
Result<std::vector<SignedField>> covered_by(const Authorization& authorization, const std::vector<SignedField>& all) {
  const auto& names = authorization.signed_headers;
  if (!std::ranges::is_sorted(names, std::ranges::less_equal())) {
    return refuse("SignatureDoesNotMatch: expected SignedHeaders sorted, each once");
  }
  std::vector<SignedField> covered;
  for (const std::string_view name : names) {
    const auto value = value_of(all, name);
    if (!value) return refuse("SignatureDoesNotMatch: a signed header is missing: " + std::string(name.substr(0, 100)));
    covered.push_back({std::string(name), std::string(*value)});
  }
  for (const SignedField& field : all) {
    const bool must = field.name == "host" || field.name.starts_with("x-amz-");
    if (must && !std::ranges::binary_search(names, std::string_view(field.name))) {
      return refuse("SignatureDoesNotMatch: expected among SignedHeaders: " + field.name.substr(0, 100));
    }
  }
  return covered;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Result<std::string> verify(const Request& request, Expected expected, const FindKeys& find_keys, WallTime now) {
  const std::vector<SignedField> all = collect(request.headers);
  const auto header = value_of(all, "authorization");
  if (!header) return refuse("MissingAuthenticationToken: expected an Authorization header");
  SY_TRY(const Authorization authorization, parse_authorization(*header));

  const auto time_text = value_of(all, "x-amz-date");
  const auto time = time_text ? parse_amz_date(*time_text) : std::nullopt;
  if (!time) return incomplete("X-Amz-Date as YYYYMMDDTHHMMSSZ");
  if (*time > now + kSkewMax) return refuse("InvalidSignatureException: Signature not yet current");
  if (*time < now - kSkewMax) return refuse("InvalidSignatureException: Signature expired");
  if (authorization.date != time_text->substr(0, 8)) {
    return refuse("SignatureDoesNotMatch: Date in Credential scope does not match X-Amz-Date");
  }
  if (authorization.service != expected.service ||
      (!expected.region.empty() && authorization.region != expected.region)) {
    return refuse("InvalidSignatureException: Credential should be scoped to another region or service");
  }

  const Keys* keys = find_keys(authorization.access_key_id);
  if (keys == nullptr)
    return refuse("UnrecognizedClientException: The security token included in the request is invalid");
  if (!same_secret(value_of(all, "x-amz-security-token").value_or(""), keys->session_token)) {
    return refuse("UnrecognizedClientException: The security token included in the request is invalid");
  }
  SY_TRY(const std::vector<SignedField> covered, covered_by(authorization, all));
  if (!value_of(covered, "host")) return refuse("SignatureDoesNotMatch: expected among SignedHeaders: host");

  const Digest key =
      signing_key(keys->secret_access_key, authorization.date, authorization.region, authorization.service);
  const std::string scope = scope_of(authorization.date, authorization.region, authorization.service);
  if (!same_secret(signature_of(key, *time_text, scope, canonical_request(request, covered)),
                   authorization.signature)) {
    return refuse("SignatureDoesNotMatch: The request signature we calculated does not match the one provided");
  }
  return std::string(authorization.access_key_id);
}

}  // namespace switchyard::sigv4
