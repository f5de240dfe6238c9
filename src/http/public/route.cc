// POST /v1/route: the decision without the request.

#include "http/public/api.h"
#include "http/public/header_source.h"
#include "routing/record.h"

namespace switchyard::http {
namespace {

/// Bodies of all dialects are taken: a header says which, or what only one dialect's bodies have at the top.
Dialect dialect_of_body(const Call& call, std::string_view body) {
  if (call.exchange.head().headers.get("anthropic-version")) return Dialect::kAnthropic;
  const auto document = json::Document::parse(body);
  if (!document) return Dialect::kOpenAiChat;
  const json::Value root = document->root();
  if (root["contents"].exists()) return Dialect::kGemini;
  if (root["input"].exists()) return Dialect::kOpenAiResponses;
  if (root["prompt"].is_string() || root["prompt"].is_array()) return Dialect::kOpenAiCompletions;
  return root["system"].exists() || root["thinking"].exists() ? Dialect::kAnthropic : Dialect::kOpenAiChat;
}

}  // namespace

Task<void> handle_route(PublicApi&, Call& call) {
  auto body = co_await call.exchange.read_body();
  if (!body) {
    if (body.error().kind != ErrorKind::kCancelled) co_await answer_error(call, body.error());
    co_return;
  }
  const RequestHeaders headers(call.exchange.head().headers);
  auto question = Question::read(dialect_of_body(call, *body), *body, {}, headers, call.credentials.any(), *call.state);
  if (!question) co_return co_await answer_error(call, question.error());
  const auto plan = (*question)->plan(call.state->table);
  if (!plan) co_return co_await answer_error(call, plan.error());
  // The text goes into the record only if its owner asks for it, to replay the decision.
  const bool whole = call.exchange.head().query.find("record=whole") != std::string_view::npos;
  const std::string id = "dec_" + call.id.substr(4);
  co_await answer_json(call, 200,
                       routing::render_record(id, (*question)->query(), *plan, call.state->table,
                                              whole ? routing::TextInRecord::kWhole : routing::TextInRecord::kHash));
}

}  // namespace switchyard::http
