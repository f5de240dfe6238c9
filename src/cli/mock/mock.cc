#include "cli/mock/mock.h"

#include <csignal>
#include <deque>
#include <iostream>
#include <vector>

#include "base/json_writer.h"
#include "cli/mock/answer.h"
#include "cli/mock/endpoints.h"
#include "cli/mock/gemini_extra.h"
#include "cli/mock/openai_error.h"
#include "cli/mock/responses.h"
#include "cli/mock/target.h"
#include "net/http_server.h"

namespace switchyard::cli {
namespace {

constexpr std::size_t kRequestsKept = 200;
constexpr std::size_t kKeptBodyBytes = 4096;  ///< Larger bodies are not kept: the mock also serves benchmarks.

constexpr std::size_t kJsonBytesMax = 64 << 20;
constexpr std::size_t kSoundBytes = 1024;

struct Rule {
  std::string model, fault;
  std::int64_t times = 1;
};

class Mock {
 public:
  explicit Mock(net::EventLoop& loop) : loop_(loop) {}

  Task<void> handle(net::ServerExchange& exchange) {
    if (is_mock_endpoint(exchange.head().path)) co_return co_await handle_endpoint(exchange);
    auto body = co_await exchange.read_body();
    if (!body) co_return;
    const Target target = target_of(exchange.head().path);
    if (target.kind == TargetKind::kControl) co_return co_await control(exchange, *body);
    if (recording_) keep(exchange, *body);
    if (const auto answer = listing(target)) {
      (void)co_await exchange.respond({}, *answer);
      co_return;
    }
    if (target.kind == TargetKind::kStoredResponse) co_return co_await stored(exchange, target);
    MockDialect& dialect = dialect_of(target);
    const auto document = json::Document::parse(*body);
    if (!document || exchange.head().method != "POST") {
      const int status = document ? 405 : 400;
      (void)co_await exchange.respond(
          {.status = status}, dialect.error({.status = status, .message = "mock error " + std::to_string(status)}));
      co_return;
    }
    if (&dialect == anthropic_.get() && !exchange.head().headers.get("anthropic-version")) {
      co_return co_await refuse(exchange, dialect, {.message = "anthropic-version: header is required"}, {});
    }
    co_await answer(exchange, target, dialect, request_of(exchange, target, dialect, document->root()));
  }

 private:
  MockDialect& dialect_of(const Target& target) {
    switch (target.kind) {
      case TargetKind::kCompletions:
        return *completions_;
      case TargetKind::kResponses:
        return responses_;
      case TargetKind::kAnthropic:
      case TargetKind::kAnthropicCount:
        return *anthropic_;
      case TargetKind::kGemini:
      case TargetKind::kGeminiExtra:
        return *gemini_;
      default:
        return *chat_;
    }
  }

  static std::optional<std::string> listing(const Target& target) {
    if (target.kind == TargetKind::kGeminiModels) return gemini_models();
    if (target.kind == TargetKind::kGeminiModel) return gemini_model(target.name);
    if (target.kind != TargetKind::kModels) return std::nullopt;
    return R"({"object":"list","data":[{"id":"mock-model","object":"model","created":0,"owned_by":"mock"}]})";
  }

  static MockRequest request_of(const net::ServerExchange& exchange, const Target& target, const MockDialect& dialect,
                                json::Value root) {
    MockRequest request = dialect.read(root);
    request.count_only = target.kind == TargetKind::kAnthropicCount;
    if (target.name.empty()) return request;
    request.model = target.name;
    request.stream = target.verb == "streamGenerateContent";
    request.as_array = exchange.head().query.find("alt=sse") == std::string_view::npos;
    return request;
  }

  MockScript script_of(const net::ServerExchange& exchange, const MockRequest& request) {
    MockScript script;
    for (Rule& rule : rules_) {
      if (rule.times <= 0 || (!rule.model.empty() && rule.model != request.model)) continue;
      --rule.times;
      take_directive(rule.fault, script);
      return script;
    }
    take_directive(find_directive(request.last_user_text), script);
    if (const auto header = exchange.head().headers.get("x-mock-fault")) take_directive(*header, script);
    return script;
  }

  Task<void> refuse(net::ServerExchange& exchange, const MockDialect& dialect, const MockRefusal& refusal,
                    std::string header_lines) {
    (void)co_await exchange.respond({.status = refusal.status, .header_lines = header_lines}, dialect.error(refusal));
  }

