#pragma once
/// \file
/// The steps that signing and verifying share. Internal.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "wire/sigv4/request.h"

namespace switchyard::sigv4 {

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
using Digest = std::array<std::uint8_t, 32>;

/// A header as it is signed: the name in lower case, the value trimmed with its inner blanks collapsed.
struct SignedField {
  std::string name, value;
};
SignedField canonical_field(Field field);

/// `path` without dot segments and empty segments, every byte but the unreserved ones encoded once more.
std::string canonical_path(std::string_view path);
/// Names and values encoded once, sorted.
std::string canonical_query(std::string_view query);
/// Fields joined into "name;name"; they come sorted and with distinct names.
std::string signed_headers(const std::vector<SignedField>& fields);
std::string canonical_request(const Request& request, const std::vector<SignedField>& fields);

/// "20150830T123600Z".
std::string amz_date(WallTime time);
/// "20150830/us-east-1/bedrock/aws4_request".
std::string scope_of(std::string_view date, std::string_view region, std::string_view service);
/// The key that signs for one day, region and service.
Digest signing_key(std::string_view secret, std::string_view date, std::string_view region, std::string_view service);
/// 64 hexadecimal digits.
std::string signature_of(const Digest& key, std::string_view amz_date, std::string_view scope,
                         std::string_view canonical_request);

}  // namespace switchyard::sigv4
