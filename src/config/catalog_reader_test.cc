#include "config/catalog_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/catalog_entry.h"
#include "config/registry.h"
#include "config/text_file.h"

namespace switchyard::config {
namespace {

TEST(MicroUsd, IsExact) {
  EXPECT_EQ(*micro_usd("0.0375"), 37'500);
  EXPECT_EQ(*micro_usd("15"), 15'000'000);
  EXPECT_EQ(*micro_usd("0.000001"), 1);
  for (const char* bad : {"", "-1", "1e3", "0.0000001", "1.2.3", "99999999999999"}) EXPECT_FALSE(micro_usd(bad)) << bad;
}

TEST(BuiltInCatalog, IsWhole) {
  CatalogEntries entries;
  ASSERT_TRUE(read_catalog(built_in_catalog(), "built-in", entries));
  EXPECT_GT(entries.models.size(), 60u);
  for (const BindingEntry& b : entries.bindings) {
    EXPECT_TRUE(std::ranges::any_of(entries.models, [&](const Model& m) { return m.id == b.model; })) << b.model;
    EXPECT_TRUE(std::ranges::any_of(entries.providers, [&](const ProviderEntry& p) {
      return p.provider.name == b.provider;
    })) << b.provider;
    EXPECT_EQ(b.binding.price_date.size(), 10u) << b.model;
    EXPECT_GT(b.binding.price.output.pico(), 0) << b.model;
    EXPECT_LE(b.binding.price.cache_read, b.binding.price.input) << b.model;
  }
  for (const ProviderEntry& p : entries.providers) {
    const bool of_a_cloud = p.provider.auth == AuthScheme::kAwsSigV4 || p.provider.auth == AuthScheme::kGoogleOauth;
    EXPECT_EQ(p.key_variable.empty(), of_a_cloud) << p.provider.name;
    EXPECT_TRUE(of_a_cloud || find_variable(p.key_variable)) << p.key_variable;
    EXPECT_NE(find_variable(p.url_variable), nullptr) << p.url_variable;
  }
}

TEST(Proxies, StandForModelsOfTheCatalogAndSpellTheirKeys) {
  CatalogEntries entries;
  ASSERT_TRUE(read_catalog(built_in_catalog(), "built-in", entries));
  const auto text = text_file(std::string(SWITCHYARD_SOURCE_DIR) + "/data/catalog/proxies.json");
  ASSERT_TRUE(text && *text);
  const auto document = json::Document::parse(**text);
  ASSERT_TRUE(document) << document.error().message;
  ASSERT_GT(document->root().size(), 0u);
  for (const json::Value value : document->root().elements()) {
    const auto proxy = CatalogEntry::read({**text, "proxies.json"}, value, "");
    ASSERT_TRUE(proxy) << proxy.error().message;
    const auto keys = proxy->only({"model", "column", "proxy", "note", "prior"});
    EXPECT_TRUE(keys) << keys.error().message;
    const auto model = proxy->required("model");
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_TRUE(std::ranges::find(entries.models, *model, &Model::id) != entries.models.end()) << *model;
    EXPECT_TRUE(proxy->required("column")) << *model;
    EXPECT_TRUE(proxy->flag("proxy", false)) << *model;
  }
}

struct BadCatalog {
  std::string name, text, problem;
};
class BadCatalogTest : public testing::TestWithParam<BadCatalog> {};
TEST_P(BadCatalogTest, IsRefusedWithLinePathAndWhatWasExpected) {
  CatalogEntries entries;
  const auto read = read_catalog(GetParam().text, "f.json", entries);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, GetParam().problem);
}

/// One entry in the second line, `more` in its object.
std::string provider(const std::string& more) {
  return "{\"providers\": [\n {\"name\": \"p\", \"base_url\": \"http://h\"" + more + "}]}";
}
std::string model(const std::string& more) { return "{\"models\": [\n {\"id\": \"m\"" + more + "}]}"; }
std::string binding(const std::string& more) {
  return "{\"bindings\": [\n {\"model\": \"m\", \"provider\": \"p\"" + more + "}]}";
}

INSTANTIATE_TEST_SUITE_P(
    WrongTypes, BadCatalogTest,
    testing::Values(
        BadCatalog{"Root", "[]", "f.json:1: expected an object, found array"},
        BadCatalog{"ListAsObject", "{\n\"providers\": {}}", "f.json:2: providers: expected an array, found object"},
        BadCatalog{"ListAsNull", R"({"models": null})", "f.json:1: models: expected an array, found null"},
        BadCatalog{"EntryAsText", R"({"models": ["m"]})", "f.json:1: models[0]: expected an object, found string"},
        BadCatalog{"NumberAsName", R"({"providers": [{"name": 7}]})",
                   "f.json:1: providers[0].name: expected a string, found number"},
        BadCatalog{"NoName", R"({"providers": [{"base_url": "http://h"}]})",
                   "f.json:1: providers[0].name: expected a string, found none"},
        BadCatalog{"NullDialect", provider(R"(, "dialect": null)"),
                   "f.json:2: providers[0].dialect: expected a string, found null"},
        BadCatalog{"Quirks", provider(R"(, "quirks": [])"),
                   "f.json:2: providers[0].quirks: expected an object, found array"},
        BadCatalog{"Quirk", provider(R"(, "quirks": {"stream_options": 1})"),
                   "f.json:2: providers[0].quirks.stream_options: expected true or false, found number"},
        BadCatalog{"Aliases", model(R"(, "aliases": "x")"),
                   "f.json:2: models[0].aliases: expected an array, found string"},
        BadCatalog{"Alias", model(R"(, "aliases": [1])"),
                   "f.json:2: models[0].aliases: expected an array of strings, found number"},
        BadCatalog{"Window", model(R"(, "context_window": "8")"),
                   "f.json:2: models[0].context_window: expected an integer of at least 0, found string"},
        BadCatalog{"NoWindow", model(""), "f.json:2: models[0].context_window: expected an integer of at least 1"},
        BadCatalog{"Capability", model(R"(, "context_window": 8, "capabilities": {"tools": "yes"})"),
                   "f.json:2: models[0].capabilities.tools: expected true or false, found string"},
        BadCatalog{"Price", binding(R"(, "price": 1)"),
                   "f.json:2: bindings[0].price: expected an object, found number"},
        BadCatalog{"PriceFlag", binding(R"(, "price": {"input": true})"),
                   "f.json:2: bindings[0].price.input: expected USD per million tokens, found boolean"},
        BadCatalog{"Url", R"({"providers": [{"name": "p", "base_url": "h:1"}]})",
                   "f.json:1: providers[0].base_url: expected a URL that begins with http:// or https://"},
        BadCatalog{"Path", provider(R"(, "chat_path": "v1")"),
                   "f.json:2: providers[0].chat_path: expected a path that begins with '/'"},
        BadCatalog{"Variable", provider(R"(, "key_variable": "A KEY")"),
                   "f.json:2: providers[0].key_variable: expected a variable's name: letters, digits and _"},
        BadCatalog{"Choice", model(R"(, "context_window": 8, "tier": "top")"),
                   "f.json:2: models[0].tier: expected none, low, mid or high"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    UnknownKeys, BadCatalogTest,
    testing::Values(BadCatalog{"Root", R"({"provider": []})",
                               "f.json:1: provider: unknown key; did you mean providers?"},
                    BadCatalog{"Strange", R"({"zzzzzzzzzzzz": []})",
                               "f.json:1: zzzzzzzzzzzz: unknown key; expected one of providers, models, bindings"},
                    BadCatalog{"Model", model(",\n \"contextwindow\": 8"),
                               "f.json:3: models[0].contextwindow: unknown key; did you mean context_window?"},
                    BadCatalog{"Price", binding(R"(, "price": {"inputs": 1})"),
                               "f.json:2: bindings[0].price.inputs: unknown key; did you mean input?"},
                    BadCatalog{"Twice", model(",\n \"id\": \"n\""), "f.json:3: models[0].id: stands twice"}),
    [](const auto& tested) { return tested.param.name; });

constexpr const char* kNoPrice =
    "f.json:2: bindings[0].price: expected a price with input and output, \"free\": true or \"price_unknown\": true";
INSTANTIATE_TEST_SUITE_P(
    Prices, BadCatalogTest,
    testing::Values(BadCatalog{"Missing", binding(""), kNoPrice},
                    BadCatalog{"NotFree", binding(R"(, "free": false)"), kNoPrice},
                    BadCatalog{"NoOutput", binding(R"(, "price": {"input": "1"})"),
                               "f.json:2: bindings[0].price.output: expected USD per million tokens, found none"},
                    BadCatalog{"NoInput", binding(R"(, "price": {})"),
                               "f.json:2: bindings[0].price.input: expected USD per million tokens, found none"},
                    BadCatalog{"FreeAtAPrice", binding(R"(, "free": true, "price": {"input": 1, "output": 1})"),
                               "f.json:2: bindings[0].price: expected only one of price, free and price_unknown"},
                    BadCatalog{"FreeAndUnknown", binding(R"(, "free": true, "price_unknown": true)"),
                               "f.json:2: bindings[0].free: expected only one of price, free and price_unknown"},
                    BadCatalog{
                        "Negative", binding(R"(, "price": {"input": -1, "output": 1})"),
                        "f.json:2: bindings[0].price.input: expected USD per million tokens, with at most 6 decimals"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ReadCatalog, ABindingWithoutAPriceSaysSoInOneOfTwoWays) {
  CatalogEntries entries;
  const auto read = read_catalog(
      R"({"bindings": [{"model": "a", "provider": "p", "free": true}, {"model": "b", "provider": "p", "price_unknown": true},
          {"model": "c", "provider": "p", "price": {"input": 0, "output": "0.0"}}, {"model": "d", "provider": "p", "price": {"input": 1, "output": 2}}]})",
      "f", entries);
  ASSERT_TRUE(read) << read.error().message;
  std::vector<Pricing> pricing;
  for (const BindingEntry& entry : entries.bindings) pricing.push_back(entry.binding.pricing);
  EXPECT_EQ(pricing, (std::vector{Pricing::kFree, Pricing::kUnknown, Pricing::kFree, Pricing::kQuoted}));
}

TEST(ReadCatalog, APriceDateMustBeADayOfTheCalendar) {
  const auto accepted = [](const std::string& date) {
    CatalogEntries entries;
    return read_catalog(binding(R"(, "free": true, "date": ")" + date + "\""), "f", entries).has_value();
  };
  for (const char* date : {"2026-08-22", "2024-02-29", "2026-12-31"}) EXPECT_TRUE(accepted(date)) << date;
  for (const char* date : {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "22-08-2026", "2026/08/22",
                           "2026-08-22T00:00:00Z", "yesterday", "2026-08--1", "+026-08-22"}) {
    EXPECT_FALSE(accepted(date)) << date;
  }
}

}  // namespace
}  // namespace switchyard::config
