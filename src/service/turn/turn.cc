#include "service/turn/turn.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "routing/record.h"

namespace switchyard {
namespace {

constexpr std::size_t kErrorBodyBytesMax = 256 * 1024;
constexpr TokenCount kBytesPerToken = 4;
/// Room for the headers that every answer has, so that they are gathered without growing.
constexpr std::size_t kHeaderBytes = 896;
/// Room for one attempt's note in the ledger, of long names.
constexpr std::size_t kAttemptBytes = 96;

std::int64_t micros(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

/// Whether another attempt may do better than this status.
bool may_move_on(int status, const Provider& provider) {
  // 424: what Bedrock says when the model failed.
  if (status == 408 || status == 409 || status == 424 || status == 429 || status >= 500) return true;
  // Our own credentials or our catalog are at fault; the client's would be the same elsewhere.
  return !provider.passthrough && (status == 401 || status == 402 || status == 403 || status == 404);
}

bool is_forwarded(std::string_view name) {
  const auto starts = [&](std::string_view prefix) {
    return name.size() >= prefix.size() &&
           std::ranges::equal(name.substr(0, prefix.size()), prefix, [](char a, char b) { return (a | 0x20) == b; });
  };
  return starts("x-ratelimit-") || starts("anthropic-ratelimit-") || starts("retry-after") ||
         starts("openai-processing-ms");
}

/// What a provider answered when it did not succeed, kept for the client.
struct Refused {
  int status = 0;
  Dialect dialect{};
  std::string body, content_type, forwarded;
  std::optional<std::chrono::seconds> retry_after;
};

}  // namespace

struct TurnService::Run {
  TurnRequest request;
  std::shared_ptr<const GatewayState> state;
  AnswerSink& sink;
  SteadyTime started;
  Deadline deadline;
  std::unique_ptr<Question> question;
  routing::Plan plan;
  CancelToken token;
  UpstreamRequest upstream;
  std::string header_lines;
  std::vector<std::uint32_t> cooling;  ///< Providers that asked to be left alone for a while.
  std::optional<Refused> refused;
  std::optional<Error> failed;  ///< The last attempt's failure, if it was not an answer.
  ledger::Entry entry;

  const Catalog& catalog() const { return state->config->catalog; }

  /// The headers of every answer, after `binding`.
  void make_headers(std::optional<std::uint32_t> binding) {
    header_lines.clear();
    header_lines.reserve(kHeaderBytes);
    const auto line = [this](std::string_view name, std::string_view value) {
      // One growth and plain copies: this runs for every request.
      header_lines.resize_and_overwrite(header_lines.size() + name.size() + value.size() + 2,
                                        [&, at = header_lines.size()](char* to, std::size_t size) {
                                          std::memcpy(to + at, name.data(), name.size());
                                          std::memcpy(to + at + name.size(), value.data(), value.size());
                                          std::memcpy(to + size - 2, "\r\n", 2);
                                          return size;
                                        });
    };
    header_lines.append(request.extra_header_lines);
    line(request.dialect == Dialect::kAnthropic ? "request-id: " : "x-request-id: ", request.id);
    line("x-switchyard-request-id: ", request.id);
    if (!binding) return;
    const Binding& b = catalog().bindings()[*binding];
    const std::string& model = catalog().models()[b.model].id;
    const std::string& provider = catalog().providers()[b.provider].name;
    const std::string reason = routing::reason(plan, state->table, *binding);
    char digits[24];
    line("x-switchyard-model: ", model);
    line("x-switchyard-provider: ", provider);
    line("x-switchyard-decision-id: ", entry.decision_id);
    line("x-switchyard-reason: ", reason);
    line("x-switchyard-attempts: ", {digits, std::to_chars(digits, digits + sizeof digits, attempts).ptr});
    line("x-router-decision: ", reason);
    line("x-router-provider: ", provider);
    line("x-router-model: ", model);
    line("x-router-context-window: ",
         {digits, std::to_chars(digits, digits + sizeof digits, catalog().context_window(b)).ptr});
  }
  int attempts = 0;
  std::optional<std::uint32_t> tried;  ///< The binding of the last attempt.
};

Task<void> TurnService::run(TurnRequest request, std::shared_ptr<const GatewayState> state, AnswerSink& sink) {
  const SteadyTime started = clock_.now();
  const Deadline deadline(started + state->config->server.request_time);
  Run run{.request = request, .state = std::move(state), .sink = sink, .started = started, .deadline = deadline};
  run.entry.id = request.id;
  run.entry.decision_id.reserve(request.id.size() + 1);
  run.entry.decision_id.append("dec_").append(request.id.substr(std::min<std::size_t>(4, request.id.size())));
  run.entry.attempts.reserve(kAttemptBytes);
  run.entry.started_us =
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.wall().time_since_epoch()).count();
  run.entry.dialect = request.dialect;
  if (request.key != nullptr) run.entry.key_id = request.key->id;
  sink.on_client_gone([&run] { run.token.cancel(); });

