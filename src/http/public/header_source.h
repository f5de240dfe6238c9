#pragma once
/// \file
/// A request's header fields as use cases see them.

#include "net/http1.h"
#include "service/turn/question.h"

namespace switchyard::http {

class RequestHeaders final : public HeaderSource {
 public:
  explicit RequestHeaders(const net::Headers& headers) : headers_(headers) {}
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const override { return headers_.get(name); }
  Result<void> for_each(const std::function<Result<void>(std::string_view, std::string_view)>& visit) const override {
    for (const net::Header& field : headers_.fields()) SY_CHECK(visit(field.name, field.value));
    return {};
  }

 private:
  const net::Headers& headers_;
};

}  // namespace switchyard::http
