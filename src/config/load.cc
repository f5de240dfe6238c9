#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/catalog_reader.h"
#include "config/env_file.h"
#include "config/registry.h"
#include "config/runtime_config.h"
#include "config/yaml_file.h"

extern char** environ;

namespace switchyard::config {
namespace {

std::optional<std::string> file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

/// Collects values in the order of their precedence, and every problem on the way.
class Loader {
 public:
  explicit Loader(const Sources& sources) : sources_(sources) {}

  Result<std::shared_ptr<const RuntimeConfig>> run() {
    take_environment();
    take_env_file(".env.local");
    take_env_file(".env");
    take_yaml();
    fill_defaults();
    auto config = std::make_shared<RuntimeConfig>();
    if (problems_.empty()) compile(*config);
    if (problems_.empty()) build_catalog(*config);
    if (problems_.empty()) check_references(*config);
    if (!problems_.empty()) return fail(ErrorKind::kInvalidRequest, problems_);
    config->settings = std::move(settings_);
    return config;
  }

 private:
  void problem(std::string_view text) {
    if (!problems_.empty()) problems_.push_back('\n');
    problems_.append(text);
  }
  [[nodiscard]] Setting* set(std::string_view name) {
    const auto found = std::ranges::find(settings_, name, &Setting::name);
    return found == settings_.end() ? nullptr : &*found;
  }
  /// The first source that names a variable wins. Empty values count as not given.
  void take(const std::string& name, const std::string& value, const std::string& origin) {
    const Variable* const variable = find_variable(name);
    if (variable == nullptr) {
      if (!name.starts_with("ROUTER_") && !name.starts_with("SWITCHYARD_")) return;
      const std::string_view nearest = nearest_variable(name);
      problem(origin + ": " + name + ": unknown variable" + (nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?"));
      return;
    }
    if (value.empty() || set(name) != nullptr) return;
    if (auto checked = check_value(*variable, value); !checked) problem(checked.error().message + " (" + origin + ")");
    settings_.push_back({name, value, origin, variable->type == VariableType::kSecret});
  }
  void take_environment() {
    for (const auto& [name, value] : sources_.environment) take(name, value, "environment");
  }
  void take_env_file(const std::string& name) {
    const auto text = file_text(std::filesystem::path(sources_.folder) / name);
    if (!text) return;
    const auto lines = parse_env_file(*text, name);
    if (!lines) return problem(lines.error().message);
    for (const EnvLine& line : *lines) take(line.name, line.value, name + ":" + std::to_string(line.line));
  }
  void take_yaml() {
    const std::string name = sources_.yaml_path.empty() ? "switchyard.yaml" : sources_.yaml_path;
    const auto path = sources_.yaml_path.empty() ? std::filesystem::path(sources_.folder) / name : std::filesystem::path(name);
    const auto text = file_text(path);
    if (!text) {
      if (!sources_.yaml_path.empty()) problem(name + ": cannot be read");
      return;
    }
    auto yaml = parse_yaml_file(*text, name);
    if (!yaml) return problem(yaml.error().message);
    for (const YamlSetting& s : yaml->settings) take(s.variable, s.value, name + ":" + std::to_string(s.line));
    yaml_catalog_ = std::move(yaml->catalog);
    yaml_name_ = name;
  }
  void fill_defaults() {
    std::vector<Setting> ordered;
    for (const Variable& v : variables()) {
      if (Setting* const given = set(v.name)) {
        ordered.push_back(std::move(*given));
      } else {
        ordered.push_back({std::string(v.name), std::string(v.fallback), "default", v.type == VariableType::kSecret});
      }
    }
    settings_ = std::move(ordered);
  }

  const std::string& text(std::string_view name) { return set(name)->value; }
  std::int64_t integer(std::string_view name) {
    const std::string& digits = text(name);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  std::size_t size(std::string_view name) { return static_cast<std::size_t>(integer(name)); }
  Milliseconds ms(std::string_view name) { return Milliseconds(integer(name)); }

  void compile(RuntimeConfig& c) {
    c.server = {.host = text("SWITCHYARD_HOST"),
                .port = static_cast<std::uint16_t>(integer("PORT")),
                .unix_path = text("SWITCHYARD_LISTEN_UNIX"),
                .tls_certificate = text("SWITCHYARD_TLS_CERTIFICATE"),
                .tls_key = text("SWITCHYARD_TLS_KEY"),
                .workers = size("SWITCHYARD_WORKERS"),
                .auth_required = text("SWITCHYARD_AUTH") == "required",
                .cors_origins = split_list(text("SWITCHYARD_CORS_ORIGINS")),
                .drain = std::chrono::seconds(integer("SWITCHYARD_DRAIN_SECONDS")),
                .connections_max = size("SWITCHYARD_LIMIT_CONNECTIONS"),
                .line_bytes_max = size("SWITCHYARD_LIMIT_LINE_BYTES"),
                .head_bytes_max = size("SWITCHYARD_LIMIT_HEAD_BYTES"),
                .fields_max = size("SWITCHYARD_LIMIT_FIELDS"),
                .body_bytes_max = size("SWITCHYARD_LIMIT_BODY_BYTES"),
                .json_depth_max = size("SWITCHYARD_LIMIT_JSON_DEPTH"),
                .head_time = ms("SWITCHYARD_LIMIT_HEAD_MS"),
                .body_time = ms("SWITCHYARD_LIMIT_BODY_MS"),
                .idle_time = ms("SWITCHYARD_LIMIT_IDLE_MS"),
                .write_time = ms("SWITCHYARD_LIMIT_WRITE_MS"),
                .request_time = ms("SWITCHYARD_REQUEST_MS")};
    c.upstream = {.connect = ms("SWITCHYARD_UPSTREAM_CONNECT_MS"),
                  .first_byte = ms("SWITCHYARD_UPSTREAM_FIRST_BYTE_MS"),
                  .between_bytes = ms("SWITCHYARD_UPSTREAM_BETWEEN_BYTES_MS"),
                  .idle_time = ms("SWITCHYARD_UPSTREAM_IDLE_MS"),
                  .dns_max_age = ms("SWITCHYARD_DNS_MAX_AGE_MS"),
                  .connections_max = size("SWITCHYARD_UPSTREAM_CONNECTIONS"),
                  .idle_per_origin_max = size("SWITCHYARD_UPSTREAM_IDLE_CONNECTIONS"),
                  .https_proxy = text("HTTPS_PROXY"),
                  .no_proxy = text("NO_PROXY")};
    c.routing = {.honor_named_models = text("ROUTER_NAMED_MODELS") == "honor",
                 .embed_only_user_message = text("ROUTER_EMBED_ONLY_USER_MESSAGE") == "true" || text("ROUTER_EMBED_ONLY_USER_MESSAGE") == "1",
                 .cluster_version = text("ROUTER_CLUSTER_VERSION"),
                 .hard_pin_model = text("ROUTER_HARD_PIN_MODEL"),
                 .hard_pin_provider = text("ROUTER_HARD_PIN_PROVIDER"),
                 .artifacts_dir = text("SWITCHYARD_ARTIFACTS_DIR"),
                 .excluded_models = split_list(text("ROUTER_EXCLUDED_MODELS")),
                 .excluded_providers = split_list(text("ROUTER_EXCLUDED_PROVIDERS")),
                 .top_p = size("ROUTER_CLUSTER_TOP_P"),
                 .attempts_max = size("SWITCHYARD_ATTEMPTS"),
                 .embed_timeout = ms("ROUTER_CLUSTER_EMBED_TIMEOUT_MS"),
                 .alpha = std::nullopt};
    if (const std::string& alpha = text("SWITCHYARD_ALPHA"); !alpha.empty()) c.routing.alpha = std::stod(alpha);
    c.storage = {.data_dir = text("SWITCHYARD_DATA_DIR"),
                 .ledger_fsync = ms("SWITCHYARD_LEDGER_FSYNC_MS"),
                 .journal_bytes_max = static_cast<std::uint64_t>(integer("SWITCHYARD_LEDGER_JOURNAL_BYTES"))};
    c.log_level = text("SWITCHYARD_LOG_LEVEL");
    c.log_format = text("SWITCHYARD_LOG_FORMAT");
    if (c.server.tls_certificate.empty() != c.server.tls_key.empty()) {
      problem("SWITCHYARD_TLS_CERTIFICATE, SWITCHYARD_TLS_KEY: expected both or neither");
    }
    if (!c.routing.hard_pin_provider.empty() && c.routing.hard_pin_model.empty()) {
      problem("ROUTER_HARD_PIN_PROVIDER: expected ROUTER_HARD_PIN_MODEL beside it");
    }
  }

  void build_catalog(RuntimeConfig& c) {
    CatalogEntries entries;
    const std::string& path = text("SWITCHYARD_CATALOG");
    if (path.empty()) {
      take_catalog(read_catalog(built_in_catalog(), "built-in catalog", entries));
    } else if (const auto file = file_text(path)) {
      take_catalog(read_catalog(*file, path, entries));
    } else {
      problem("SWITCHYARD_CATALOG: '" + path + "' cannot be read");
    }
    if (!yaml_catalog_.empty()) take_catalog(read_catalog(yaml_catalog_, yaml_name_, entries));
    if (!problems_.empty()) return;
    auto built = assemble(std::move(entries));
    if (!built) return problem(built.error().message);
    c.catalog = *std::move(built);
  }
  void take_catalog(const Result<void>& read) {
    if (!read) problem(read.error().message);
  }

  /// Keeps the providers that can be used, and adds the mock behind them.
  Result<Catalog> assemble(CatalogEntries entries) {
    std::vector<Provider> providers;
    for (const ProviderEntry& entry : entries.providers) provider_names_.push_back(entry.provider.name);
    for (ProviderEntry& entry : entries.providers) {
      Provider& p = entry.provider;
      if (const Setting* key = set(entry.key_variable); key && !key->value.empty()) p.api_key = key->value;
      else if (const auto own = sources_.environment.find(entry.key_variable); p.api_key.empty() && own != sources_.environment.end()) p.api_key = own->second;
      if (const Setting* url = set(entry.url_variable); url && url->origin != "default") p.base_url = url->value;
      normalise(p);
      if (p.name == "anthropic" && p.api_key.empty()) p.passthrough = true;
      if (p.usable()) providers.push_back(std::move(p));
    }
    const std::string& mock_url = text("SWITCHYARD_MOCK_URL");
    if (!mock_url.empty()) {
      for (const auto& [name, dialect, chat] : {std::tuple{"mock", Dialect::kOpenAiChat, "/v1/chat/completions"},
                                                std::tuple{"mock-anthropic", Dialect::kAnthropic, "/v1/messages"}}) {
        Provider mock;
        mock.name = name;
        mock.dialect = dialect;
        mock.base_url = mock_url;
        mock.chat_path = chat;
        mock.auth = AuthScheme::kNone;
        normalise(mock);
        providers.push_back(std::move(mock));
      }
    }
    return bind(std::move(entries), std::move(providers));
  }

  Result<Catalog> bind(CatalogEntries entries, std::vector<Provider> providers) {
    const auto index_of = [&](std::string_view name) -> std::optional<std::uint32_t> {
      const auto found = std::ranges::find(providers, name, &Provider::name);
      if (found == providers.end()) return std::nullopt;
      return static_cast<std::uint32_t>(found - providers.begin());
    };
    std::map<std::string, std::uint32_t, std::less<>> model_index;
    for (std::uint32_t i = 0; i < entries.models.size(); ++i) model_index.emplace(entries.models[i].id, i);
    std::vector<Binding> bindings;
    std::vector<std::optional<Price>> first_price(entries.models.size());
    for (BindingEntry& entry : entries.bindings) {
      const auto model = model_index.find(entry.model);
      if (model == model_index.end()) return fail(ErrorKind::kInvalidRequest, "bindings: model '" + entry.model + "' is not in the catalog");
      if (std::ranges::find(provider_names_, entry.provider) == provider_names_.end()) return fail(ErrorKind::kInvalidRequest, "bindings: provider '" + entry.provider + "' is not in the catalog");
      if (!first_price[model->second]) first_price[model->second] = entry.binding.price;
      const auto provider = index_of(entry.provider);
      if (!provider) continue;
      entry.binding.model = model->second;
      entry.binding.provider = *provider;
      bindings.push_back(std::move(entry.binding));
    }
    for (std::uint32_t i = 0; i < entries.models.size(); ++i) {
      const auto mock = index_of(entries.models[i].owner == "anthropic" ? "mock-anthropic" : "mock");
      if (!mock) continue;
      Binding b;
      b.model = i;
      b.provider = *mock;
      b.upstream_id = entries.models[i].id;
      b.price = first_price[i].value_or(Price{});
      bindings.push_back(std::move(b));
    }
    return Catalog::build(std::move(entries.models), std::move(providers), std::move(bindings));
  }

  /// "http://host/v1/" and "http://host" mean the same when the chat path begins with /v1.
  static void normalise(Provider& p) {
    while (p.base_url.ends_with('/')) p.base_url.pop_back();
    if (p.base_url.ends_with("/v1") && p.chat_path.starts_with("/v1/")) p.base_url.resize(p.base_url.size() - 3);
  }

  void check_references(const RuntimeConfig& c) {
    const auto model = [&](std::string_view variable, const std::string& name) {
      if (name.empty() || c.catalog.find_model(name)) return;
      std::string text = std::string(variable) + ": model '" + name + "' is not in the catalog";
      for (const std::string& near : c.catalog.near_names(name, 1)) text += "; did you mean " + near + "?";
      problem(text);
    };
    model("ROUTER_HARD_PIN_MODEL", c.routing.hard_pin_model);
    for (const std::string& name : c.routing.excluded_models) model("ROUTER_EXCLUDED_MODELS", name);
    if (!c.routing.hard_pin_provider.empty() && !c.catalog.find_provider(c.routing.hard_pin_provider)) {
      problem("ROUTER_HARD_PIN_PROVIDER: provider '" + c.routing.hard_pin_provider + "' is not set up");
    }
  }

  const Sources& sources_;
  std::vector<Setting> settings_;
  std::vector<std::string> provider_names_;  ///< All that the files name, usable or not.
  std::string problems_, yaml_catalog_, yaml_name_;
};

}  // namespace

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> map;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry = *at;
    if (const std::size_t equals = entry.find('='); equals != std::string_view::npos) {
      map.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return map;
}

Result<std::shared_ptr<const RuntimeConfig>> load(const Sources& sources) { return Loader(sources).run(); }

bool has_provider_key(const RuntimeConfig& config) {
  return std::ranges::any_of(config.catalog.providers(), [](const Provider& p) { return !p.api_key.empty(); });
}

}  // namespace switchyard::config
