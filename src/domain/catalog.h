#pragma once
/// \file
/// What can be served: models, the providers that serve them, and the bindings between the two with their prices.
/// A catalog is built once, checked whole, and never changed; many threads read it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "domain/dialect.h"
#include "domain/usage.h"

namespace switchyard {

struct ModelCapabilities {
  bool tools = true;
  bool images = false;
  bool json_schema = true;
  bool reasoning = false;
  friend bool operator==(const ModelCapabilities&, const ModelCapabilities&) = default;
};

enum class Tier : std::uint8_t { kNone, kLow, kMid, kHigh };  ///< kNone: served when named, never chosen by a router.

struct Model {
  std::string id;                    ///< "claude-sonnet-5", "openai/..." never: the provider is the binding's.
  std::string owner;                 ///< "anthropic", "openai", "google", "deepseek", ...
  std::vector<std::string> aliases;  ///< Other names that clients use for it.
  TokenCount context_window = 0;     ///< Prompt and answer together.
  TokenCount output_max = 0;
  Tier tier = Tier::kNone;
  ModelCapabilities capabilities;
};

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
  Streams streams = Streams::kBoth;
  std::string anthropic_version;  ///< Bedrock's and Vertex AI's own version, which stands in the body.
  friend bool operator==(const ProviderQuirks&, const ProviderQuirks&) = default;
};

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

/// What is known about a binding's price. Unknown is not free: a sum of such costs is a lower bound.
enum class Pricing : std::uint8_t { kQuoted, kFree, kUnknown };

/// One model at one provider.
struct Binding {
  std::uint32_t model = 0;     ///< Index into `Catalog::models()`.
  std::uint32_t provider = 0;  ///< Index into `Catalog::providers()`.
  std::string upstream_id;     ///< The provider's name for the model.
  Price price;  ///< All zero unless `pricing` is kQuoted.
  Pricing pricing = Pricing::kQuoted;
  std::string price_date;                ///< "2026-08-22": when the price was valid.
  TokenCount context_window = 0;         ///< 0: the model's.
  std::optional<ProviderQuirks> quirks;  ///< Replaces the provider's for this model.
};

/// Immutable once built. Every lookup is in memory and does not allocate.
class Catalog {
 public:
  Catalog() = default;
  /// Checks references, duplicate names and aliases. Bindings keep their order: the first usable one is preferred.
  /// Errors: kInvalidRequest, naming the entry.
  static Result<Catalog> build(std::vector<Model> models, std::vector<Provider> providers,
                               std::vector<Binding> bindings);

  [[nodiscard]] const std::vector<Model>& models() const { return models_; }
  [[nodiscard]] const std::vector<Provider>& providers() const { return providers_; }
  [[nodiscard]] const std::vector<Binding>& bindings() const { return bindings_; }

  /// By id or alias. A dated id ("claude-haiku-4-5-20251001") falls back to the undated one; a "[1m]" suffix is
  /// ignored.
  [[nodiscard]] std::optional<std::uint32_t> find_model(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint32_t> find_provider(std::string_view name) const;
  /// Indices into `bindings()`, preferred first.
  [[nodiscard]] const std::vector<std::uint32_t>& bindings_of(std::uint32_t model) const { return of_model_[model]; }
  /// The window that holds for this binding.
  [[nodiscard]] TokenCount context_window(const Binding& binding) const {
    return binding.context_window ? binding.context_window : models_[binding.model].context_window;
  }
  /// At most `count_max` known ids that resemble `name`, best first (for 404 messages).
  [[nodiscard]] std::vector<std::string> near_names(std::string_view name, std::size_t count_max = 3) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using Index = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

  std::vector<Model> models_;
  std::vector<Provider> providers_;
  std::vector<Binding> bindings_;
  Index model_index_, provider_index_;
  std::vector<std::vector<std::uint32_t>> of_model_;
};

/// The path of a chat call to `binding`'s provider: "{model}" replaced by its name, percent-encoded.
std::string chat_path(const Provider& provider, const Binding& binding, StreamMode mode);

/// Edit distance with adjacent transpositions (Damerau-Levenshtein), for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace switchyard
