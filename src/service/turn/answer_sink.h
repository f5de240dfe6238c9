#pragma once
/// \file
/// Where an answer goes: the client's connection, as far as a use case needs to know it. One answer, one thread.

#include <functional>
#include <string_view>

#include "base/result.h"
#include "base/task.h"

namespace switchyard {

struct AnswerHead {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string_view header_lines;  ///< "name: value\r\n" each.
};

class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  /// The whole answer at once.
  virtual Task<Result<void>> respond(const AnswerHead& head, std::string_view body) = 0;
  /// Begins a stream; the head leaves with the first bytes.
  virtual void begin(const AnswerHead& head) = 0;
  /// Sends now. Errors: kCancelled once the client has left.
  virtual Task<Result<void>> write(std::string_view bytes) = 0;
  virtual Task<Result<void>> finish(std::string_view last) = 0;
  /// Breaks the stream off, visibly.
  virtual void abort() = 0;
  [[nodiscard]] virtual bool client_gone() const = 0;
  /// Calls back once when the client leaves early.
  virtual void on_client_gone(std::function<void()> callback) = 0;
};

}  // namespace switchyard
