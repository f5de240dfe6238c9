#include "config/catalog_reader.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "config/base_url.h"
#include "config/catalog_entry.h"
#include "config/nearest.h"
#include "config/placeholders.h"

namespace switchyard::config {
namespace {

template <class Choice, std::size_t n>
Result<Choice> read_choice(const CatalogEntry& entry, std::string_view key, Choice fallback,
                           const std::pair<Choice, std::string_view> (&names)[n]) {
  SY_TRY(const std::string name, entry.text(key, std::string(choice_name(names, fallback))));
  std::string allowed;
  for (const auto& [choice, known] : names) {
    if (known == name) return choice;
    allowed.append(allowed.empty() ? "" : ", ").append(known);
  }
  return entry.bad(key, "expected one of " + allowed);
}

/// What the entry does not say stays as it is in `quirks`.
Result<ProviderQuirks> read_quirks(const CatalogEntry& entry, ProviderQuirks quirks) {
  SY_CHECK(entry.only({"max_completion_tokens", "stream_options", "developer_role", "reasoning_effort", "model_in_body",
                       "stream_in_body", "streams", "anthropic_version"}));
  const std::pair<std::string_view, bool ProviderQuirks::*> flags[] = {
      {"max_completion_tokens", &ProviderQuirks::max_completion_tokens},
      {"stream_options", &ProviderQuirks::stream_options},
      {"developer_role", &ProviderQuirks::developer_role},
      {"reasoning_effort", &ProviderQuirks::reasoning_effort},
      {"model_in_body", &ProviderQuirks::model_in_body},
      {"stream_in_body", &ProviderQuirks::stream_in_body}};
  for (const auto& [name, member] : flags) {
    SY_TRY(quirks.*member, entry.flag(name, quirks.*member));
  }
  SY_TRY(quirks.streams, read_choice(entry, "streams", quirks.streams, kStreamsNames));
  SY_TRY(quirks.anthropic_version, entry.text("anthropic_version", quirks.anthropic_version));
  return quirks;
}

/// {"name": "value"}: lines to send with every call.
Result<std::string> read_headers(const CatalogEntry& entry, std::string lines) {
  if (!entry.has("headers")) return lines;
  SY_TRY(const CatalogEntry headers, entry.inner("headers"));
  lines.clear();
  for (const std::string& name : headers.keys()) {
    SY_TRY(const std::string value, headers.text(name));
    const auto printable = [](char c) { return c >= ' ' && c != 0x7f; };
    const bool token = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!token || !std::ranges::all_of(value, printable)) return headers.bad(name, "expected a header and its value");
    lines.append(name).append(": ").append(value).append("\r\n");
  }
  return lines;
}

/// A variable's name: what an environment can hold.
Result<std::string> read_variable(const CatalogEntry& entry, std::string_view key) {
  SY_TRY(std::string name, entry.text(key));
  const bool valid = std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!valid) return entry.bad(key, "expected a variable's name: letters, digits and _");
  return name;
}

/// What an entry without a preset begins with.
Provider plain_provider(Dialect dialect) {
  Provider p;
  p.dialect = dialect;
  p.chat_path = dialect == Dialect::kAnthropic         ? "/v1/messages"
                : dialect == Dialect::kOpenAiResponses ? "/v1/responses"
                : dialect == Dialect::kGemini          ? "/v1beta/models/{model}:generateContent"
                : dialect == Dialect::kBedrockConverse ? "/model/{model}/converse"
                                                       : "/v1/chat/completions";
  if (dialect == Dialect::kGemini) p.stream_path = "/v1beta/models/{model}:streamGenerateContent?alt=sse";
  if (dialect == Dialect::kBedrockConverse) p.stream_path = "/model/{model}/converse-stream";
  p.auth = dialect == Dialect::kAnthropic         ? AuthScheme::kXApiKey
           : dialect == Dialect::kGemini          ? AuthScheme::kXGoogApiKey
           : dialect == Dialect::kBedrockConverse ? AuthScheme::kAwsSigV4
                                                  : AuthScheme::kBearer;
  if (dialect == Dialect::kBedrockConverse) p.framing = Framing::kAwsEventStream;
  p.quirks.model_in_body = dialect != Dialect::kGemini && dialect != Dialect::kBedrockConverse;
  return p;
}

Result<std::string> read_path(const CatalogEntry& entry, std::string_view key, std::string fallback) {
  SY_TRY(std::string path, entry.text(key, std::move(fallback)));
  if (!path.empty() && !path.starts_with('/')) return entry.bad(key, "expected a path that begins with '/'");
  if (const auto checked = placeholders(path); !checked) return entry.bad(key, checked.error().message);
  return path;
}

