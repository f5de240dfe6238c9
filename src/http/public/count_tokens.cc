// POST /v1/messages/count_tokens, and Gemini's :countTokens: asked of a provider that serves the model and counts;
// estimated if there is none, and then marked as such.

#include <algorithm>

#include "base/json_writer.h"
#include "http/public/api.h"
#include "http/public/chat.h"
#include "http/public/header_source.h"
#include "service/turn/relay.h"
#include "wire/codec/codec.h"
#include "wire/cut.h"
#include "wire/gemini/count_tokens.h"

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
    const bool counts = (provider.dialect == Dialect::kAnthropic && provider.quirks.model_in_body) ||
                        provider.dialect == Dialect::kGemini;
    if (counts && (!provider.passthrough || call.credentials.any())) return index;
  }
  return std::nullopt;
}

/// What Anthropic's endpoint takes of a message request.
bool is_counted(std::string_view key) {
  static constexpr std::string_view kKeys[] = {"model", "messages", "system", "tools", "tool_choice", "thinking"};
  return std::ranges::find(kKeys, key) != std::end(kKeys);
}

/// The path and the body that ask `provider`. Errors: kInvalidRequest.
Result<std::string> counting_body(Question& question, const Binding& binding, const Provider& provider) {
  const ProviderQuirks& quirks = binding.quirks ? *binding.quirks : provider.quirks;
  const wire::EmitTarget target{binding.upstream_id, quirks};
  std::string out;
  if (provider.dialect == question.view().dialect && question.view().model.exists()) {
    const json::Value model = question.view().model;
    out.append(question.body().substr(0, model.offset())).append(json::quoted(binding.upstream_id));
    return out.append(question.body().substr(model.offset() + model.raw().size()));
  }
  SY_TRY(const ChatRequest* request, question.chat());
  if (provider.dialect == Dialect::kGemini) {
    wire::gemini::emit_count_request(*request, target, out);
    return out;
  }
  std::string whole;
  wire::emit_request(Dialect::kAnthropic, *request, target, whole);
  SY_TRY(const json::Document document, json::Document::parse(whole));
  std::vector<wire::ByteSpan> cuts;
  wire::cut_members(document.root(), cuts, [](std::string_view key, json::Value) { return !is_counted(key); });
  std::size_t at = 0;
  for (const wire::ByteSpan& cut : cuts) {
    out.append(whole, at, cut.begin - at);
    at = cut.end;
  }
  return out.append(whole, at);
}

std::string counting_path(const Provider& provider, const Binding& binding) {
  if (provider.dialect == Dialect::kAnthropic) return provider.chat_path + "/count_tokens";
  std::string path = chat_path(provider, binding, StreamMode::kBuffered);
  return path.replace(path.rfind(':'), std::string::npos, ":countTokens");
}

/// nullopt if the provider could not be asked, or did not count.
Task<std::optional<TokenCount>> ask(PublicApi& api, Call& call, Question& question, std::uint32_t index) {
  const Catalog& catalog = call.state->config->catalog;
  const Binding& binding = catalog.bindings()[index];
  const Provider& provider = catalog.providers()[binding.provider];
  const auto body = counting_body(question, binding, provider);
  if (!body) co_return std::nullopt;
  const RequestHeaders headers(call.exchange.head().headers);
  std::string lines = "content-type: application/json\r\nuser-agent: switchyard\r\n";
  append_provider_headers(provider, headers, call.credentials, lines);
  const std::string path = counting_path(provider, binding);
  const std::string_view pieces[] = {*body};
  CancelToken token;
  call.exchange.on_client_gone([&token] { token.cancel(); });
  const UpstreamCall upstream{.config = &call.state->config,
                              .provider = binding.provider,
                              .path = path,
                              .header_lines = lines,
                              .body = pieces,
                              .deadline = Deadline(call.exchange.loop().now() + kTime)};
  std::optional<TokenCount> count;
  std::string text;
  auto answer = co_await api.upstreams().open(upstream, token);
  if (answer && (*answer)->status() == 200 && co_await read_all(**answer, kAnswerBytesMax, text)) {
    const auto document = json::Document::parse(text);
    if (document) {
      const json::Value root = document->root();
      count = root[provider.dialect == Dialect::kGemini ? "totalTokens" : "input_tokens"].integer();
    }
  }
  call.exchange.on_client_gone({});
  co_return count;
}

Task<void> count(PublicApi& api, Call& call, const PathTarget& path) {
  auto body = co_await call.exchange.read_body();
  if (!body) {
    if (body.error().kind != ErrorKind::kCancelled) co_await answer_error(call, body.error());
    co_return;
  }
  const bool gemini = call.dialect == Dialect::kGemini;
  // Gemini's clients may wrap the whole request they want counted.
  std::string_view asked = *body;
  const auto document = json::Document::parse(asked, {call.state->config->server.json_depth_max});
  if (gemini && document && document->root()["generateContentRequest"].is_object()) {
    asked = document->root()["generateContentRequest"].raw();
  }
  const RequestHeaders headers(call.exchange.head().headers);
  auto question = Question::read(call.dialect, asked, path, headers, call.credentials.any(), *call.state);
  if (!question) co_return co_await answer_error(call, question.error());
  std::optional<TokenCount> tokens;
  if (const auto binding = counting_binding(call, (*question)->query().requested_model)) {
    tokens = co_await ask(api, call, **question, *binding);
  }
  if (!tokens) {
    tokens = (*question)->query().input_tokens;
    call.cors_lines += "x-switchyard-estimate: true\r\n";
  }
  std::string out;
  json::Writer(out).begin_object().field(gemini ? "totalTokens" : "input_tokens", *tokens).end_object();
  co_await answer_json(call, 200, out);
}

}  // namespace

Task<void> handle_count_tokens(PublicApi& api, Call& call) { co_await count(api, call, {}); }

Task<void> count_gemini_tokens(PublicApi& api, Call& call, std::string_view model) {
  co_await count(api, call, {model, StreamMode::kBuffered});
}

}  // namespace switchyard::http