  /// The endpoints beside chat. A form is read piece by piece, so that it may be larger than memory.
  Task<void> handle_endpoint(net::ServerExchange& exchange) {
    const std::string_view type = exchange.head().headers.get("content-type").value_or("");
    FormReader form(type, MockFiles::kFileBytesKept);
    std::string body;
    const bool is_form = type.starts_with("multipart/");
    for (;;) {
      auto piece = co_await exchange.read_some();
      if (!piece) co_return;
      if (piece->empty()) break;
      if (is_form) form.feed(*piece);
      if (body.size() < (is_form ? kKeptBodyBytes : kJsonBytesMax)) body.append(*piece);
    }
    if (recording_) keep(exchange, body);
    const auto document = is_form || body.empty() ? json::Document() : json::Document::parse(body);
    if (!document) {
      (void)co_await exchange.respond({.status = 400}, openai_error({.status = 400, .message = "mock error 400"}));
      co_return;
    }
    const json::Value root = is_form || body.empty() ? json::Value() : document->root();
    MockRequest request;
    request.model = is_form ? form.part("model").kept : root["model"].string();
    request.last_user_text = is_form ? form.part("prompt").kept : mock_input_text(root);
    const MockScript script = script_of(exchange, request);
    if (script.delay_ms > 0) co_await loop_.sleep(std::chrono::milliseconds(script.delay_ms));
    if (script.status != 200) {
      std::string lines = "x-request-id: req_mock\r\n";
      if (script.retry_after >= 0) lines += "retry-after: " + std::to_string(script.retry_after) + "\r\n";
      (void)co_await exchange.respond(
          {.status = script.status, .header_lines = lines},
          openai_error({.status = script.status, .message = "mock error " + std::to_string(script.status)}));
      co_return;
    }
    co_await answer_endpoint(exchange, root, form, script);
  }

  Task<void> answer_endpoint(net::ServerExchange& exchange, json::Value root, const FormReader& form,
                             MockScript script) {
    std::string_view path = exchange.head().path;
    if (path.starts_with("/v1/")) path.remove_prefix(3);
    const auto tail = [path](std::string_view folder) { return path.substr(folder.size()); };
    const bool get = exchange.head().method != "POST";
    MockFiles::Answer answer;
    if (path == "/embeddings") {
      answer.body = mock_embeddings(root, script.no_usage);
    } else if (path == "/moderations") {
      answer.body = mock_moderations(root);
    } else if (path.starts_with("/images/")) {
      const std::string model = root.exists() ? root["model"].string() : form.part("model").kept;
      answer.body = mock_images(model, root["n"].integer().value_or(1));
    } else if (path == "/audio/speech") {
      co_return co_await speak(exchange, script);
    } else if (path == "/audio/transcriptions" || path == "/audio/translations") {
      answer.body = mock_transcription(form);
    } else if (path.starts_with("/batches")) {
      answer.body = mock_batch(tail("/batches"), root);
    } else if (path == "/files" && !get) {
      answer = files_.upload(form);
    } else if (path.starts_with("/files")) {
      answer = files_.handle(exchange.head().method, tail("/files"));
    } else {
      answer = {404, openai_error({.status = 404, .message = "mock error 404"})};
    }
    if (script.malformed) answer.body = "{\"broken\":";
    (void)co_await exchange.respond(
        {.status = answer.status, .content_type = answer.content_type, .header_lines = "x-request-id: req_mock\r\n"},
        answer.body);
  }

  /// Sounds in pieces, as they are made.
  Task<void> speak(net::ServerExchange& exchange, MockScript script) {
    exchange.begin({.content_type = "audio/mpeg"});
    const std::string sound = mock_speech(script.size > 0 ? script.size : 4096);
    int sent = 0;
    for (std::size_t at = 0; at < sound.size(); at += kSoundBytes) {
      if (sent++ == script.close_after) co_return exchange.abort();
      if (!co_await exchange.write(std::string_view(sound).substr(at, kSoundBytes))) co_return;
      if (script.event_delay_ms > 0) co_await loop_.sleep(std::chrono::milliseconds(script.event_delay_ms));
    }
    (void)co_await exchange.finish();
  }

  Task<void> answer(net::ServerExchange& exchange, const Target& target, MockDialect& dialect,
                    const MockRequest request) {
    const bool counting = target.kind == TargetKind::kAnthropicCount;
    const MockScript script = counting ? MockScript() : script_of(exchange, request);
    if (script.delay_ms > 0) co_await loop_.sleep(std::chrono::milliseconds(script.delay_ms));
    const std::string id_line = std::string(dialect.id_header()) + ": req_mock\r\n";
    if (script.status != 200) {
      const std::string lines =
          script.retry_after >= 0 ? id_line + "retry-after: " + std::to_string(script.retry_after) + "\r\n" : id_line;
      co_return co_await refuse(exchange, dialect,
                                {.status = script.status, .message = "mock error " + std::to_string(script.status)},
                                lines);
    }
    if (target.kind == TargetKind::kGeminiExtra) {
      Checked refusal;
      const std::string body = gemini_extra(target.verb, request, refusal);
      if (refusal) co_return co_await refuse(exchange, dialect, *refusal, id_line);
      (void)co_await exchange.respond({.header_lines = id_line}, body);
      co_return;
    }
    if (const Checked refusal = script.lenient ? Checked() : dialect.check(request))
      co_return co_await refuse(exchange, dialect, *refusal, id_line);
    if (counting) {
      (void)co_await exchange.respond({}, "{\"input_tokens\":" + std::to_string(request.prompt_words + 7) + "}");
    } else if (request.stream) {
      exchange.begin({.content_type = dialect.stream_type(request), .header_lines = id_line});
      co_await stream(exchange, dialect, dialect.events(request, answer_of(request, script), script), script);
    } else {
      (void)co_await exchange.respond(
          {.header_lines = id_line},
          script.malformed ? "{\"id\":\"broken\"," : dialect.body(request, answer_of(request, script), script));
    }
  }