/// `preset` names a provider that stands before this one, whose entry it begins with.
Result<ProviderEntry> read_provider(const CatalogEntry& entry, const std::vector<ProviderEntry>& before) {
  SY_CHECK(entry.only({"name", "preset", "dialect", "base_url", "chat_path", "stream_path", "auth", "framing",
                       "headers", "api_key", "key_variable", "url_variable", "local", "quirks"}));
  ProviderEntry read;
  SY_TRY(const std::string preset, entry.text("preset"));
  if (preset.empty()) {
    SY_TRY(const std::string dialect,
           entry.choice("dialect", "openai_chat",
                        {"openai_chat", "anthropic", "openai_responses", "gemini", "bedrock_converse"}));
    read.provider = plain_provider(*dialect_from_name(dialect));
  } else {
    const auto found = std::ranges::find(before, preset, [](const ProviderEntry& e) { return e.provider.name; });
    if (found == before.end()) return entry.bad("preset", "expected the name of a provider of the catalog");
    if (entry.has("dialect")) return entry.bad("dialect", "expected none beside a preset, which has one");
    read.provider = found->provider;
    read.provider.api_key.clear();
  }
  read.place = entry.place();
  Provider& p = read.provider;
  SY_TRY(p.name, entry.required("name"));
  if (entry.has("base_url") || p.base_url.empty()) {
    SY_TRY(p.base_url, entry.required("base_url"));
  }
  if (const auto checked = check_base_url(p.base_url); !checked) return entry.bad("base_url", checked.error().message);
  if (const auto checked = placeholders(p.base_url); !checked) return entry.bad("base_url", checked.error().message);
  SY_TRY(p.chat_path, read_path(entry, "chat_path", p.chat_path));
  SY_TRY(p.stream_path, read_path(entry, "stream_path", p.stream_path));
  SY_TRY(p.auth, read_choice(entry, "auth", p.auth, kAuthNames));
  SY_TRY(p.framing, read_choice(entry, "framing", p.framing, kFramingNames));
  SY_TRY(p.extra_headers, read_headers(entry, p.extra_headers));
  SY_TRY(p.api_key, entry.text("api_key"));
  SY_TRY(read.key_variable, read_variable(entry, "key_variable"));
  SY_TRY(read.url_variable, read_variable(entry, "url_variable"));
  SY_TRY(read.local, entry.flag("local", false));
  if (read.local && read.url_variable.empty()) return entry.bad("local", "expected a url_variable beside it");
  if (entry.has("quirks")) {
    SY_TRY(const CatalogEntry quirks, entry.inner("quirks"));
    SY_TRY(p.quirks, read_quirks(quirks, p.quirks));
  }
  return read;
}

Result<ModelCapabilities> read_capabilities(const CatalogEntry& entry) {
  ModelCapabilities c;
  SY_CHECK(entry.only({"tools", "images", "json_schema", "reasoning"}));
  SY_TRY(c.tools, entry.flag("tools", c.tools));
  SY_TRY(c.images, entry.flag("images", c.images));
  SY_TRY(c.json_schema, entry.flag("json_schema", c.json_schema));
  SY_TRY(c.reasoning, entry.flag("reasoning", c.reasoning));
  return c;
}

Result<Model> read_model(const CatalogEntry& entry) {
  SY_CHECK(entry.only({"id", "owner", "aliases", "context_window", "output_max", "tier", "capabilities"}));
  Model m;
  SY_TRY(m.id, entry.required("id"));
  SY_TRY(m.owner, entry.text("owner"));
  SY_TRY(const json::Value aliases, entry.array("aliases"));
  for (const json::Value alias : aliases.elements()) {
    if (!alias.is_string())
      return entry.bad("aliases", "expected an array of strings, found " + std::string(json::type_name(alias.type())));
    m.aliases.push_back(alias.string());
  }
  SY_TRY(m.context_window, entry.count("context_window"));
  if (m.context_window == 0) return entry.bad("context_window", "expected an integer of at least 1");
  SY_TRY(m.output_max, entry.count("output_max"));
  SY_TRY(const std::string tier, entry.choice("tier", "none", {"none", "low", "mid", "high"}));
  m.tier = tier == "low" ? Tier::kLow : tier == "mid" ? Tier::kMid : tier == "high" ? Tier::kHigh : Tier::kNone;
  if (entry.has("capabilities")) {
    SY_TRY(const CatalogEntry capabilities, entry.inner("capabilities"));
    SY_TRY(m.capabilities, read_capabilities(capabilities));
  }
  return m;
}

