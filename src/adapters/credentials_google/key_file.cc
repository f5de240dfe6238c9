#include "adapters/credentials_google/key_file.h"

#include "adapters/credentials/fetch.h"
#include "base/json.h"

namespace switchyard::google {
namespace {

/// The fields of one file; errors name both.
class Fields {
 public:
  Fields(json::Value root, std::string_view file) : root_(root), file_(file) {}

  Result<std::string> required(std::string_view name) const {
    std::string value = root_[name].string();
    if (value.empty()) return bad(name, "expected a string");
    return value;
  }
  [[nodiscard]] std::string optional(std::string_view name) const { return root_[name].string(); }

  /// Where to exchange. Also the audience of a signed assertion, so it is kept as it was written.
  Result<std::string> token_url() const {
    std::string url = optional("token_uri");
    if (url.empty()) url = kTokenUrl;
    SY_CHECK(credentials::check_confidential(url, std::string(file_) + ": token_uri"));
    return url;
  }
  std::unexpected<Error> bad(std::string_view name, std::string_view expected) const {
    return fail(ErrorKind::kInvalidRequest, std::string(file_).append(": ").append(name).append(": ").append(expected));
  }

 private:
  json::Value root_;
  std::string_view file_;
};

Result<ServiceAccount> service_account(const Fields& fields) {
  SY_TRY(std::string email, fields.required("client_email"));
  SY_TRY(const std::string pem, fields.required("private_key"));
  auto key = jwt::RsaKey::private_key(pem);
  if (!key) return fields.bad("private_key", key.error().message);
  SY_TRY(std::string url, fields.token_url());
  return ServiceAccount{std::move(email), fields.optional("private_key_id"), *std::move(key), std::move(url)};
}

Result<AuthorizedUser> authorized_user(const Fields& fields) {
  AuthorizedUser user;
  SY_TRY(user.client_id, fields.required("client_id"));
  SY_TRY(user.client_secret, fields.required("client_secret"));
  SY_TRY(user.refresh_token, fields.required("refresh_token"));
  SY_TRY(user.token_url, fields.token_url());
  return user;
}

}  // namespace

Result<KeyFile> parse_key_file(std::string_view text, std::string_view file_name) {
  const auto document = json::Document::parse(text);
  if (!document || !document->root().is_object()) {
    return fail(ErrorKind::kInvalidRequest, std::string(file_name) + ": expected a JSON object");
  }
  const json::Value root = document->root();
  const Fields fields(root, file_name);
  const std::string project = fields.optional("project_id"), quota_project = fields.optional("quota_project_id");
  if (!quota_project.empty() && !credentials::is_token_text(quota_project)) {
    return fields.bad("quota_project_id", "expected a project's id");
  }
  if (root["type"].equals("service_account")) {
    SY_TRY(ServiceAccount account, service_account(fields));
    return KeyFile{std::move(account), project, quota_project};
  }
  if (root["type"].equals("authorized_user")) {
    SY_TRY(AuthorizedUser user, authorized_user(fields));
    return KeyFile{std::move(user), project, quota_project};
  }
  const std::string type(credentials::error_name(fields.optional("type")));
  return fields.bad("type", "'" + type + "' is not supported: expected service_account or authorized_user");
}

}  // namespace switchyard::google