  Task<void> stream(net::ServerExchange& exchange, const MockDialect& dialect, const std::vector<std::string> events,
                    const MockScript script) {
    int sent = 0;
    std::string together;
    const bool one_by_one =
        script.event_delay_ms > 0 || script.stall_after >= 0 || script.close_after >= 0 || script.error_after >= 0;
    for (const std::string& event : events) {
      if (sent == script.close_after) co_return exchange.abort();
      if (sent == script.stall_after) {
        co_await exchange.flush();
        co_await loop_.sleep(std::chrono::hours(1));
      }
      if (sent == script.error_after) {
        (void)co_await exchange.finish(dialect.error_event());
        co_return;
      }
      ++sent;
      if (script.cut > 0) {
        for (std::size_t at = 0; at < event.size(); at += script.cut) {
          if (!co_await exchange.write(std::string_view(event).substr(at, script.cut))) co_return;
        }
      } else if (one_by_one || sent == 1) {
        if (!co_await exchange.write(event)) co_return;
      } else {
        together += event;
      }
      if (script.event_delay_ms > 0) co_await loop_.sleep(std::chrono::milliseconds(script.event_delay_ms));
    }
    (void)co_await exchange.finish(together);
  }

  Task<void> stored(net::ServerExchange& exchange, const Target& target) {
    const auto body = responses_.stored(exchange.head().method, target.name);
    if (body) {
      (void)co_await exchange.respond({}, *body);
      co_return;
    }
    const std::string id = target.name.substr(0, target.name.find('/'));
    (void)co_await exchange.respond(
        {.status = 404},
        openai_error({.status = 404, .message = "Response with id '" + id + "' not found.", .param = "id"}));
  }

  Task<void> control(net::ServerExchange& exchange, std::string_view body) {
    const std::string_view path = exchange.head().path, method = exchange.head().method;
    recording_ = true;
    std::string answer = "{}";
    if (method == "DELETE") {
      rules_.clear();
      requests_.clear();
      responses_.clear();
    } else if (path == "/mock/rules" && method == "POST") {
      const auto document = json::Document::parse(body);
      if (document) {
        const json::Value root = document->root();
        rules_.push_back(
            {root["match"]["model"].string(), root["fault"].string(), root["times"].integer().value_or(1)});
      }
    } else if (path == "/mock/requests") {
      answer = "[";
      for (const std::string& request : requests_) answer += (answer.size() > 1 ? "," : "") + request;
      answer += "]";
    }
    (void)co_await exchange.respond({}, answer);
  }

  void keep(const net::ServerExchange& exchange, std::string_view body) {
    std::string text;
    json::Writer w(text);
    w.begin_object()
        .field("method", exchange.head().method)
        .field("path", exchange.head().path)
        .key("headers")
        .begin_object();
    for (const net::Header& field : exchange.head().headers.fields()) w.key_text(field.name).string(field.value);
    w.end_object().field("body", body.substr(0, kKeptBodyBytes)).end_object();
    requests_.push_back(std::move(text));
    if (requests_.size() > kRequestsKept) requests_.pop_front();
  }

  net::EventLoop& loop_;
  MockFiles files_;
  std::unique_ptr<MockDialect> chat_ = make_chat_dialect(), completions_ = make_completions_dialect();
  std::unique_ptr<MockDialect> anthropic_ = make_anthropic_dialect(), gemini_ = make_gemini_dialect();
  ResponsesDialect responses_;
  std::vector<Rule> rules_;
  std::deque<std::string> requests_;
  bool recording_ = false;  ///< From the first control request on.
};

}  // namespace

Result<void> run_mock(const MockOptions& options) {
  const SystemClock clock;
  net::EventLoop loop(clock);
  Mock mock(loop);
  net::HttpServer server(loop, [&mock](net::ServerExchange& exchange) { return mock.handle(exchange); }, {});
  SY_CHECK(server.listen({options.host + ":" + std::to_string(options.port)}));
  for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { std::_Exit(0); });
  std::cout << "mock provider on http://" << options.host << ":" << server.port() << std::endl;
  loop.run();
  return {};
}

}  // namespace switchyard::cli
