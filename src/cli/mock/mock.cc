#include "cli/mock/mock.h"

#include <csignal>
#include <deque>
#include <iostream>
#include <vector>

#include "base/json_writer.h"
#include "cli/mock/answer.h"
#include "net/http_server.h"

namespace switchyard::cli {
namespace {

constexpr std::size_t kRequestsKept = 200;
constexpr std::size_t kKeptBodyBytes = 4096;   ///< Larger bodies are not kept: the mock also serves benchmarks.

struct Rule {
  std::string model, fault;
  std::int64_t times = 1;
};

class Mock {
 public:
  explicit Mock(net::EventLoop& loop) : loop_(loop) {}

  Task<void> handle(net::ServerExchange& exchange) {
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
