#pragma once
/// \file
/// Where models are served, and how: dialect, credentials, paths, and by-name deviations from the dialect. All of it is
/// data, so that a new provider needs no code.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "domain/dialect.h"

namespace switchyard {

/// How a provider wants its credentials.
enum class AuthScheme : std::uint8_t {
  kBearer,
  kXApiKey,      ///< x-api-key (Anthropic).
  kApiKey,       ///< api-key (Azure).
  kXGoogApiKey,  ///< x-goog-api-key (Gemini).
  kAwsSigV4,     ///< Signed with the AWS credentials of the environment (Bedrock).
  kGoogleOauth,  ///< A bearer token of Google's application default credentials (Vertex AI).
  kNone,
};

/// How a provider frames the events of a stream.
enum class Framing : std::uint8_t { kSse, kAwsEventStream };

/// What a provider can do with streams.
enum class Streams : std::uint8_t { kBoth, kNever, kOnly };

/// By-name deviations of a provider from its dialect; data, read by the emitters.
struct ProviderQuirks {
  bool max_completion_tokens = false;  ///< Wants max_completion_tokens, refuses max_tokens (OpenAI's reasoning models).
  bool stream_options = true;          ///< Knows stream_options.include_usage.
  bool developer_role = false;         ///< Knows the developer role; otherwise it is sent as system.
  bool reasoning_effort = true;        ///< Knows reasoning_effort; otherwise it is left out.
  bool model_in_body = true;           ///< The body names the model and whether to stream; otherwise the path does.
  bool stream_in_body = false;         ///< With the model in the path: the body says whether to stream all the same.
  Streams streams = Streams::kBoth;
  std::string anthropic_version;  ///< Bedrock's and Vertex AI's own version, which stands in the body.
  friend bool operator==(const ProviderQuirks&, const ProviderQuirks&) = default;
};

inline const ProviderQuirks kNoQuirks;

struct Provider {
  std::string name;       ///< "anthropic", "openai", "google", "openrouter", "mock", ...
  Dialect dialect{};      ///< What its chat endpoint speaks.
  std::string base_url;   ///< Absolute http(s) URL without a trailing slash; paths such as "/v1/messages" are appended.
  std::string chat_path;  ///< "/v1/messages", "/chat/completions". "{model}" stands for the model's name.
  std::string stream_path;  ///< Where streams are asked for, if elsewhere.
  AuthScheme auth = AuthScheme::kBearer;
  Framing framing = Framing::kSse;
  std::string api_key;        ///< Secret: never printed. Empty with `passthrough` or kNone.
  bool passthrough = false;   ///< The client's own credentials go upstream (Anthropic without a key of ours).
  std::string extra_headers;  ///< "name: value\r\n" each.
  ProviderQuirks quirks;
  /// Whether it may be asked. Credentials of a cloud's environment are looked for when they are needed.
  [[nodiscard]] bool usable() const {
    return passthrough || auth == AuthScheme::kNone || auth == AuthScheme::kAwsSigV4 ||
           auth == AuthScheme::kGoogleOauth || !api_key.empty();
  }
};

// --- the names of the choices above in catalogs and configuration

constexpr std::pair<AuthScheme, std::string_view> kAuthNames[] = {
    {AuthScheme::kBearer, "bearer"},      {AuthScheme::kXApiKey, "x_api_key"},
    {AuthScheme::kApiKey, "api_key"},     {AuthScheme::kXGoogApiKey, "x_goog_api_key"},
    {AuthScheme::kAwsSigV4, "aws_sigv4"}, {AuthScheme::kGoogleOauth, "google_oauth"},
    {AuthScheme::kNone, "none"}};
constexpr std::pair<Framing, std::string_view> kFramingNames[] = {{Framing::kSse, "sse"},
                                                                  {Framing::kAwsEventStream, "aws_event_stream"}};
constexpr std::pair<Streams, std::string_view> kStreamsNames[] = {
    {Streams::kBoth, "both"}, {Streams::kNever, "never"}, {Streams::kOnly, "only"}};

template <class Choice, std::size_t n>
constexpr std::string_view choice_name(const std::pair<Choice, std::string_view> (&names)[n], Choice choice) {
  for (const auto& [value, name] : names) {
    if (value == choice) return name;
  }
  return {};
}

}  // namespace switchyard