/// A price that nobody wrote is no price of 0: routing and reports would take the model for a gift.
Result<void> read_price(const CatalogEntry& entry, Binding& b) {
  constexpr const char* kWays = "expected a price with input and output, \"free\": true or \"price_unknown\": true";
  SY_TRY(const bool free, entry.flag("free", false));
  SY_TRY(const bool unknown, entry.flag("price_unknown", false));
  const bool quoted = entry.has("price");
  if (static_cast<int>(free) + static_cast<int>(unknown) + static_cast<int>(quoted) > 1) {
    return entry.bad(quoted ? "price" : "free", "expected only one of price, free and price_unknown");
  }
  b.pricing = free ? Pricing::kFree : unknown ? Pricing::kUnknown : Pricing::kQuoted;
  if (free || unknown) return {};
  if (!quoted) return entry.bad("price", kWays);
  SY_TRY(const CatalogEntry price, entry.inner("price"));
  SY_CHECK(price.only({"input", "output", "cache_read", "cache_write"}));
  SY_TRY(const auto input, price.price("input"));
  SY_TRY(const auto output, price.price("output"));
  SY_TRY(const auto cache_read, price.price("cache_read"));
  SY_TRY(const auto cache_write, price.price("cache_write"));
  if (!input || !output) return price.bad(input ? "output" : "input", "expected USD per million tokens, found none");
  b.price = {*input, *output, cache_read.value_or(*input), cache_write.value_or(*input)};
  if (b.price == Price{}) b.pricing = Pricing::kFree;
  return {};
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t size) -> int {
    int value = -1;
    const auto [stop, code] = std::from_chars(text.data() + at, text.data() + at + size, value);
    return code == std::errc{} && stop == text.data() + at + size ? value : -1;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 1 || month < 1 || day < 1) return false;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

Result<BindingEntry> read_binding(const CatalogEntry& entry) {
  SY_CHECK(entry.only(
      {"model", "provider", "upstream_id", "price", "free", "price_unknown", "date", "context_window", "quirks"}));
  BindingEntry read;
  read.place = entry.place();
  SY_TRY(read.model, entry.required("model"));
  SY_TRY(read.provider, entry.required("provider"));
  Binding& b = read.binding;
  b.upstream_id = read.model;
  if (entry.has("upstream_id")) {
    SY_TRY(b.upstream_id, entry.required("upstream_id"));
  }
  SY_TRY(b.price_date, entry.text("date"));
  if (entry.has("date") && !is_date(b.price_date)) return entry.bad("date", "expected a date such as 2026-08-22");
  SY_TRY(b.context_window, entry.count("context_window"));
  SY_CHECK(read_price(entry, b));
  if (entry.has("quirks")) {
    SY_TRY(const CatalogEntry quirks, entry.inner("quirks"));
    SY_TRY(b.quirks, read_quirks(quirks, {}));
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

/// Reads the array behind `key` with `read` and hands each entry to `take`.
template <class Read, class Take>
Result<void> read_list(const CatalogText& file, const CatalogEntry& root, std::string_view key, Read read, Take take) {
  SY_TRY(const json::Value list, root.array(key));
  std::size_t index = 0;
  for (const json::Value value : list.elements()) {
    SY_TRY(const CatalogEntry entry,
           CatalogEntry::read(file, value, std::string(key) + "[" + std::to_string(index++) + "]"));
    SY_TRY(auto made, read(entry));
    take(std::move(made));
  }
  return {};
}

}  // namespace

Result<void> read_catalog(std::string_view text, std::string_view file_name, CatalogEntries& into) {
  const CatalogText file{text, file_name};
  const auto document = json::Document::parse(text);
  if (!document) return fail(ErrorKind::kInvalidRequest, std::string(file_name) + ": " + document.error().message);
  SY_TRY(const CatalogEntry root, CatalogEntry::read(file, document->root(), ""));
  SY_CHECK(root.only({"providers", "models", "bindings"}));
  const auto provider = [&into](const CatalogEntry& entry) { return read_provider(entry, into.providers); };
  SY_CHECK(read_list(file, root, "providers", provider, [&](ProviderEntry made) {
    const std::string name = made.provider.name;
    put(into.providers, std::move(made), [&](const ProviderEntry& e) { return e.provider.name == name; });
  }));
  SY_CHECK(read_list(file, root, "models", read_model, [&](Model made) {
    const std::string id = made.id;
    put(into.models, std::move(made), [&](const Model& e) { return e.id == id; });
  }));
  return read_list(file, root, "bindings", read_binding, [&](BindingEntry made) {
    const std::string model = made.model, provider = made.provider;
    put(into.bindings, std::move(made),
        [&](const BindingEntry& e) { return e.model == model && e.provider == provider; });
  });
}

}  // namespace switchyard::config
