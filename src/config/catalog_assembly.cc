#include "config/catalog_assembly.h"

#include <algorithm>
#include <map>
#include <ranges>

#include "config/base_url.h"
#include "config/nearest.h"
#include "config/placeholders.h"

namespace switchyard::config {
namespace {

struct MockKind {
  const char* name;
  Dialect dialect;
  const char* chat_path;
};
constexpr MockKind kMocks[] = {{"mock", Dialect::kOpenAiChat, "/v1/chat/completions"},
                               {"mock-anthropic", Dialect::kAnthropic, "/v1/messages"}};

Result<void> check_key(const ProviderEntry& entry) {
  const bool sendable = std::ranges::all_of(entry.provider.api_key, [](char c) { return c > ' ' && c < 0x7f; });
  if (sendable) return {};
  return fail(ErrorKind::kInvalidRequest,
              entry.place + ".api_key: expected visible ASCII characters only, as a header can carry them");
}

/// Vertex AI's location "global" has no host of its own.
constexpr std::string_view kGlobalVertex = "https://global-aiplatform.googleapis.com";
constexpr std::string_view kVertex = "https://aiplatform.googleapis.com";

void settle_url(Provider& p, std::string_view given) {
  if (given == kGlobalVertex) given = kVertex;
  Endpoint endpoint = endpoint_of(given, p.base_url, p.chat_path);
  // Both paths begin with the same version, or neither with one, so that one base serves them.
  if (!p.stream_path.empty()) p.stream_path = endpoint_of(given, p.base_url, p.stream_path).chat_path;
  p.base_url = std::move(endpoint.base_url);
  p.chat_path = std::move(endpoint.chat_path);
}

/// The URL and the paths with the settings that they name; false if one is not set.
Result<bool> settle_place(ProviderEntry& entry, const Settings& settings) {
  Provider& p = entry.provider;
  const bool given = !settings.is_default(entry.url_variable);
  for (std::string* text : {&p.chat_path, &p.stream_path}) {
    SY_TRY(auto filled, fill_placeholders(*text, settings));
    if (!filled) return false;
    *text = *std::move(filled);
  }
  SY_TRY(auto usual, fill_placeholders(p.base_url, settings));
  if (!given && !usual) return false;
  if (usual) p.base_url = *std::move(usual);
  settle_url(p, given ? settings.text(entry.url_variable) : p.base_url);
  return given || !entry.local;
}

/// Keeps the providers that can be used, and adds the mocks behind them.
Result<std::vector<Provider>> usable_providers(std::vector<ProviderEntry>& entries, const Settings& settings) {
  std::vector<Provider> providers;
  for (ProviderEntry& entry : entries) {
    Provider& p = entry.provider;
    SY_CHECK(check_key(entry));
    if (const std::string& key = settings.text(entry.key_variable); !key.empty()) p.api_key = key;
    SY_TRY(const bool placed, settle_place(entry, settings));
    if (p.name == "anthropic" && p.api_key.empty()) p.passthrough = true;
    if (entry.local && p.api_key.empty()) p.auth = AuthScheme::kNone;
    if (placed && p.usable()) providers.push_back(std::move(p));
  }
  const std::string& mock_url = settings.text("SWITCHYARD_MOCK_URL");
  if (mock_url.empty()) return providers;
  for (const MockKind& kind : kMocks) {
    Provider mock;
    mock.name = kind.name;
    mock.dialect = kind.dialect;
    mock.base_url = mock_url;
    mock.chat_path = kind.chat_path;
    mock.auth = AuthScheme::kNone;
    settle_url(mock, mock_url);
    providers.push_back(std::move(mock));
  }
  return providers;
}

std::optional<std::uint32_t> index_of(const std::vector<Provider>& providers, std::string_view name) {
  const auto found = std::ranges::find(providers, name, &Provider::name);
  if (found == providers.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - providers.begin());
}

/// Joins models and providers. A mock takes the price of the model's first binding, so that costs look real.
class Binder {
 public:
  Binder(CatalogEntries& entries, const std::vector<Provider>& providers, const std::vector<std::string>& names)
      : entries_(entries), providers_(providers), names_(names), first_(entries.models.size()) {
    for (std::uint32_t i = 0; i < entries.models.size(); ++i) model_index_.emplace(entries.models[i].id, i);
  }

