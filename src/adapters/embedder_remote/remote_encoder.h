#pragma once
/// \file
/// An encoder behind an OpenAI-compatible POST /v1/embeddings. Each call blocks its thread and turns an event loop of
/// the encoder's own, one call at a time: for commands and for a pool's thread, not for a server's loop.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "net/tls/context.h"
#include "scoring/encoder.h"

namespace switchyard::embedder_remote {

constexpr std::size_t kTextsMax = 64;                         ///< In one request; servers take 64 to 2,048.
constexpr std::size_t kTextBytesMax = std::size_t{24} << 10;  ///< Of one text: 8,191 tokens, OpenAI's limit, or less.
constexpr std::size_t kAnswerBytesMax = std::size_t{64}
                                        << 20;  ///< 64 vectors of 8,192 numbers of 25 digits have 13 MiB.

struct RemoteSettings {
  std::string url;  ///< With or without /v1 at its end.
  std::string model;
  std::string key;  ///< Sent as a bearer token, unless empty.
  std::string https_proxy, no_proxy;
  std::chrono::milliseconds timeout{30'000};  ///< Of one request.
};

class RemoteEncoder final : public scoring::Encoder {
 public:
  /// Asks for one word's vector, which tells the dimension.
  /// Errors: kInvalidRequest for a bad URL or key; else as the server answers.
  static Result<std::unique_ptr<RemoteEncoder>> open(RemoteSettings settings);

  [[nodiscard]] std::size_t dimension() const override { return dimension_; }
  [[nodiscard]] std::string_view identity() const override { return identity_; }
  /// A text of blanks has a vector of zeros: servers refuse it. Long texts are cut at `kTextBytesMax`.
  /// Errors: kUpstreamUnavailable, kUpstreamTimeout, kUpstreamRejected (with the status), kRateLimited,
  /// kUnauthenticated.
  [[nodiscard]] Result<std::vector<float>> encode(std::span<const std::string_view> texts) const override;

 private:
  explicit RemoteEncoder(RemoteSettings settings) : settings_(std::move(settings)) {}
  Result<std::vector<float>> ask(std::span<const std::string_view> texts) const;
  Task<void> exchange(std::string_view body, std::optional<Result<std::string>>& out) const;

  RemoteSettings settings_;
  net::Url url_;
  std::string target_, header_lines_, identity_;
  std::size_t dimension_ = 0;
  SystemClock clock_;
  mutable std::mutex mutex_;  ///< Guards the loop, which is one thread's at a time.
  mutable net::EventLoop loop_{clock_};
  net::TlsContext tls_;
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace switchyard::embedder_remote
