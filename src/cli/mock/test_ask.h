#pragma once
/// \file
/// For the mock's tests: a request's way through one dialect. Not part of the product.

#include <stdexcept>
#include <string>
#include <vector>

#include "cli/mock/dialect.h"

namespace switchyard::cli::testing {

/// One request that keeps its document alive. `model` stands in for the one in the path.
class Ask {
 public:
  Ask(MockDialect& dialect, std::string body, const std::string& model = {})
      : body_(std::move(body)), dialect_(dialect) {
    auto document = json::Document::parse(body_);
    if (!document) throw std::invalid_argument("a test's request is no JSON: " + document.error().message + body_);
    document_ = std::move(*document);
    request = dialect.read(document_.root());
    if (!model.empty()) request.model = model;
    take_directive(find_directive(request.last_user_text), script);
  }

  /// The vendor's message, or empty if it takes the request.
  [[nodiscard]] std::string refusal() const {
    const Checked refusal = dialect_.check(request);
    return refusal ? refusal->message : "";
  }
  [[nodiscard]] std::string answer() { return dialect_.body(request, answer_of(request, script), script); }
  /// All pieces together.
  [[nodiscard]] std::string stream() {
    std::string all;
    for (const std::string& event : dialect_.events(request, answer_of(request, script), script)) all += event;
    return all;
  }

  MockRequest request;
  MockScript script;

 private:
  std::string body_;
  json::Document document_;
  MockDialect& dialect_;
};

/// A request and what the vendor says to it; empty: it is taken.
struct Case {
  const char* about;
  std::string body;
  std::string refusal;
};

/// A JSON text's value at a path of members, copied out.
inline std::string at(const std::string& text, const std::vector<std::string>& path) {
  auto document = json::Document::parse(text);
  if (!document) return "no JSON: " + text;
  json::Value value = document->root();
  for (const std::string& name : path) {
    if (!value.is_array()) {
      value = value[name];
      continue;
    }
    json::Value found;
    std::size_t index = std::stoul(name);
    for (const json::Value element : value.elements()) {
      if (index-- == 0) found = element;
    }
    value = found;
  }
  return value.is_string() ? value.string() : std::string(value.raw());
}

}  // namespace switchyard::cli::testing