  auto question = Question::read(request.dialect, request.body, request.path, *request.headers,
                                 request.credentials.any(), *run.state);
  if (question) {
    run.question = *std::move(question);
    run.entry.requested_model = run.question->query().requested_model;
    run.entry.stream = run.question->view().stream;
    auto plan = run.question->plan(run.state->table, routing::Purpose::kAttempts);
    run.entry.routing_us = micros(started, clock_.now());
    if (plan) {
      run.plan = *std::move(plan);
      co_await attempt_all(run);
    } else {
      co_await refuse(run, std::move(plan).error());
    }
  } else {
    co_await refuse(run, std::move(question).error());
  }
  sink.on_client_gone({});
  settle(run);
}

Task<void> TurnService::attempt_all(Run& run) {
  for (std::size_t i = 0; i < run.plan.attempts.size(); ++i) {
    const std::uint32_t binding = run.plan.attempts[i];
    const std::uint32_t provider = run.catalog().bindings()[binding].provider;
    if (std::ranges::find(run.cooling, provider) != run.cooling.end()) continue;
    if (co_await attempt(run, binding, i + 1 == run.plan.attempts.size())) co_return;
    // No byte has reached the client yet, so another provider may still answer the whole request.
    if (run.token.cancelled() || run.deadline.reached(clock_.now())) break;
  }
  co_await answer_failure(run);
}

/// True if the client has its answer, whether good or bad.
Task<bool> TurnService::attempt(Run& run, std::uint32_t binding_index, bool last) {
  const Binding& binding = run.catalog().bindings()[binding_index];
  const Provider& provider = run.catalog().providers()[binding.provider];
  ++run.attempts;
  run.tried = binding_index;
  run.entry.model = run.catalog().models()[binding.model].id;
  run.entry.provider = provider.name;
  if (!run.entry.attempts.empty()) run.entry.attempts.push_back(',');
  run.entry.attempts.append(provider.name).append("/").append(run.entry.model).append(":");
  const auto note = [&run](std::string_view how) { run.entry.attempts.append(how); };

  auto built = build_upstream_request(*run.question, run.catalog(), binding_index, *run.request.headers,
                                      run.request.credentials, run.upstream);
  if (!built) {
    note("unreadable");
    run.failed = std::move(built).error();
    co_return false;
  }
  const std::string path = chat_path(provider, binding, run.upstream.mode);
  const UpstreamCall call{.config = &run.state->config,
                          .provider = binding.provider,
                          .path = path,
                          .header_lines = run.upstream.header_lines,
                          .body = run.upstream.pieces,
                          .deadline = run.deadline};
  auto opened = co_await upstreams_.open(call, run.token);
  if (!opened) {
    note(error_kind_name(opened.error().kind));
    run.failed = std::move(opened).error();
    run.refused.reset();
    co_return false;
  }
  UpstreamAnswer& answer = **opened;
  run.entry.first_byte_us = micros(run.started, clock_.now());
  const int status = answer.status();
  note(std::to_string(status));
  if (status < 200 || status > 299) {
    Refused refused{.status = status, .dialect = provider.dialect};
    if (auto read = co_await read_all(answer, kErrorBodyBytesMax, refused.body); !read) refused.body.clear();
    refused.content_type = answer.header("content-type").value_or("application/json");
    answer.for_each_header([&](std::string_view name, std::string_view value) {
      if (is_forwarded(name)) refused.forwarded.append(name).append(": ").append(value).append("\r\n");
    });
    const bool wait = answer.header("retry-after").has_value();
    if (wait && (status == 429 || status == 503 || status == 529)) run.cooling.push_back(binding.provider);
    run.refused = std::move(refused);
    run.failed.reset();
    if (may_move_on(status, provider) && !last) co_return false;
    co_await answer_failure(run);
    co_return true;
  }

  run.make_headers(binding_index);
  answer.for_each_header([&](std::string_view name, std::string_view value) {
    if (provider.dialect == run.request.dialect && is_forwarded(name))
      run.header_lines.append(name).append(": ").append(value).append("\r\n");
  });
  for (const std::string_view name : {"x-request-id", "request-id", "x-amzn-requestid"}) {
    const auto upstream_id = answer.header(name);
    if (!upstream_id) continue;
    run.header_lines.append("x-switchyard-upstream-request-id: ").append(*upstream_id).append("\r\n");
    break;
  }
  const RequestView& view = run.question->view();
  const bool streamed = view.stream == StreamMode::kStreamed;
  if (streamed) run.header_lines.append("cache-control: no-cache\r\nx-accel-buffering: no\r\n");
  RelayRequest relayed{.client = run.request.dialect,
                       .provider = provider.dialect,
                       .mode = view.stream,
                       .upstream_mode = run.upstream.mode,
                       .framing = provider.framing,
                       .hide_usage = run.upstream.asked_for_usage,
                       .answer = {.id = std::string_view(run.request.id).substr(4),
                                  .model = run.entry.model,
                                  .created_unix = run.entry.started_us / 1'000'000,
                                  .include_usage = view.include_usage,
                                  .input_estimate = run.question->query().input_tokens,
                                  .json_array = run.request.json_array,
                                  .custom_tools = run.upstream.custom_tools,
                                  .request = view.root},
                       .head = {.status = 200,
                                .content_type = streamed && !run.request.json_array ? "text/event-stream; charset=utf-8"
                                                                                    : "application/json",
                                .header_lines = run.header_lines},
                       .request_id = run.request.id};
  const RelayLimits limits;
  const RelayResult result = co_await relay(relayed, limits, answer, run.sink);
  run.entry.usage = result.usage;
  if (!result.has_usage && result.committed) {
    run.entry.usage = {.input = run.question->query().input_tokens,
                       .output = static_cast<TokenCount>(result.output_bytes) / kBytesPerToken};
    run.entry.usage_estimated = true;
  }
  run.entry.cost_unknown = binding.pricing == Pricing::kUnknown;
  run.entry.cost = binding.price.cost(run.entry.usage);
  if (!result.error) {
    run.entry.status = 200;
    run.entry.outcome = ledger::Outcome::kSuccess;
    co_return true;
  }
  note("-");
  note(error_kind_name(result.error->kind));
  run.failed = result.error;
  run.refused.reset();
  if (!result.committed) co_return false;
  const bool left = run.sink.client_gone() || result.error->kind == ErrorKind::kCancelled;
  run.entry.status = left ? http_status(ErrorKind::kCancelled) : 200;
  run.entry.outcome = left ? ledger::Outcome::kClientDisconnect : ledger::Outcome::kUpstreamError;
  run.entry.error_kind = error_kind_name(left ? ErrorKind::kCancelled : result.error->kind);
  co_return true;
}

/// The last attempt's failure, as the client's dialect says it.
Task<void> TurnService::answer_failure(Run& run) {
  if (run.token.cancelled()) {
    run.entry.status = http_status(ErrorKind::kCancelled);
    run.entry.outcome = ledger::Outcome::kClientDisconnect;
    run.entry.error_kind = error_kind_name(ErrorKind::kCancelled);
    run.sink.abort();
    co_return;
  }
  if (!run.refused) {
    Error error = run.failed.value_or(
        Error{ErrorKind::kUnavailable, Retry::kNever, "no provider could be tried", {}, std::chrono::seconds(1)});
    if (run.deadline.reached(clock_.now()))
      error = {ErrorKind::kUpstreamTimeout, Retry::kNever, "the request took too long", {}, std::nullopt};
    run.entry.outcome = ledger::Outcome::kUpstreamError;
    co_return co_await refuse(run, std::move(error));
  }
  const Refused& refused = *run.refused;
  run.make_headers(run.tried);
  run.header_lines.append(refused.forwarded);
  run.entry.status = refused.status;
  run.entry.outcome =
      refused.status < 500 && refused.status != 429 ? ledger::Outcome::kClientError : ledger::Outcome::kUpstreamError;
  run.entry.error_kind = "provider_status";
  AnswerHead head{refused.status, refused.content_type, run.header_lines};
  const wire::ProviderError provider_error = wire::parse_error(refused.dialect, refused.status, refused.body);
  // A cloud in front of Anthropic's models answers some errors in its own shape, which its clients do not know.
  const bool foreign =
      refused.dialect == Dialect::kAnthropic && provider_error.type.empty() && !provider_error.message.empty();
  if (refused.dialect == run.request.dialect && !foreign) {
    (void)co_await run.sink.respond(head, refused.body);
    co_return;
  }
  static constexpr std::pair<int, ErrorKind> kKinds[] = {
      {400, ErrorKind::kInvalidRequest},   {401, ErrorKind::kUnauthenticated}, {402, ErrorKind::kPaymentRequired},
      {403, ErrorKind::kPermissionDenied}, {404, ErrorKind::kNotFound},        {413, ErrorKind::kTooLarge},
      {422, ErrorKind::kInvalidRequest},   {429, ErrorKind::kRateLimited},     {503, ErrorKind::kUnavailable},
      {504, ErrorKind::kUpstreamTimeout},  {529, ErrorKind::kUnavailable}};
  Error error{ErrorKind::kUpstreamRejected, Retry::kNever, provider_error.message, {}, std::nullopt};
  for (const auto& [status, kind] : kKinds) {
    if (status == refused.status) error.kind = kind;
  }
  if (error.message.empty()) error.message = "the provider answered " + std::to_string(refused.status);
  // 529 is Anthropic's own; others know 503 for the same.
  if (refused.status == 529 && run.request.dialect != Dialect::kAnthropic) head.status = 503;
  head.content_type = "application/json";
  (void)co_await run.sink.respond(head, wire::render_error(run.request.dialect, error, run.request.id));
}

Task<void> TurnService::refuse(Run& run, Error error) {
  run.make_headers(std::nullopt);
  if (error.retry_after)
    run.header_lines.append("retry-after: ").append(std::to_string(error.retry_after->count())).append("\r\n");
  run.entry.status = http_status(error.kind);
  run.entry.error_kind = error_kind_name(error.kind);
  if (run.entry.status < 500)
    run.entry.outcome = ledger::Outcome::kClientError;
  else if (run.entry.outcome == ledger::Outcome::kSuccess)
    run.entry.outcome = ledger::Outcome::kInternalError;
  const AnswerHead head{run.entry.status, "application/json", run.header_lines};
  (void)co_await run.sink.respond(head, wire::render_error(run.request.dialect, error, run.request.id));
}

void TurnService::settle(Run& run) {
  run.entry.total_us = micros(run.started, clock_.now());
  ledger_.record(run.entry);
}

}  // namespace switchyard
