// POST /v1/chat/completions, /v1/messages, /v1/responses, /v1/completions.

#include "http/public/chat.h"

#include "http/public/api.h"
#include "http/public/header_source.h"

namespace switchyard::http {
namespace {

/// The client's connection as a turn sees it.
class ExchangeSink final : public AnswerSink {
 public:
  explicit ExchangeSink(net::ServerExchange& exchange) : exchange_(exchange) {}
  Task<Result<void>> respond(const AnswerHead& head, std::string_view body) override {
    return exchange_.respond(answer(head), body);
  }
  void begin(const AnswerHead& head) override { exchange_.begin(answer(head)); }
  Task<Result<void>> write(std::string_view bytes) override { return exchange_.write(bytes); }
  Task<Result<void>> finish(std::string_view last) override { return exchange_.finish(last); }
  void abort() override { exchange_.abort(); }
  [[nodiscard]] bool client_gone() const override { return exchange_.client_gone(); }
  void on_client_gone(std::function<void()> callback) override { exchange_.on_client_gone(std::move(callback)); }

 private:
  static net::Answer answer(const AnswerHead& head) { return {head.status, head.content_type, head.header_lines}; }
  net::ServerExchange& exchange_;
};

}  // namespace

Task<void> handle_chat(PublicApi& api, Call& call) { co_await run_chat(api, call, {}); }

Task<void> run_chat(PublicApi& api, Call& call, ChatEndpoint endpoint) {
  auto body = co_await call.exchange.read_body();
  if (!body) {
    if (body.error().kind != ErrorKind::kCancelled) co_await answer_error(call, body.error());
    co_return;
  }
  const RequestHeaders headers(call.exchange.head().headers);
  ExchangeSink sink(call.exchange);
  const TurnRequest request{.dialect = call.dialect,
                            .body = *body,
                            .path = endpoint.path,
                            .json_array = endpoint.json_array,
                            .id = call.id,
                            .headers = &headers,
                            .key = call.key,
                            .credentials = call.credentials,
                            .extra_header_lines = call.cors_lines};
  co_await api.turns().run(request, call.state, sink);
}

}  // namespace switchyard::http
