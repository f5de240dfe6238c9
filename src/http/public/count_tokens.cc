// POST /v1/messages/count_tokens: forwarded to an Anthropic provider that serves the model; estimated if there is none.

#include "base/json_writer.h"
#include "http/public/api.h"
#include "http/public/header_source.h"

namespace switchyard::http {
namespace {

constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr std::chrono::seconds kTime{10};

/// A binding whose provider counts tokens itself and may be asked with these credentials.
std::optional<std::uint32_t> counting_binding(const Call& call, std::string_view name) {
  const Catalog& catalog = call.state->config->catalog;
  const auto model = catalog.find_model(name);
  if (!model) return std::nullopt;
  for (const std::uint32_t index : call.state->table.usable_bindings(*model)) {
    const Provider& provider = catalog.providers()[catalog.bindings()[index].provider];
    // Clouds that serve Anthropic's models have no such endpoint beside the chat's.
    const bool counts = provider.dialect == Dialect::kAnthropic && provider.quirks.model_in_body;
    if (counts && (!provider.passthrough || call.credentials.any())) return index;
  }
  return std::nullopt;
}

/// Sends the client's bytes with the provider's model name; nullopt if the provider could not be asked.
Task<bool> forward(PublicApi& api, Call& call, std::string_view body, json::Value model, std::uint32_t index) {
  const Catalog& catalog = call.state->config->catalog;
  const Binding& binding = catalog.bindings()[index];
  const Provider& provider = catalog.providers()[binding.provider];
  const RequestHeaders headers(call.exchange.head().headers);
  std::string lines = "content-type: application/json\r\nuser-agent: switchyard\r\n";
  append_provider_headers(provider, headers, call.credentials, lines);
  const std::string name = json::quoted(binding.upstream_id), path = provider.chat_path + "/count_tokens";
  const std::string_view pieces[] = {body.substr(0, model.offset()), name, body.substr(model.offset() + model.raw().size())};
  CancelToken token;
  call.exchange.on_client_gone([&token] { token.cancel(); });
  const UpstreamCall upstream{.config = &call.state->config, .provider = binding.provider, .path = path, .header_lines = lines, .body = pieces,
                              .deadline = Deadline(call.exchange.loop().now() + kTime)};
  auto answer = co_await api.upstreams().open(upstream, token);
  if (!answer) co_return false;
  std::string text;
  if (auto read = co_await read_all(**answer, kAnswerBytesMax, text); !read) co_return false;
  const int status = (*answer)->status();
  if (status >= 500 || status == 404) co_return false;
  co_await answer_json(call, status, text);
  co_return true;
}

}  // namespace

Task<void> handle_count_tokens(PublicApi& api, Call& call) {
  auto body = co_await call.exchange.read_body();
  if (!body) {
    if (body.error().kind != ErrorKind::kCancelled) co_await answer_error(call, body.error());
    co_return;
  }
  const RequestHeaders headers(call.exchange.head().headers);
  auto question = Question::read(Dialect::kAnthropic, *body, headers, call.credentials.any(), *call.state);
  if (!question) co_return co_await answer_error(call, question.error());
  const json::Value model = (*question)->view().model;
  if (const auto binding = counting_binding(call, model.string()); binding && model.is_string()) {
    if (co_await forward(api, call, *body, model, *binding)) co_return;
  }
  std::string out;
  json::Writer(out).begin_object().field("input_tokens", (*question)->query().input_tokens).end_object();
  call.cors_lines += "x-switchyard-estimate: true\r\n";
  co_await answer_json(call, 200, out);
}

}  // namespace switchyard::http
