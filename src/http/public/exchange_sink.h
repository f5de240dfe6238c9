#pragma once
/// \file
/// The client's connection as a use case sees it.

#include <functional>
#include <utility>

#include "net/http_server.h"
#include "service/turn/answer_sink.h"

namespace switchyard::http {

class ExchangeSink final : public AnswerSink {
 public:
  explicit ExchangeSink(net::ServerExchange& exchange) : exchange_(exchange) {}
  Task<Result<void>> respond(const AnswerHead& head, std::string_view body) override {
    return exchange_.respond(answer(head), body);
  }
  void begin(const AnswerHead& head) override { exchange_.begin(answer(head)); }
  Task<Result<void>> write(std::string_view bytes) override { return exchange_.write(bytes); }
  Task<Result<void>> finish(std::string_view last) override { return exchange_.finish(last); }
  void abort() override { exchange_.abort(); }
  [[nodiscard]] bool client_gone() const override { return exchange_.client_gone(); }
  void on_client_gone(std::function<void()> callback) override { exchange_.on_client_gone(std::move(callback)); }

 private:
  static net::Answer answer(const AnswerHead& head) { return {head.status, head.content_type, head.header_lines}; }
  net::ServerExchange& exchange_;
};

}  // namespace switchyard::http
