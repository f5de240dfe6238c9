#include "config/catalog_reader.h"

#include <algorithm>
#include <initializer_list>

#include "base/json.h"

namespace switchyard::config {
namespace {

std::unexpected<Error> bad(std::string path, std::string_view what) {
  return fail(ErrorKind::kInvalidRequest, std::move(path.append(": ").append(what)));
}

/// One object of the file, with its path for messages.
class Entry {
 public:
  Entry(json::Value value, std::string path) : value_(value), path_(std::move(path)) {}

  Result<void> only(std::initializer_list<std::string_view> keys) const {
    if (!value_.is_object()) return bad(path_, "expected an object");
    for (const json::Member member : value_.members()) {
      const std::string key = member.key.string();
      if (std::ranges::find(keys, key) != keys.end()) continue;
      std::string_view nearest = *keys.begin();
      for (const std::string_view known : keys) {
        if (edit_distance(key, known) < edit_distance(key, nearest)) nearest = known;
      }
      return bad(path_ + "." + key, "unknown key; did you mean " + std::string(nearest) + "?");
    }
    return {};
  }
  Result<std::string> text(std::string_view key, std::string fallback = {}) const {
    const json::Value value = value_[key];
    if (!value.has_value()) return fallback;
    if (!value.is_string()) return bad(at(key), "expected a string");
    return value.string();
  }
  Result<std::string> required(std::string_view key) const {
    SY_TRY(std::string text, this->text(key));
    if (text.empty()) return bad(at(key), "expected a string");
    return text;
  }
  Result<std::int64_t> count(std::string_view key, std::int64_t fallback = 0) const {
    const json::Value value = value_[key];
    if (!value.has_value()) return fallback;
    const auto number = value.integer();
    if (!number || *number < 0) return bad(at(key), "expected an integer of at least 0");
    return *number;
  }
  Result<bool> flag(std::string_view key, bool fallback) const {
    const json::Value value = value_[key];
    if (!value.has_value()) return fallback;
    if (!value.is_bool()) return bad(at(key), "expected true or false");
    return *value.boolean();
  }
  /// A price as decimal text or number.
  Result<Usd> price(std::string_view key, Usd fallback) const {
    const json::Value value = value_[key];
    if (!value.has_value()) return fallback;
    auto micro = micro_usd(value.is_string() ? value.string() : value.raw());
    if (!micro) return bad(at(key), "expected USD per million tokens, with at most 6 decimals");
    return Usd::per_token(*micro);
  }
  [[nodiscard]] Entry inner(std::string_view key) const { return {value_[key], at(key)}; }
  [[nodiscard]] json::Value value() const { return value_; }
  [[nodiscard]] std::string at(std::string_view key) const { return path_ + "." + std::string(key); }

