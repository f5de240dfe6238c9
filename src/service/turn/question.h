#pragma once
/// \file
/// One request understood: its body read once, and what routing asks of it. Shared by turns and by "decide only".

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/frame_pool.h"
#include "domain/chat.h"
#include "domain/request_view.h"
#include "features/features.h"
#include "routing/plan.h"
#include "service/gateway/state.h"

namespace switchyard {

/// The request's header fields, as far as a use case needs them.
class HeaderSource {
 public:
  virtual ~HeaderSource() = default;
  [[nodiscard]] virtual std::optional<std::string_view> get(std::string_view name) const = 0;
  virtual Result<void> for_each(
      const std::function<Result<void>(std::string_view name, std::string_view value)>& visit) const = 0;
};

/// What the path says instead of the body (Gemini).
struct PathTarget {
  std::string_view model;  ///< Decoded; empty: the body names it.
  StreamMode stream{};
};

/// Refers to the body it was read from and to the gateway's state; both outlive it.
class Question : public Pooled {
 public:
  /// Errors: kInvalidRequest, naming the field.
  static Result<std::unique_ptr<Question>> read(Dialect dialect, std::string_view body, const PathTarget& path,
                                                const HeaderSource& headers, bool client_credentials,
                                                const GatewayState& state);

  [[nodiscard]] const RequestView& view() const { return view_; }
  [[nodiscard]] const routing::Query& query() const { return query_; }
  [[nodiscard]] std::string_view body() const { return document_.text(); }
  /// The whole request as values, parsed when first asked for.
  Result<const ChatRequest*> chat();
  /// Decides. Errors as routing::resolve and routing::plan.
  Result<routing::Plan> plan(const routing::Table& table, routing::Purpose purpose = routing::Purpose::kRecord);

 private:
  Question() = default;
  std::string refusal(Dialect target);

  json::Document document_;
  RequestView view_;
  routing::Query query_;
  std::string text_;
  bool user_only_ = true;
  std::optional<Result<ChatRequest>> chat_;
};

}  // namespace switchyard
