// POST /v1/chat/completions, /v1/messages, /v1/responses, /v1/completions.

#include "http/public/chat.h"

#include "http/public/api.h"
#include "http/public/exchange_sink.h"
#include "http/public/header_source.h"

namespace switchyard::http {
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
