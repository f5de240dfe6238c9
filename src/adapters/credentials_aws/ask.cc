#include "adapters/credentials_aws/ask.h"

#include "adapters/credentials/fetch.h"
#include "adapters/credentials_aws/answers.h"
#include "base/encoding/uri.h"

namespace switchyard::aws {
namespace {

using credentials::FetchRequest;
using credentials::not_available;
using namespace std::chrono_literals;

/// STS is far away; the metadata services are on the host and either answer at once or are not there.
constexpr auto kStsTime = 10s;
constexpr auto kMetadataTime = 2s;

class Asker {
 public:
  Asker(Plan plan, net::HttpClient& client, net::EventLoop& loop, credentials::ReadFile read)
      : plan_(std::move(plan)), client_(client), loop_(loop), read_(std::move(read)) {}

  Task<Result<Credentials>> ask(CancelToken& token) {
    if (const auto* bearer = std::get_if<BearerToken>(&plan_.source)) return given({.bearer = bearer->token});
    if (const auto* keys = std::get_if<sigv4::Keys>(&plan_.source)) return given({.keys = *keys});
    if (const auto* identity = std::get_if<WebIdentity>(&plan_.source)) return ask_sts(*identity, token);
    if (const auto* container = std::get_if<Container>(&plan_.source)) return ask_container(*container, token);
    return ask_instance(std::get<InstanceMetadata>(plan_.source), token);
  }

 private:
  static Task<Result<Credentials>> given(Credentials credentials) { co_return credentials; }

  Task<Result<Credentials>> ask_sts(const WebIdentity& identity, CancelToken& token) {
    const auto proof = credentials::read_token_file(read_, identity.token_path, "web identity");
    if (!proof) co_return std::unexpected(proof.error());
    FetchRequest request{.what = "AWS STS", .method = "POST", .url = identity.sts_url, .within = kStsTime};
    request.header_lines = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nAccept: text/xml\r\n";
    request.body = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" + uri_encode(identity.role_arn) +
                   "&RoleSessionName=" + uri_encode(identity.session_name) + "&WebIdentityToken=" + uri_encode(*proof);
    const auto answer = co_await credentials::fetch(client_, loop_, std::move(request), token);
    if (!answer) co_return std::unexpected(answer.error());
    co_return parse_sts_answer(answer->status, answer->body);
  }

  Task<Result<Credentials>> ask_container(const Container& container, CancelToken& token) {
    FetchRequest request{.what = "container credentials", .url = container.url, .within = kMetadataTime};
    request.header_lines = "Accept: application/json\r\n";
    std::string authorization = container.token;
    if (!container.token_path.empty()) {
      auto read = credentials::read_token_file(read_, container.token_path, "container credentials");
      if (!read) co_return std::unexpected(read.error());
      authorization = *std::move(read);
    }
    if (!authorization.empty()) request.header_lines += "Authorization: " + authorization + "\r\n";
    const auto answer = co_await credentials::fetch(client_, loop_, std::move(request), token);
    if (!answer) co_return std::unexpected(answer.error());
    co_return parse_endpoint_answer(answer->status, answer->body, "container credentials");
  }

  /// A session first, then the role's name, then its credentials. The session is not kept: it is needed once an hour.
  Task<Result<Credentials>> ask_instance(const InstanceMetadata& instance, CancelToken& token) {
    FetchRequest open{.what = "instance metadata", .method = "PUT", .within = kMetadataTime};
    open.url = instance.endpoint + "/latest/api/token";
    open.header_lines = "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n";
    const auto session = co_await credentials::fetch(client_, loop_, std::move(open), token);
    if (!session) co_return std::unexpected(session.error());
    if (session->status != 200 || !credentials::is_token_text(session->body)) {
      co_return not_available("instance metadata: no session, status " + std::to_string(session->status));
    }

    FetchRequest list{.what = "instance metadata", .within = kMetadataTime};
    list.url = instance.endpoint + "/latest/meta-data/iam/security-credentials/";
    list.header_lines = "X-aws-ec2-metadata-token: " + session->body + "\r\n";
    FetchRequest role = list;
    const auto roles = co_await credentials::fetch(client_, loop_, std::move(list), token);
    if (!roles) co_return std::unexpected(roles.error());
    const std::string name = roles->body.substr(0, roles->body.find_first_of("\r\n"));
    if (roles->status != 200 || name.empty()) {
      co_return not_available("instance metadata: no role, status " + std::to_string(roles->status));
    }

    role.url += uri_encode(name);
    const auto answer = co_await credentials::fetch(client_, loop_, std::move(role), token);
    if (!answer) co_return std::unexpected(answer.error());
    co_return parse_endpoint_answer(answer->status, answer->body, "instance metadata");
  }

  const Plan plan_;
  net::HttpClient& client_;
  net::EventLoop& loop_;
  const credentials::ReadFile read_;
};

}  // namespace

credentials::Fetch fetch_as_planned(Plan plan, net::HttpClient& client, net::EventLoop& loop,
                                    credentials::ReadFile read) {
  const auto asker = std::make_shared<Asker>(std::move(plan), client, loop, std::move(read));
  return [asker](CancelToken& token) { return asker->ask(token); };
}

}  // namespace switchyard::aws
