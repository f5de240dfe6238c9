#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/catalog_reader.h"
#include "config/env_file.h"
#include "config/registry.h"
#include "config/runtime_config.h"

namespace switchyard::config {
namespace {

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    static int number = 0;
    folder_ = std::filesystem::path(testing::TempDir()) / ("config" + std::to_string(::getpid()) + "_" + std::to_string(++number));
    std::filesystem::create_directories(folder_);
    sources_.folder = folder_.string();
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string problem() {
    const auto loaded = load(sources_);
    return loaded ? "" : loaded.error().message;
  }
  static const Setting& setting(const RuntimeConfig& c, std::string_view name) { return *std::ranges::find(c.settings, name, &Setting::name); }
  std::filesystem::path folder_;
  Sources sources_;
};

TEST_F(LoadTest, TakesTheFirstSourceThatNamesASetting) {
  write(".env.local", "PORT=1001\nROUTER_NAMED_MODELS=honor\n");
  write(".env", "PORT=1002\nSWITCHYARD_HOST=::1\n");
  write("switchyard.yaml", "server:\n  port: 1003\n  workers: 7\n");
  sources_.environment = {{"ROUTER_NAMED_MODELS", "route"}};
  const auto c = load(sources_);
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ((*c)->server.port, 1001);
  EXPECT_FALSE((*c)->routing.honor_named_models);
  EXPECT_EQ((*c)->server.host, "::1");
  EXPECT_EQ((*c)->server.workers, 7u);
  EXPECT_EQ(setting(**c, "PORT").origin, ".env.local:1");
  EXPECT_EQ(setting(**c, "SWITCHYARD_WORKERS").origin, "switchyard.yaml:3");
  EXPECT_EQ(setting(**c, "ROUTER_NAMED_MODELS").origin, "environment");
  EXPECT_EQ(setting(**c, "SWITCHYARD_AUTH").origin, "default");
}

TEST_F(LoadTest, RegistersProvidersByTheirKeysAndAnthropicAlways) {
  sources_.environment = {{"OPENAI_API_KEY", "sk"}, {"OPENAI_BASE_URL", "http://h:1/v1/"}, {"SWITCHYARD_MOCK_URL", "http://m:2"}};
  const auto c = load(sources_);
  ASSERT_TRUE(c) << c.error().message;
  const Catalog& catalog = (*c)->catalog;
  EXPECT_TRUE(catalog.providers()[*catalog.find_provider("anthropic")].passthrough);
  EXPECT_EQ(catalog.providers()[*catalog.find_provider("openai")].base_url, "http://h:1");
  EXPECT_FALSE(catalog.find_provider("openrouter"));
  for (std::uint32_t m = 0; m < catalog.models().size(); ++m) {
    const Binding& last = catalog.bindings()[catalog.bindings_of(m).back()];
    const bool claude = catalog.models()[m].owner == "anthropic";
    EXPECT_EQ(catalog.providers()[last.provider].name, claude ? "mock-anthropic" : "mock");
    EXPECT_GT(last.price.output.pico(), 0) << catalog.models()[m].id;
  }
  EXPECT_TRUE(has_provider_key(**c));
}

TEST_F(LoadTest, AddsProvidersAndModelsFromTheFile) {
  write("switchyard.yaml",
        "providers:\n  - {name: lab, dialect: openai_chat, base_url: 'http://lab:8000/v1', auth: none}\n"
        "models:\n  - {id: lab-qwen, owner: lab, context_window: 32768, aliases: [qwen-here]}\n"
        "bindings:\n  - {model: lab-qwen, provider: lab, upstream_id: Qwen3, price: {input: '0.0375', output: 0.1}}\n");
  const auto c = load(sources_);
  ASSERT_TRUE(c) << c.error().message;
  const Catalog& catalog = (*c)->catalog;
  const auto model = catalog.find_model("qwen-here");
  ASSERT_TRUE(model);
  const Binding& b = catalog.bindings()[catalog.bindings_of(*model).front()];
  EXPECT_EQ(b.price.input, Usd::per_token(37'500));
  EXPECT_EQ(b.price.output, Usd::per_token(100'000));
}

TEST_F(LoadTest, TellsEveryProblemAtOnceWithItsPlace) {
  write(".env", "PORT=99999\nbroken\n");
  sources_.environment = {{"ROUTER_NAMED_MODELS", "sometimes"}, {"ROUTER_NAMED_MODEL", "x"}, {"SWITCHYARD_AUTH", "off"}};
  const std::string text = problem();
  for (const char* part : {".env:2: expected NAME=value", "ROUTER_NAMED_MODELS: 'sometimes' is not allowed; expected route or honor",
                           "ROUTER_NAMED_MODEL: unknown variable; did you mean ROUTER_NAMED_MODELS?"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

struct BadFile {
  std::string name, yaml, problem;
};
class BadYamlTest : public LoadTest, public testing::WithParamInterface<BadFile> {};
TEST_P(BadYamlTest, IsRefusedWithLineAndNearestName) {
  write("switchyard.yaml", GetParam().yaml);
  EXPECT_EQ(problem().substr(0, GetParam().problem.size()), GetParam().problem);
}
INSTANTIATE_TEST_SUITE_P(
    Files, BadYamlTest,
    testing::Values(BadFile{"Key", "server:\n  prot: 1\n", "switchyard.yaml:2: unknown key 'server.prot'; did you mean server.port?"},
                    BadFile{"Section", "sever: {}\n", "switchyard.yaml:1: unknown key 'sever'"},
                    BadFile{"Variable", "environment:\n  PROT: 1\n", "switchyard.yaml:2: unknown variable 'PROT'; did you mean PORT?"},
                    BadFile{"Value", "server:\n  auth: maybe\n", "SWITCHYARD_AUTH: 'maybe' is not allowed; expected required or off (switchyard.yaml:2)"},
                    BadFile{"Syntax", "server: [\n", "switchyard.yaml:"},
                    BadFile{"Provider", "providers:\n  - {name: x, base_url: 'http://a', dialetc: anthropic}\n",
                            "switchyard.yaml: providers[0].dialetc: unknown key; did you mean dialect?"},
                    BadFile{"Binding", "bindings:\n  - {model: nope, provider: openai, price: {}}\n", "bindings: model 'nope' is not in the catalog"},
                    BadFile{"Pin", "routing:\n  hard_pin_model: gpt-5.55\n", "ROUTER_HARD_PIN_MODEL: model 'gpt-5.55' is not in the catalog; did you mean"}),
    [](const auto& tested) { return tested.param.name; });

TEST(EnvFile, ReadsTheUsualForms) {
  const auto lines = parse_env_file("# c\nA=1\nexport B = no\n", "f");
  EXPECT_FALSE(lines) << "a blank before '=' is no assignment";
  const auto good = parse_env_file("# c\n\nA=1 # tail\nexport B='x # y'\nC=\"a\\\"b\\n\"\r\nD=\n", "f");
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(*good, (std::vector<EnvLine>{{"A", "1", 3}, {"B", "x # y", 4}, {"C", "a\"b\n", 5}, {"D", "", 6}}));
  EXPECT_EQ(parse_env_file("A=\"open\n", "f").error().message, "f:1: expected a closing quote at the value's end");
}

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
    EXPECT_TRUE(std::ranges::any_of(entries.providers, [&](const ProviderEntry& p) { return p.provider.name == b.provider; })) << b.provider;
    EXPECT_EQ(b.binding.price_date.size(), 10u) << b.model;
    EXPECT_GT(b.binding.price.output.pico(), 0) << b.model;
    EXPECT_LE(b.binding.price.cache_read, b.binding.price.input) << b.model;
  }
  for (const ProviderEntry& p : entries.providers) {
    EXPECT_NE(find_variable(p.key_variable), nullptr) << p.key_variable;
    EXPECT_NE(find_variable(p.url_variable), nullptr) << p.url_variable;
  }
}

TEST(Registry, HasGoodDefaultsAndAPageThatIsUpToDate) {
  for (const Variable& v : variables()) {
    EXPECT_TRUE(check_value(v, v.fallback)) << v.name;
    EXPECT_TRUE(v.doc.ends_with('.')) << v.name;
  }
  std::ifstream file(std::string(SWITCHYARD_SOURCE_DIR) + "/docs/reference/environment.md");
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), environment_page()) << "run `make docs`";
}

TEST(Registry, NeverRepeatsASecret) {
  const Variable secret{"X_KEY", "g", VariableType::kSecret, "", "A key."};
  EXPECT_TRUE(check_value(secret, "sk-anything"));
  for (const Variable& v : variables()) {
    if (v.name.ends_with("_API_KEY")) { EXPECT_EQ(v.type, VariableType::kSecret) << v.name; }
  }
}

}  // namespace
}  // namespace switchyard::config
