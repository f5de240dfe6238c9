#include "cli/mock/mock.h"

#include <csignal>
#include <deque>
#include <iostream>
#include <vector>

#include "base/json_writer.h"
#include "cli/mock/answer.h"
#include "cli/mock/endpoints.h"
#include "net/http_server.h"

namespace switchyard::cli {
namespace {

constexpr std::size_t kRequestsKept = 200;
constexpr std::size_t kKeptBodyBytes = 4096;   ///< Larger bodies are not kept: the mock also serves benchmarks.

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
    const std::string_view path = exchange.head().path;
    if (path.starts_with("/mock")) co_return co_await control(exchange, *body);
    if (recording_) keep(exchange, *body);
    if (path.ends_with("/models")) {
      (void)co_await exchange.respond({}, R"({"object":"list","data":[{"id":"mock-model","object":"model","created":0,"owned_by":"mock"}]})");
      co_return;
    }
    const bool anthropic = path.find("/messages") != std::string_view::npos;
    const auto document = json::Document::parse(*body);
    if (!document || exchange.head().method != "POST") {
      (void)co_await exchange.respond({.status = document ? 405 : 400}, mock_error(anthropic, 400));
      co_return;
    }
    const MockRequest request = read_mock_request(document->root(), anthropic);
    if (path.ends_with("/count_tokens")) {
      (void)co_await exchange.respond({}, "{\"input_tokens\":" + std::to_string(request.prompt_words + 7) + "}");
      co_return;
    }
    co_await answer(exchange, request, script_of(exchange, request));
  }

 private:
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

  Task<void> answer(net::ServerExchange& exchange, const MockRequest& request, MockScript script) {
    if (script.delay_ms > 0) co_await loop_.sleep(std::chrono::milliseconds(script.delay_ms));
    const std::string id_line = std::string(request.anthropic ? "request-id" : "x-request-id") + ": req_mock\r\n";
    if (script.status != 200) {
      const std::string lines = script.retry_after >= 0 ? id_line + "retry-after: " + std::to_string(script.retry_after) + "\r\n" : id_line;
      (void)co_await exchange.respond({.status = script.status, .header_lines = lines}, mock_error(request.anthropic, script.status));
      co_return;
    }
    if (!request.stream) {
      (void)co_await exchange.respond({.header_lines = id_line}, mock_body(request, script));
      co_return;
    }
    exchange.begin({.content_type = "text/event-stream; charset=utf-8", .header_lines = id_line});
    co_await stream(exchange, request, script);
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
      (void)co_await exchange.respond({.status = 400}, mock_error(false, 400));
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
      (void)co_await exchange.respond({.status = script.status, .header_lines = lines}, mock_error(false, script.status));
      co_return;
    }
    co_await answer_endpoint(exchange, root, form, script);
  }

  Task<void> answer_endpoint(net::ServerExchange& exchange, json::Value root, const FormReader& form, MockScript script) {
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
      answer = {404, mock_error(false, 404)};
    }
    if (script.malformed) answer.body = "{\"broken\":";
    (void)co_await exchange.respond({.status = answer.status, .content_type = answer.content_type, .header_lines = "x-request-id: req_mock\r\n"}, answer.body);
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

  Task<void> stream(net::ServerExchange& exchange, const MockRequest& request, MockScript script) {
    const std::vector<std::string> events = mock_events(request, script);
    int sent = 0;
    std::string together;
    const bool one_by_one = script.event_delay_ms > 0 || script.stall_after >= 0 || script.close_after >= 0 || script.error_after >= 0;
    for (const std::string& event : events) {
      if (sent == script.close_after) co_return exchange.abort();
      if (sent == script.stall_after) {
        co_await exchange.flush();
        co_await loop_.sleep(std::chrono::hours(1));
      }
      if (sent == script.error_after) {
        (void)co_await exchange.finish(mock_error_event(request.anthropic));
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

  Task<void> control(net::ServerExchange& exchange, std::string_view body) {
    const std::string_view path = exchange.head().path, method = exchange.head().method;
    recording_ = true;
    std::string answer = "{}";
    if (method == "DELETE") {
      rules_.clear();
      requests_.clear();
    } else if (path == "/mock/rules" && method == "POST") {
      const auto document = json::Document::parse(body);
      if (document) {
        const json::Value root = document->root();
        rules_.push_back({root["match"]["model"].string(), root["fault"].string(), root["times"].integer().value_or(1)});
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
    w.begin_object().field("method", exchange.head().method).field("path", exchange.head().path).key("headers").begin_object();
    for (const net::Header& field : exchange.head().headers.fields()) w.key_text(field.name).string(field.value);
    w.end_object().field("body", body.substr(0, kKeptBodyBytes)).end_object();
    requests_.push_back(std::move(text));
    if (requests_.size() > kRequestsKept) requests_.pop_front();
  }

  net::EventLoop& loop_;
  MockFiles files_;
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
