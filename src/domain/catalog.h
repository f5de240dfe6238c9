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
#include "domain/provider.h"
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

/// What is known about a binding's price. Unknown is not free: a sum of such costs is a lower bound.
enum class Pricing : std::uint8_t { kQuoted, kFree, kUnknown };

/// One model at one provider.
struct Binding {
  std::uint32_t model = 0;     ///< Index into `Catalog::models()`.
  std::uint32_t provider = 0;  ///< Index into `Catalog::providers()`.
  std::string upstream_id;     ///< The provider's name for the model.
  Price price;                 ///< All zero unless `pricing` is kQuoted.
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
