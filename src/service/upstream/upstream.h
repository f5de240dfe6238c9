#pragma once
/// \file
/// How a use case reaches a provider. Implemented by adapters over HTTP; by a test over nothing.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/body_source.h"
#include "base/cancel_token.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/catalog.h"

namespace switchyard {
namespace config {
struct RuntimeConfig;
}

struct UpstreamCall {
  const std::shared_ptr<const config::RuntimeConfig>* config = nullptr;  ///< Whose providers `provider` counts.
  std::uint32_t provider = 0;                                            ///< Index into the catalog's providers.
  std::string_view method = "POST";
  std::string_view path;                   ///< Behind the provider's base URL: "/v1/messages".
  std::string_view header_lines;           ///< "name: value\r\n" each, credentials included.
  std::span<const std::string_view> body;  ///< Sent as they are, in order.
  BodySource* rest = nullptr;              ///< What follows `body`, sent as it arrives. May be null.
  Deadline deadline = Deadline::never();
};

/// An answer being read. Destroying it before its end ends the call.
class UpstreamAnswer {
 public:
  virtual ~UpstreamAnswer() = default;
  [[nodiscard]] virtual int status() const = 0;
  [[nodiscard]] virtual std::optional<std::string_view> header(std::string_view name) const = 0;
  /// Calls `visit` for every header of the answer, in order.
  virtual void for_each_header(
      const std::function<void(std::string_view name, std::string_view value)>& visit) const = 0;
  /// The next bytes of the body; empty at its end. Valid until the next call.
  /// Errors: kUpstreamUnavailable (broke off), kUpstreamTimeout, kCancelled.
  virtual Task<Result<std::string_view>> read() = 0;
  /// Whether what has been read so far is the whole body.
  [[nodiscard]] virtual bool complete() const = 0;
};

/// Used on one thread.
class Upstreams {
 public:
  virtual ~Upstreams() = default;
  /// Sends the call and waits for the answer's head. What the call points to stays alive until it returns; `token` ends
  /// the call, and later the reading of its answer. Errors: kUpstreamUnavailable, kUpstreamTimeout, kUnavailable,
  /// kCancelled, or those of the call's `rest`.
  virtual Task<Result<std::unique_ptr<UpstreamAnswer>>> open(UpstreamCall call, CancelToken& token) = 0;
};

}  // namespace switchyard