  Result<std::vector<Binding>> run() {
    for (BindingEntry& entry : entries_.bindings) SY_CHECK(bind(entry));
    for (std::uint32_t model = 0; model < entries_.models.size(); ++model) bind_mock(model);
    return std::move(bindings_);
  }

 private:
  Result<void> bind(BindingEntry& entry) {
    const auto model = model_index_.find(entry.model);
    if (model == model_index_.end()) return unknown(entry, "model", entry.model, std::views::keys(model_index_));
    if (std::ranges::find(names_, entry.provider) == names_.end())
      return unknown(entry, "provider", entry.provider, names_);
    if (!first_[model->second]) first_[model->second] = entry.binding;
    const auto provider = index_of(providers_, entry.provider);
    if (!provider) return {};
    entry.binding.model = model->second;
    entry.binding.provider = *provider;
    bindings_.push_back(std::move(entry.binding));
    return {};
  }
  template <class Names>
  static std::unexpected<Error> unknown(const BindingEntry& entry, const char* kind, const std::string& name,
                                        const Names& known) {
    const std::string_view near = nearest(name, known);
    return fail(ErrorKind::kInvalidRequest, entry.place + "." + kind + ": '" + std::string(shown_name(name)) +
                                                "' is not in the catalog" +
                                                (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
  }
  void bind_mock(std::uint32_t model) {
    const auto mock = index_of(providers_, entries_.models[model].owner == "anthropic" ? "mock-anthropic" : "mock");
    if (!mock) return;
    Binding b;
    b.model = model;
    b.provider = *mock;
    b.upstream_id = entries_.models[model].id;
    b.price = first_[model] ? first_[model]->price : Price{};
    b.pricing = first_[model] ? first_[model]->pricing : Pricing::kUnknown;
    bindings_.push_back(std::move(b));
  }

  CatalogEntries& entries_;
  const std::vector<Provider>& providers_;
  const std::vector<std::string>& names_;
  std::map<std::string, std::uint32_t, std::less<>> model_index_;
  std::vector<std::optional<Binding>> first_;  ///< By model.
  std::vector<Binding> bindings_;
};

}  // namespace

void declare_variables(const CatalogEntries& entries, Settings& settings) {
  for (const ProviderEntry& entry : entries.providers) {
    settings.declare(entry.key_variable, VariableType::kSecret, entry.place);
    settings.declare(entry.url_variable, VariableType::kUrl, entry.place);
    for (const std::string* text : {&entry.provider.base_url, &entry.provider.chat_path, &entry.provider.stream_path}) {
      for (const Placeholder& one : placeholders(*text).value_or(std::vector<Placeholder>{})) {
        for (const std::string& name : one.names) settings.declare(name, VariableType::kString, entry.place);
      }
    }
  }
}

std::vector<std::string> provider_names(const CatalogEntries& entries) {
  std::vector<std::string> names;
  for (const ProviderEntry& entry : entries.providers) names.push_back(entry.provider.name);
  for (const MockKind& kind : kMocks) names.emplace_back(kind.name);
  return names;
}

Result<Catalog> assemble_catalog(CatalogEntries entries, const Settings& settings) {
  const std::vector<std::string> names = provider_names(entries);
  SY_TRY(std::vector<Provider> providers, usable_providers(entries.providers, settings));
  SY_TRY(std::vector<Binding> bindings, Binder(entries, providers, names).run());
  return Catalog::build(std::move(entries.models), std::move(providers), std::move(bindings));
}

}  // namespace switchyard::config
