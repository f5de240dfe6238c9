#pragma once
/// \file
/// What AWS Signature Version 4 signs, and with what. Pure values.
/// Source: AWS IAM User Guide, "Create a signed AWS API request".

#include <span>
#include <string>
#include <string_view>

namespace switchyard::sigv4 {

struct Keys {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< Empty for long-lived keys.
  friend bool operator==(const Keys&, const Keys&) = default;
};

struct Field {
  std::string_view name, value;
};

struct Request {
  std::string_view method = "POST";
  /// As sent: "/model/anthropic.claude-v2%3A0/invoke". A model's name or ARN is one segment, so its ':' and '/' are
  /// encoded before they come here; the signature encodes the '%' again, as all services but S3 have it.
  std::string_view path;
  std::string_view query;  ///< As sent, behind the '?'.
  std::span<const Field> headers;
  std::string_view payload_sha256;  ///< 64 hexadecimal digits, from `payload_sha256`.
};

/// The hash of a body that lies in pieces.
std::string payload_sha256(std::span<const std::string_view> body);

}  // namespace switchyard::sigv4
