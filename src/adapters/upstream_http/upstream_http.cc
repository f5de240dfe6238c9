#include "adapters/upstream_http/upstream_http.h"

namespace switchyard {
namespace {

class HttpAnswer final : public UpstreamAnswer {
 public:
  HttpAnswer(std::unique_ptr<net::ClientExchange> exchange, std::shared_ptr<const ProviderOrigins> origins,
             CancelToken& token)
      : origins_(std::move(origins)), exchange_(std::move(exchange)), token_(token) {
    token_.set([this] { exchange_->cancel(); });
  }
  ~HttpAnswer() override { token_.set({}); }

  [[nodiscard]] int status() const override { return exchange_->head().status; }
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const override {
    return exchange_->head().headers.get(name);
  }
  void for_each_header(const std::function<void(std::string_view, std::string_view)>& visit) const override {
    for (const net::Header& field : exchange_->head().headers.fields()) visit(field.name, field.value);
  }
  Task<Result<std::string_view>> read() override { return exchange_->read(); }
  [[nodiscard]] bool complete() const override { return exchange_->complete(); }

 private:
  std::shared_ptr<const ProviderOrigins> origins_;  ///< The exchange refers to its origin.
  std::unique_ptr<net::ClientExchange> exchange_;
  CancelToken& token_;
};

}  // namespace

Result<std::shared_ptr<const ProviderOrigins>> ProviderOrigins::make(const config::RuntimeConfig& config) {
  auto origins = std::make_shared<ProviderOrigins>();
  for (const Provider& provider : config.catalog.providers()) {
    auto url = net::parse_url(provider.base_url);
    if (!url) return fail(ErrorKind::kInvalidRequest, "provider '" + provider.name + "': " + url.error().message);
    origins->places.push_back({std::move(url->origin), std::move(url->path)});
  }
  return std::shared_ptr<const ProviderOrigins>(std::move(origins));
}

Result<std::shared_ptr<const ProviderOrigins>> HttpUpstreams::origins_of(
    const std::shared_ptr<const config::RuntimeConfig>& config) {
  if (config_ != config) {
    SY_TRY(origins_, ProviderOrigins::make(*config));
    config_ = config;
  }
  return origins_;
}

Task<Result<std::unique_ptr<UpstreamAnswer>>> HttpUpstreams::open(UpstreamCall call, CancelToken& token) {
  const auto found = origins_of(*call.config);
  if (!found) co_return std::unexpected(found.error());
  const std::shared_ptr<const ProviderOrigins> origins = *found;
  const config::UpstreamSettings& upstream = (*call.config)->upstream;
  const ProviderOrigins::Place& place = origins->places[call.provider];
  std::string target = place.base_path;
  target.append(call.path);
  net::ClientRequest request{.origin = &place.origin,
                             .method = call.method,
                             .target = target,
                             .header_lines = call.header_lines,
                             .body = call.body,
                             .rest = call.rest,
                             .timeouts = {upstream.connect, upstream.first_byte, upstream.between_bytes},
                             .deadline = call.deadline};
  auto lines = co_await authorizer_.lines((*call.config)->catalog.providers()[call.provider].auth, request, token);
  if (!lines) co_return std::unexpected(std::move(lines).error());
  if (!lines->empty()) {
    lines->append(call.header_lines);
    request.header_lines = *lines;
  }
  auto exchange = co_await client_.send(request, &token);
  if (!exchange) co_return std::unexpected(std::move(exchange).error());
  co_return std::make_unique<HttpAnswer>(*std::move(exchange), origins, token);
}

}  // namespace switchyard
