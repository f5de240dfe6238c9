#include "service/forward/forward.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json.h"
#include "service/forward/path.h"
#include "service/forward/usage_tap.h"
#include "service/turn/relay.h"
#include "wire/codec/codec.h"

namespace switchyard::forward {
namespace {

std::int64_t micros(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

/// Whether another provider may do better than this status.
bool may_move_on(int status) { return status == 429 || status >= 500; }

bool starts(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && std::ranges::equal(name.substr(0, prefix.size()), prefix,
                                                            [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

/// Headers of an answer that are the client's business.
bool is_forwarded(std::string_view name) {
  for (const std::string_view prefix : {"x-ratelimit-", "retry-after", "openai-processing-ms", "openai-version",
                                        "content-disposition", "content-encoding"}) {
    if (starts(name, prefix)) return true;
  }
  return false;
}

/// What the client's own bytes are at fault for, rather than a provider: an upload that stopped or was too large.
bool is_clients(ErrorKind kind) {
  return kind == ErrorKind::kRequestTimeout || kind == ErrorKind::kInvalidRequest || kind == ErrorKind::kTooLarge;
}

}  // namespace

struct ForwardService::Run {
  ForwardRequest request;
  std::shared_ptr<const GatewayState> state;
  AnswerSink& sink;
  SteadyTime started;
  Deadline deadline;
  CancelToken token;
  ledger::Entry entry;
  std::string header_lines;
  std::optional<Error> failed;
  int attempts = 0;

  [[nodiscard]] const Catalog& catalog() const { return state->config->catalog; }

  /// The headers of every answer, after `target`.
  void make_headers(const Target* target) {
    header_lines.assign(request.extra_header_lines);
    const auto line = [this](std::string_view name, std::string_view value) {
      header_lines.append(name).append(": ").append(value).append("\r\n");
    };
    line("x-request-id", request.id);
    line("x-switchyard-request-id", request.id);
    if (target == nullptr) return;
    if (const std::string_view model = model_name(*target); !model.empty()) line("x-switchyard-model", model);
    line("x-switchyard-provider", catalog().providers()[target->provider].name);
    char digits[24];
    line("x-switchyard-attempts", {digits, std::to_chars(digits, digits + sizeof digits, attempts).ptr});
  }
  /// The catalog's name of a target's model, or the provider's own.
  [[nodiscard]] std::string_view model_name(const Target& target) const {
    return target.binding ? std::string_view(catalog().models()[catalog().bindings()[*target.binding].model].id)
                          : std::string_view(target.model);
  }
};

ForwardService::Run ForwardService::start(const ForwardRequest& request, std::shared_ptr<const GatewayState> state,
                                          AnswerSink& sink) {
  const SteadyTime now = clock_.now();
  const Deadline deadline(now + state->config->server.request_time);
  Run run{.request = request, .state = std::move(state), .sink = sink, .started = now, .deadline = deadline};
  run.entry.id = request.id;
  run.entry.decision_id = "dec_" + std::string(request.id.substr(std::min<std::size_t>(4, request.id.size())));
  run.entry.started_us =
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.wall().time_since_epoch()).count();
  run.entry.dialect = Dialect::kOpenAiChat;
  if (check_model_name(request.model)) run.entry.requested_model = request.model;
  if (request.key != nullptr) run.entry.key_id = request.key->id;
  return run;
}

Task<void> ForwardService::run(ForwardRequest request, std::shared_ptr<const GatewayState> state, AnswerSink& sink) {
  Run run = start(request, std::move(state), sink);
  sink.on_client_gone([&run] { run.token.cancel(); });
  const Body body = request.rest == nullptr ? Body::kBuffered : Body::kStreamed;
  auto targets = find_targets(request.model, request.provider, body, run.state->table);
  run.entry.routing_us = micros(run.started, clock_.now());
  bool answered = false;
  if (!targets) {
    run.failed = std::move(targets).error();
  } else {
    const std::size_t most = request.failover == Failover::kNever ? 1 : kAttemptsMax;
    const std::size_t count = std::min(targets->size(), most);
    for (std::size_t i = 0; i < count && !answered; ++i) {
      answered = co_await attempt(run, (*targets)[i], i + 1 == count);
      // No byte has reached the client yet, so another provider may still answer the whole request.
      if (run.token.cancelled() || run.deadline.reached(clock_.now())) break;
    }
  }
  if (!answered) co_await answer_error(run, *run.failed);
  sink.on_client_gone({});
  settle(run);
}

Task<void> ForwardService::refuse(ForwardRequest request, std::shared_ptr<const GatewayState> state, AnswerSink& sink,
                                  Error error) {
  Run run = start(request, std::move(state), sink);
  co_await answer_error(run, std::move(error));
  settle(run);
}

/// True if the client has its answer, whether good or bad.
Task<bool> ForwardService::attempt(Run& run, const Target& target, bool last) {
  const Provider& provider = run.catalog().providers()[target.provider];
  const ForwardRequest& request = run.request;
  ++run.attempts;
  run.entry.provider = provider.name;
  // Names that no catalog knows are the client's: they are kept where the provider knew them, or metrics would grow.
  run.entry.model = target.binding ? run.model_name(target) : std::string_view();
  if (!run.entry.attempts.empty()) run.entry.attempts.push_back(',');
  run.entry.attempts.append(provider.name).append("/").append(run.model_name(target)).append(":");

  std::string lines(request.client_lines);
  lines.append("user-agent: switchyard\r\n");
  append_provider_headers(provider, *request.headers, request.credentials, lines);
  const NamePlace& name = request.name;
  const bool named = name.size > 0;
  const std::string written = !named                         ? std::string()
                              : name.form == NameForm::kJson ? json::quoted(target.model)
                                                             : target.model;
  const std::string_view pieces[] = {request.front.substr(0, name.at), written,
                                     request.front.substr(name.at + name.size)};
  const std::string path = upstream_path(provider, request.subpath, request.query, target.model);
  const UpstreamCall call{.config = &run.state->config,
                          .provider = target.provider,
                          .method = request.method,
                          .path = path,
                          .header_lines = lines,
                          .body = pieces,
                          .rest = request.rest,
                          .deadline = run.deadline};
  auto opened = co_await upstreams_.open(call, run.token);
  if (!opened) {
    run.entry.attempts.append(error_kind_name(opened.error().kind));
    run.failed = std::move(opened).error();
    co_return false;
  }
  UpstreamAnswer& answer = **opened;
  const int status = answer.status();
  run.entry.first_byte_us = micros(run.started, clock_.now());
  run.entry.attempts.append(std::to_string(status));
  if (may_move_on(status) && !last) {
    run.failed = Error{ErrorKind::kUpstreamRejected,
                       Retry::kOtherUpstream,
                       "the provider answered " + std::to_string(status),
                       {},
                       std::nullopt};
    // Read, so that the connection serves again.
    std::string unread;
    (void)co_await read_all(answer, kErrorBodyBytesMax, unread);
    co_return false;
  }
  co_await relay(run, answer, target);
  co_return true;
}

/// The answer as it is: in one piece if it came in one, else as it comes.
Task<void> ForwardService::relay(Run& run, UpstreamAnswer& answer, const Target& target) {
  const int status = answer.status();
  const bool good = status < 400;
  const std::string content_type(answer.header("content-type").value_or(""));
  const bool tapped = good && (starts(content_type, "application/json") || starts(content_type, "text/event-stream"));
  run.make_headers(&target);
  answer.for_each_header([&run](std::string_view name, std::string_view value) {
    if (is_forwarded(name)) run.header_lines.append(name).append(": ").append(value).append("\r\n");
  });
  if (const auto upstream_id = answer.header("x-request-id")) {
    run.header_lines.append("x-switchyard-upstream-request-id: ").append(*upstream_id).append("\r\n");
  }
  const AnswerHead head{status, content_type, run.header_lines};
  UsageTap tap;
  std::optional<Error> error;
  bool begun = false;
  for (;;) {
    auto piece = co_await answer.read();
    if (!piece) {
      error = std::move(piece).error();
      break;
    }
    if (tapped) tap.feed(*piece);
    Result<void> sent;
    const bool last = piece->empty() || answer.complete();
    if (!begun && last) {
      sent = co_await run.sink.respond(head, *piece);
    } else {
      if (!begun) run.sink.begin(head);
      begun = true;
      sent = last ? co_await run.sink.finish(*piece) : co_await run.sink.write(*piece);
    }
    if (!sent) error = std::move(sent).error();
    if (last || error) break;
  }
  if (good && run.entry.model.empty()) run.entry.model = run.model_name(target);
  tap.usage(run.entry.usage);
  if (target.binding) run.entry.cost = run.catalog().bindings()[*target.binding].price.cost(run.entry.usage);
  if (!error) {
    run.entry.status = status;
    run.entry.outcome = good                            ? ledger::Outcome::kSuccess
                        : status < 500 && status != 429 ? ledger::Outcome::kClientError
                                                        : ledger::Outcome::kUpstreamError;
    if (!good) run.entry.error_kind = "provider_status";
    co_return;
  }
  if (!begun) co_return co_await answer_error(run, *std::move(error));
  // Only a connection that is cut says that what came is not all.
  run.sink.abort();
  const bool left = run.sink.client_gone() || error->kind == ErrorKind::kCancelled;
  run.entry.status = left ? http_status(ErrorKind::kCancelled) : status;
  run.entry.outcome = left ? ledger::Outcome::kClientDisconnect : ledger::Outcome::kUpstreamError;
  run.entry.error_kind = error_kind_name(left ? ErrorKind::kCancelled : error->kind);
}

/// Says in OpenAI's dialect what went wrong.
Task<void> ForwardService::answer_error(Run& run, Error error) {
  if (run.token.cancelled() || run.sink.client_gone() || error.kind == ErrorKind::kCancelled) {
    run.entry.status = http_status(ErrorKind::kCancelled);
    run.entry.outcome = ledger::Outcome::kClientDisconnect;
    run.entry.error_kind = error_kind_name(ErrorKind::kCancelled);
    run.sink.abort();
    co_return;
  }
  if (run.deadline.reached(clock_.now())) {
    error = {ErrorKind::kUpstreamTimeout, Retry::kNever, "the request took too long", {}, std::nullopt};
  }
  run.make_headers(nullptr);
  if (error.retry_after) {
    run.header_lines.append("retry-after: ").append(std::to_string(error.retry_after->count())).append("\r\n");
  }
  run.entry.status = http_status(error.kind);
  run.entry.error_kind = error_kind_name(error.kind);
  run.entry.outcome = run.attempts > 0 && !is_clients(error.kind) ? ledger::Outcome::kUpstreamError
                      : run.entry.status < 500                    ? ledger::Outcome::kClientError
                                                                  : ledger::Outcome::kInternalError;
  const AnswerHead head{run.entry.status, "application/json", run.header_lines};
  (void)co_await run.sink.respond(head, wire::render_error(Dialect::kOpenAiChat, error, run.request.id));
}

void ForwardService::settle(Run& run) {
  run.entry.total_us = micros(run.started, clock_.now());
  ledger_.record(run.entry);
}

}  // namespace switchyard::forward
