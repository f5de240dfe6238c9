#include "adapters/credentials_google/ask.h"

#include "adapters/credentials/fetch.h"
#include "adapters/credentials_google/answer.h"
#include "base/encoding/uri.h"
#include "base/json_writer.h"

namespace switchyard::google {
namespace {

using credentials::FetchRequest;
using credentials::not_available;
using namespace std::chrono_literals;

constexpr auto kTokenTime = 10s;
/// The metadata server is on the host and either answers soon or is not there.
constexpr auto kMetadataTime = 3s;
/// All of Google Cloud; what a caller may do is decided by the account's roles.
constexpr std::string_view kScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr auto kAssertionLife = 1h;  ///< The longest that Google takes.

class Asker {
 public:
  Asker(Plan plan, net::HttpClient& client, net::EventLoop& loop)
      : plan_(std::move(plan)), client_(client), loop_(loop) {}

  Task<Result<Credentials>> ask(CancelToken& token) {
    if (const auto* account = std::get_if<ServiceAccount>(&plan_.source)) return ask_for_account(*account, token);
    if (const auto* user = std::get_if<AuthorizedUser>(&plan_.source)) return ask_for_user(*user, token);
    return ask_metadata(std::get<MetadataServer>(plan_.source), token);
  }

 private:
  [[nodiscard]] std::string claims_of(const ServiceAccount& account) const {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(loop_.clock().wall().time_since_epoch());
    std::string claims;
    json::Writer(claims)
        .begin_object()
        .field("iss", account.client_email)
        .field("scope", kScope)
        .field("aud", account.token_url)
        .field("iat", now.count())
        .field("exp", (now + kAssertionLife).count())
        .end_object();
    return claims;
  }

  Task<Result<Credentials>> ask_for_account(const ServiceAccount& account, CancelToken& token) {
    const auto assertion = jwt::sign_rs256(claims_of(account), account.key_id, account.key);
    if (!assertion) co_return not_available(assertion.error().message);
    std::string form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + *assertion;
    co_return co_await exchange(account.token_url, std::move(form), token);
  }

  Task<Result<Credentials>> ask_for_user(const AuthorizedUser& user, CancelToken& token) {
    std::string form = "grant_type=refresh_token&client_id=" + uri_encode(user.client_id) +
                       "&client_secret=" + uri_encode(user.client_secret) +
                       "&refresh_token=" + uri_encode(user.refresh_token);
    co_return co_await exchange(user.token_url, std::move(form), token);
  }

  Task<Result<Credentials>> exchange(const std::string& url, std::string form, CancelToken& token) {
    FetchRequest request{.what = "Google's token endpoint", .method = "POST", .url = url, .within = kTokenTime};
    request.header_lines = "Content-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\n";
    request.body = std::move(form);
    const auto answer = co_await credentials::fetch(client_, loop_, std::move(request), token);
    if (!answer) co_return std::unexpected(answer.error());
    co_return parse_token_answer(answer->status, answer->body, "Google's token endpoint", loop_.clock().wall());
  }

  Task<Result<Credentials>> ask_metadata(const MetadataServer& server, CancelToken& token) {
    FetchRequest request{.what = "Google's metadata server", .within = kMetadataTime};
    request.url = server.endpoint + "/computeMetadata/v1/instance/service-accounts/default/token";
    request.header_lines = "Metadata-Flavor: Google\r\n";
    const auto answer = co_await credentials::fetch(client_, loop_, std::move(request), token);
    if (!answer) co_return std::unexpected(answer.error());
    // Another machine may answer to the name outside Google's network; the real server says who it is.
    if (answer->header("Metadata-Flavor") != "Google") {
      co_return not_available("Google's metadata server: expected Metadata-Flavor: Google");
    }
    co_return parse_token_answer(answer->status, answer->body, "Google's metadata server", loop_.clock().wall());
  }

  const Plan plan_;
  net::HttpClient& client_;
  net::EventLoop& loop_;
};

}  // namespace

credentials::Fetch fetch_as_planned(Plan plan, net::HttpClient& client, net::EventLoop& loop) {
  const auto asker = std::make_shared<Asker>(std::move(plan), client, loop);
  return [asker](CancelToken& token) { return asker->ask(token); };
}

}  // namespace switchyard::google
