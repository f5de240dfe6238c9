// GET /health, /health/live, /health/ready, /validate, /metrics.

#include "base/json_writer.h"
#include "http/public/api.h"

namespace switchyard::http {

Task<void> handle_health(PublicApi& api, Call& call) {
  if (call.path != "/health" && call.path != "/health/live" && call.path != "/health/ready") {
    const Error error{
        ErrorKind::kNotFound, Retry::kNever, "expected /health, /health/live or /health/ready", {}, std::nullopt};
    co_return co_await answer_error(call, error);
  }
  if (call.path == "/health/ready") {
    const bool draining = api.shared().draining.load(std::memory_order_relaxed);
    const bool routes = call.state->table.scorer() != nullptr;
    if (draining || !routes) {
      co_return co_await answer_json(
          call, 503,
          draining ? R"({"status":"draining"})" : R"({"status":"unhealthy","reason":"no routing artifact is loaded"})");
    }
  }
  co_await answer_json(call, 200, R"({"status":"ok"})");
}

Task<void> handle_validate(PublicApi&, Call& call) {
  std::string out;
  json::Writer w(out);
  w.begin_object().field("valid", true).key("installation").begin_object();
  w.field("id", call.key ? call.key->id : "none")
      .field("name", call.key ? call.key->name : "authentication is off")
      .end_object()
      .end_object();
  co_await answer_json(call, 200, out);
}

Task<void> handle_metrics(PublicApi& api, Call& call) {
  Shared& shared = api.shared();
  const std::string text = shared.metrics.render(shared.gauges, shared.ledger.stats());
  (void)co_await call.exchange.respond({.content_type = "text/plain; version=0.0.4", .header_lines = call.cors_lines},
                                       text);
}

}  // namespace switchyard::http
