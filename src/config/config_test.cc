#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/env_file.h"
#include "config/registry.h"
#include "config/runtime_config.h"

namespace switchyard::config {
namespace {

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    static int number = 0;
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("config" + std::to_string(::getpid()) + "_" + std::to_string(++number));
    std::filesystem::create_directories(folder_);
    sources_.folder = folder_.string();
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string problem() {
    const auto loaded = load(sources_);
    return loaded ? "" : loaded.error().message;
  }
  static const Setting& setting(const RuntimeConfig& c, std::string_view name) {
    return *std::ranges::find(c.settings, name, &Setting::name);
  }
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
  sources_.environment = {
      {"OPENAI_API_KEY", "sk"}, {"OPENAI_BASE_URL", "http://h:1/v1/"}, {"SWITCHYARD_MOCK_URL", "http://m:2"}};
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
  sources_.environment = {
      {"ROUTER_NAMED_MODELS", "sometimes"}, {"ROUTER_NAMED_MODEL", "x"}, {"SWITCHYARD_AUTH", "off"}};
  const std::string text = problem();
  for (const char* part :
       {".env:2: expected NAME=value", "ROUTER_NAMED_MODELS: 'sometimes' is not allowed; expected route or honor",
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
    testing::Values(BadFile{"Key", "server:\n  prot: 1\n",
                            "switchyard.yaml:2: unknown key 'server.prot'; did you mean server.port?"},
                    BadFile{"Section", "sever: {}\n", "switchyard.yaml:1: unknown key 'sever'"},
                    BadFile{"Variable", "environment:\n  PROT: 1\n",
                            "switchyard.yaml:2: PROT: unknown variable; did you mean PORT?"},
                    BadFile{"Value", "server:\n  auth: maybe\n",
                            "SWITCHYARD_AUTH: 'maybe' is not allowed; expected required or off (switchyard.yaml:2)"},
                    BadFile{"Syntax", "server: [\n", "switchyard.yaml:"},
                    BadFile{"Provider", "providers:\n  - {name: x, base_url: 'http://a', dialetc: anthropic}\n",
                            "switchyard.yaml:2: providers[0].dialetc: unknown key; did you mean dialect?"},
                    BadFile{"Binding", "bindings:\n  - {model: nope, provider: openai, free: true}\n",
                            "switchyard.yaml:2: bindings[0].model: 'nope' is not in the catalog"},
                    BadFile{"Pin", "routing:\n  hard_pin_model: gpt-5.55\n",
                            "ROUTER_HARD_PIN_MODEL: model 'gpt-5.55' is not in the catalog; did you mean"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(LoadTest, AMisspeltProviderInExcludedProvidersStopsTheStart) {
  write(".env", "\nROUTER_EXCLUDED_PROVIDERS=openai, opnerouter\n");
  EXPECT_EQ(
      problem(),
      "ROUTER_EXCLUDED_PROVIDERS: provider 'opnerouter' is not in the catalog; did you mean openrouter? (.env:2)");
  write(".env", "ROUTER_EXCLUDED_PROVIDERS=qqqqqqqqqqqq\n");
  EXPECT_TRUE(problem().contains("expected one of anthropic, openai, ")) << problem();
}

struct BadReference {
  std::string name, variable, value, problem;
};
class BadReferenceTest : public LoadTest, public testing::WithParamInterface<BadReference> {};
TEST_P(BadReferenceTest, StopsTheStartWithTheVariablesName) {
  sources_.environment = {{GetParam().variable, GetParam().value}, {"OPENAI_API_KEY", "sk"}};
  if (GetParam().variable == "ROUTER_HARD_PIN_PROVIDER") sources_.environment.emplace("ROUTER_HARD_PIN_MODEL", "gpt-5");
  const std::string text = problem();
  EXPECT_TRUE(text.starts_with(GetParam().variable + ": ")) << text;
  EXPECT_TRUE(text.contains(GetParam().problem)) << text;
  EXPECT_TRUE(text.contains("(environment)")) << text;
}
INSTANTIATE_TEST_SUITE_P(
    References, BadReferenceTest,
    testing::Values(BadReference{"ExcludedModel", "ROUTER_EXCLUDED_MODELS", "gpt-5,gpt-5.5-nanno",
                                 "model 'gpt-5.5-nanno' is not in the catalog; did you mean gpt-5.5-nano"},
                    BadReference{"ExcludedProvider", "ROUTER_EXCLUDED_PROVIDERS", "OpenAI!",
                                 "provider 'OpenAI!' is not in the catalog"},
                    BadReference{"PinnedModel", "ROUTER_HARD_PIN_MODEL", "claude-opus-55",
                                 "model 'claude-opus-55' is not in the catalog; did you mean"},
                    BadReference{"PinnedProvider", "ROUTER_HARD_PIN_PROVIDER", "opnai",
                                 "provider 'opnai' is not in the catalog; did you mean openai?"},
                    BadReference{"PinnedProviderWithoutKey", "ROUTER_HARD_PIN_PROVIDER", "openrouter",
                                 "provider 'openrouter' is not set up; OPENROUTER_API_KEY enables it"},
                    BadReference{"PinnedProviderOfOtherModels", "ROUTER_HARD_PIN_PROVIDER", "anthropic",
                                 "provider 'anthropic' does not serve gpt-5"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(LoadTest, AProviderWithoutAKeyMayBeExcluded) {
  sources_.environment = {{"ROUTER_EXCLUDED_PROVIDERS", "xai,mock"},
                          {"ROUTER_EXCLUDED_MODELS", "claude-haiku-4-5-latest"}};
  EXPECT_EQ(problem(), "");
}

TEST_F(LoadTest, APinThatIsExcludedTooStopsTheStart) {
  sources_.environment = {{"ROUTER_HARD_PIN_MODEL", "claude-haiku-4-5"},
                          {"ROUTER_EXCLUDED_MODELS", "claude-haiku-4-5-latest"}};
  EXPECT_EQ(problem(),
            "ROUTER_HARD_PIN_MODEL: model 'claude-haiku-4-5-latest' is in ROUTER_EXCLUDED_MODELS too (environment)");
}

TEST_F(LoadTest, RootCertificatesSetInTheEnvFileAreUsed) {
  write("ca.pem", "");
  write(".env", "SSL_CERT_FILE=" + (folder_ / "ca.pem").string() + "\n");
  write("switchyard.yaml", "environment: {SSL_CERT_DIR: " + folder_.string() + "}\n");
  const auto c = load(sources_);
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ((*c)->upstream.root_certificates_file, (folder_ / "ca.pem").string());
  EXPECT_EQ((*c)->upstream.root_certificates_folder, folder_.string());
  write(".env", "SSL_CERT_FILE=/nowhere/ca.pem\n");
  EXPECT_EQ(problem(), "SSL_CERT_FILE: '/nowhere/ca.pem' is not there (.env:1)");
}

constexpr const char* kLab =
    "providers:\n  - {name: lab, base_url: 'http://lab:8000', key_variable: LAB_KEY, url_variable: LAB_URL}\n"
    "models:\n  - {id: lab-qwen, owner: lab, context_window: 32768}\n"
    "bindings:\n  - {model: lab-qwen, provider: lab, free: true}\n";

struct KeyPlace {
  std::string name, file, text;
};
class KeyVariableTest : public LoadTest, public testing::WithParamInterface<KeyPlace> {};
TEST_P(KeyVariableTest, OutsideTheRegistryIsTakenFromEverySource) {
  write("switchyard.yaml", kLab);
  if (GetParam().file.empty()) {
    sources_.environment = {{"LAB_KEY", "sk-lab"}, {"LAB_URL", "http://other:9/v1"}};
  } else {
    write(GetParam().file, GetParam().file == "switchyard.yaml" ? kLab + GetParam().text : GetParam().text);
  }
  const auto c = load(sources_);
  ASSERT_TRUE(c) << c.error().message;
  const auto lab = (*c)->catalog.find_provider("lab");
  ASSERT_TRUE(lab);
  EXPECT_EQ((*c)->catalog.providers()[*lab].api_key, "sk-lab");
  EXPECT_EQ((*c)->catalog.providers()[*lab].base_url, "http://other:9");
  EXPECT_EQ(shown_value(setting(**c, "LAB_KEY")), "set");
  EXPECT_EQ(setting(**c, "LAB_KEY").origin.substr(0, 4),
            GetParam().file.empty() ? "envi" : GetParam().file.substr(0, 4));
}
INSTANTIATE_TEST_SUITE_P(Places, KeyVariableTest,
                         testing::Values(KeyPlace{"Environment", "", ""},
                                         KeyPlace{"EnvFile", ".env", "LAB_KEY=sk-lab\nLAB_URL=http://other:9/v1\n"},
                                         KeyPlace{"LocalEnvFile", ".env.local",
                                                  "LAB_KEY=sk-lab\nLAB_URL=http://other:9\n"},
                                         KeyPlace{"Yaml", "switchyard.yaml",
                                                  "environment: {LAB_KEY: sk-lab, LAB_URL: 'http://other:9/'}\n"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(LoadTest, AKeyThatNoHeaderCanCarryIsRefusedWithoutRepeatingIt) {
  write(".env", "OPENAI_API_KEY=\"sk-1\\nx-evil: 1\"\n");
  EXPECT_EQ(problem(),
            "OPENAI_API_KEY: the value is not allowed; expected visible ASCII characters only, as a header can carry "
            "them (.env:1)");
}

TEST_F(LoadTest, APasswordInABaseUrlIsRefusedWithoutRepeatingIt) {
  for (const char* variable : {"OPENAI_BASE_URL", "SWITCHYARD_MOCK_URL"}) {
    sources_.environment = {{variable, "https://user:hunter2@host/v1"}};
    EXPECT_EQ(problem(), std::string(variable) +
                             ": 'https://***@host/v1' is not allowed; expected a URL without user name and password; a "
                             "key belongs in the "
                             "provider's key variable (environment)");
  }
  sources_.environment = {{"OPENAI_BASE_URL", "htps://user:hunter2@host"}};
  EXPECT_FALSE(problem().contains("hunter2")) << problem();
  sources_.environment.clear();
  write("switchyard.yaml", "providers:\n  - {name: lab, base_url: 'https://user:hunter2@host', auth: none}\n");
  EXPECT_TRUE(problem().starts_with("switchyard.yaml:2: providers[0].base_url: expected a URL without user name"))
      << problem();
  EXPECT_FALSE(problem().contains("hunter2"));
}

TEST(ShownValue, MasksWhateverASettingHolds) {
  EXPECT_EQ(shown_value({"A", "https://user:hunter2@host", "default", false}), "https://***@host");
  EXPECT_EQ(shown_value({"A", "sk-secret", "default", true}), "set");
  EXPECT_EQ(shown_value({"A", "", "default", true}), "");
  EXPECT_EQ(shown_value({"A", "a@b", "default", false}), "a@b");
}

TEST(EnvFile, ReadsTheUsualForms) {
  const auto lines = parse_env_file("# c\nA=1\nexport B = no\n", "f");
  EXPECT_FALSE(lines) << "a blank before '=' is no assignment";
  const auto good = parse_env_file("# c\n\nA=1 # tail\nexport B='x # y'\nC=\"a\\\"b\\n\"\r\nD=\n", "f");
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(*good, (std::vector<EnvLine>{{"A", "1", 3}, {"B", "x # y", 4}, {"C", "a\"b\n", 5}, {"D", "", 6}}));
  EXPECT_EQ(parse_env_file("A=\"open\n", "f").error().message, "f:1: expected a closing quote at the value's end");
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
    if (v.name.ends_with("_API_KEY")) {
      EXPECT_EQ(v.type, VariableType::kSecret) << v.name;
    }
  }
}

}  // namespace
}  // namespace switchyard::config