 private:
  json::Value value_;
  std::string path_;
};

Result<ProviderQuirks> read_quirks(const Entry& entry) {
  ProviderQuirks quirks;
  SY_CHECK(entry.only({"max_completion_tokens", "stream_options", "developer_role"}));
  SY_TRY(quirks.max_completion_tokens, entry.flag("max_completion_tokens", quirks.max_completion_tokens));
  SY_TRY(quirks.stream_options, entry.flag("stream_options", quirks.stream_options));
  SY_TRY(quirks.developer_role, entry.flag("developer_role", quirks.developer_role));
  return quirks;
}

Result<ProviderEntry> read_provider(const Entry& entry) {
  SY_CHECK(entry.only({"name", "dialect", "base_url", "chat_path", "auth", "api_key", "key_variable", "url_variable", "quirks"}));
  ProviderEntry read;
  Provider& p = read.provider;
  SY_TRY(p.name, entry.required("name"));
  SY_TRY(const std::string dialect, entry.text("dialect", "openai_chat"));
  const auto known = dialect_from_name(dialect);
  if (!known) return bad(entry.at("dialect"), "expected openai_chat or anthropic");
  p.dialect = *known;
  SY_TRY(p.base_url, entry.required("base_url"));
  SY_TRY(p.chat_path, entry.text("chat_path", p.dialect == Dialect::kAnthropic ? "/v1/messages" : "/v1/chat/completions"));
  SY_TRY(const std::string auth, entry.text("auth", p.dialect == Dialect::kAnthropic ? "x_api_key" : "bearer"));
  if (auth != "bearer" && auth != "x_api_key" && auth != "none") return bad(entry.at("auth"), "expected bearer, x_api_key or none");
  p.auth = auth == "bearer" ? AuthScheme::kBearer : auth == "none" ? AuthScheme::kNone : AuthScheme::kXApiKey;
  SY_TRY(p.api_key, entry.text("api_key"));
  SY_TRY(read.key_variable, entry.text("key_variable"));
  SY_TRY(read.url_variable, entry.text("url_variable"));
  if (entry.value()["quirks"].exists()) {
    SY_TRY(p.quirks, read_quirks(entry.inner("quirks")));
  }
  return read;
}

Result<Model> read_model(const Entry& entry) {
  SY_CHECK(entry.only({"id", "owner", "aliases", "context_window", "output_max", "tier", "capabilities"}));
  Model m;
  SY_TRY(m.id, entry.required("id"));
  SY_TRY(m.owner, entry.text("owner"));
  for (const json::Value alias : entry.value()["aliases"].elements()) {
    if (!alias.is_string()) return bad(entry.at("aliases"), "expected strings");
    m.aliases.push_back(alias.string());
  }
  SY_TRY(m.context_window, entry.count("context_window"));
  if (m.context_window == 0) return bad(entry.at("context_window"), "expected an integer of at least 1");
  SY_TRY(m.output_max, entry.count("output_max"));
  SY_TRY(const std::string tier, entry.text("tier", "none"));
  if (tier == "low") m.tier = Tier::kLow;
  else if (tier == "mid") m.tier = Tier::kMid;
  else if (tier == "high") m.tier = Tier::kHigh;
  else if (tier != "none") return bad(entry.at("tier"), "expected none, low, mid or high");
  if (entry.value()["capabilities"].exists()) {
    const Entry capabilities = entry.inner("capabilities");
    SY_CHECK(capabilities.only({"tools", "images", "json_schema", "reasoning"}));
    SY_TRY(m.capabilities.tools, capabilities.flag("tools", m.capabilities.tools));
    SY_TRY(m.capabilities.images, capabilities.flag("images", m.capabilities.images));
    SY_TRY(m.capabilities.json_schema, capabilities.flag("json_schema", m.capabilities.json_schema));
    SY_TRY(m.capabilities.reasoning, capabilities.flag("reasoning", m.capabilities.reasoning));
  }
  return m;
}

Result<BindingEntry> read_binding(const Entry& entry) {
  SY_CHECK(entry.only({"model", "provider", "upstream_id", "price", "date", "context_window", "quirks"}));
  BindingEntry read;
  SY_TRY(read.model, entry.required("model"));
  SY_TRY(read.provider, entry.required("provider"));
  Binding& b = read.binding;
  SY_TRY(b.upstream_id, entry.text("upstream_id", read.model));
  SY_TRY(b.price_date, entry.text("date"));
  SY_TRY(b.context_window, entry.count("context_window"));
  const Entry price = entry.inner("price");
  SY_CHECK(price.only({"input", "output", "cache_read", "cache_write"}));
  SY_TRY(b.price.input, price.price("input", {}));
  SY_TRY(b.price.output, price.price("output", {}));
  SY_TRY(b.price.cache_read, price.price("cache_read", b.price.input));
  SY_TRY(b.price.cache_write, price.price("cache_write", b.price.input));
  if (entry.value()["quirks"].exists()) {
    SY_TRY(b.quirks, read_quirks(entry.inner("quirks")));
  }
  return read;
}

/// Replaces the entry that `same` finds, or appends.
template <class T, class Same>
void put(std::vector<T>& list, T entry, Same same) {
  const auto found = std::ranges::find_if(list, same);
  if (found == list.end()) {
    list.push_back(std::move(entry));
  } else {
    *found = std::move(entry);
  }
}

}  // namespace

Result<std::int64_t> micro_usd(std::string_view decimal) {
  std::int64_t value = 0;
  int decimals = -1;
  bool any = false;
  for (const char c : decimal) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || decimals == 6 || value > 100'000'000'000) return bad("price", "expected a decimal");
    value = value * 10 + (c - '0');
    any = true;
    if (decimals >= 0) ++decimals;
  }
  if (!any) return bad("price", "expected a decimal");
  for (decimals = std::max(decimals, 0); decimals < 6; ++decimals) value *= 10;
  return value;
}

Result<void> read_catalog(std::string_view text, std::string_view file_name, CatalogEntries& into) {
  const auto document = json::Document::parse(text);
  if (!document) return bad(std::string(file_name), document.error().message);
  const std::string prefix = std::string(file_name) + ": ";
  const json::Value root = document->root();
  for (const json::Member member : root.members()) {
    if (!member.key.equals("providers") && !member.key.equals("models") && !member.key.equals("bindings")) {
      return bad(prefix + member.key.string(), "unknown key; expected providers, models or bindings");
    }
  }
  std::size_t index = 0;
  const auto path = [&](const char* list) { return prefix + list + "[" + std::to_string(index++) + "]"; };
  for (const json::Value value : root["providers"].elements()) {
    SY_TRY(ProviderEntry entry, read_provider(Entry(value, path("providers"))));
    put(into.providers, entry, [&](const ProviderEntry& e) { return e.provider.name == entry.provider.name; });
  }
  index = 0;
  for (const json::Value value : root["models"].elements()) {
    SY_TRY(Model entry, read_model(Entry(value, path("models"))));
    put(into.models, entry, [&](const Model& e) { return e.id == entry.id; });
  }
  index = 0;
  for (const json::Value value : root["bindings"].elements()) {
    SY_TRY(BindingEntry entry, read_binding(Entry(value, path("bindings"))));
    put(into.bindings, entry,
        [&](const BindingEntry& e) { return e.model == entry.model && e.provider == entry.provider; });
  }
  return {};
}

}  // namespace switchyard::config
