#pragma once
/// \file
/// The mock's OpenAI Responses. It remembers its answers (bounded) for `previous_response_id` and for being asked
/// again.

#include "cli/mock/dialect.h"
#include "cli/mock/responses_store.h"

namespace switchyard::cli {

class ResponsesDialect final : public MockDialect {
 public:
  MockRequest read(json::Value root) const override;
  Checked check(const MockRequest& request) const override;
  std::string body(const MockRequest& request, const Answer& answer, const MockScript& script) override;
  std::vector<std::string> events(const MockRequest& request, const Answer& answer, const MockScript& script) override;
  std::string error(const MockRefusal& refusal) const override;
  std::string error_event() const override;

  /// GET or DELETE of `path` behind "/responses/": "{id}" or "{id}/input_items". nullopt if there is none of that id.
  std::optional<std::string> stored(std::string_view method, std::string_view path);
  void clear() { store_.clear(); }

 private:
  void remember(const MockRequest& request, const Answer& answer, const MockScript& script);

  ResponsesStore store_;
};

}  // namespace switchyard::cli
