#pragma once
/// \file
/// Reads the JSON files in which Google hands out credentials. Pure.
/// Source: google.aip.dev, AIP-4110 to AIP-4113.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "wire/jwt/jwt.h"

namespace switchyard::google {

/// Where both kinds of file send by default.
inline constexpr std::string_view kTokenUrl = "https://oauth2.googleapis.com/token";

/// "service_account": signs a JWT and exchanges it.
struct ServiceAccount {
  std::string client_email, key_id;
  jwt::RsaKey key;
  std::string token_url;
};
/// "authorized_user", as `gcloud auth application-default login` writes it: exchanges a refresh token.
struct AuthorizedUser {
  std::string client_id, client_secret, refresh_token;
  std::string token_url;
};

struct KeyFile {
  std::variant<ServiceAccount, AuthorizedUser> source;
  std::string project;        ///< "project_id"; empty if the file names none.
  std::string quota_project;  ///< "quota_project_id": what x-goog-user-project is to say; may be empty.
};

/// Errors: kInvalidRequest, naming the file and the field, without any value. Other types, such as "external_account",
/// are refused by name.
Result<KeyFile> parse_key_file(std::string_view text, std::string_view file_name);

}  // namespace switchyard::google
