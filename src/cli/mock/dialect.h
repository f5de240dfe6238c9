#pragma once
/// \file
/// What every dialect of the mock provider offers: it reads a request, checks it as strictly as the vendor does, and
/// answers it. Everything is deterministic. Pure but for the Responses dialect, which remembers what it answered.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/mock/answer.h"
#include "cli/mock/script.h"

namespace switchyard::cli {

/// The vendor's answer to a request that it does not take.
struct MockRefusal {
  int status = 400;
  std::string message;
  std::string param = {};  ///< Where, if the vendor's error has a place for it.
  std::string code = {};   ///< The vendor's word for the reason, if it has one.
};
using Checked = std::optional<MockRefusal>;

class MockDialect {
 public:
  virtual ~MockDialect() = default;
  /// Takes what it finds and asks for nothing: `check` is the strict part.
  [[nodiscard]] virtual MockRequest read(json::Value root) const = 0;
  /// What the vendor would refuse, in its words.
  [[nodiscard]] virtual Checked check(const MockRequest& request) const = 0;
  /// A whole answer's JSON.
  [[nodiscard]] virtual std::string body(const MockRequest& request, const Answer& answer,
                                         const MockScript& script) = 0;
  /// A stream's pieces, framing included.
  [[nodiscard]] virtual std::vector<std::string> events(const MockRequest& request, const Answer& answer,
                                                        const MockScript& script) = 0;
  /// An error's body.
  [[nodiscard]] virtual std::string error(const MockRefusal& refusal) const = 0;
  /// One error inside a stream.
  [[nodiscard]] virtual std::string error_event() const = 0;
  /// The header that names the request.
  [[nodiscard]] virtual std::string_view id_header() const { return "x-request-id"; }
  [[nodiscard]] virtual std::string_view stream_type(const MockRequest&) const {
    return "text/event-stream; charset=utf-8";
  }
};

std::unique_ptr<MockDialect> make_chat_dialect();
std::unique_ptr<MockDialect> make_completions_dialect();
std::unique_ptr<MockDialect> make_anthropic_dialect();
std::unique_ptr<MockDialect> make_gemini_dialect();

}  // namespace switchyard::cli
