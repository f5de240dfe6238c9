#include "cli/config_commands/config_commands.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "cli/config_commands/compiled_config.h"
#include "config/registry.h"

namespace switchyard::cli {
namespace {

class ConfigCommandsTest : public testing::Test {
 protected:
  ConfigCommandsTest() {
    static int number = 0;
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("config_commands" + std::to_string(::getpid()) + "_" + std::to_string(++number));
    std::filesystem::create_directories(folder_);
    sources_.folder = folder_.string();
    sources_.environment = {{"OPENAI_API_KEY", "sk-hidden-1"}, {"HTTPS_PROXY", "http://user:sk-hidden-2@proxy:1"}};
    write(".env", "\nPORT=1001\nLAB_KEY=sk-hidden-3\n");
    write("switchyard.yaml",
          "routing: {alpha: 0.7, excluded_models: [gpt-5]}\n"
          "providers:\n  - {name: lab, base_url: 'http://lab:8000/v1', key_variable: LAB_KEY}\n"
          "models:\n  - {id: lab-qwen, owner: lab, context_window: 32768}\n"
          "bindings:\n  - {model: lab-qwen, provider: lab, price_unknown: true}\n");
  }
  ~ConfigCommandsTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::shared_ptr<const config::RuntimeConfig> load() {
    auto loaded = config::load(sources_);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? *loaded : std::make_shared<const config::RuntimeConfig>();
  }
  std::string explained(bool json) {
    std::ostringstream out;
    explain_config(*load(), json, out);
    return out.str();
  }
  std::filesystem::path folder_;
  config::Sources sources_;
};

/// The object of the list `key` whose `name` is `value`.
json::Value named(json::Value root, std::string_view key, std::string_view name, std::string_view value) {
  for (const json::Value element : root[key].elements()) {
    if (element[name].equals(value)) return element;
  }
  return {};
}

void expect_sorted(json::Value value, const std::string& path) {
  std::string last;
  for (const json::Member member : value.members()) {
    EXPECT_LT(last, member.key.string()) << path;
    last = member.key.string();
    expect_sorted(member.value, path + "." + last);
  }
  for (const json::Value element : value.elements()) expect_sorted(element, path + "[]");
}

TEST_F(ConfigCommandsTest, ExplainTellsWhereEachValueCameFrom) {
  const std::string text = explained(false);
  for (const char* line : {"PORT = 1001    # .env:2\n", "OPENAI_API_KEY = set    # environment\n",
                           "XAI_API_KEY =     # default\n", "HTTPS_PROXY = set    # environment\n",
                           "SWITCHYARD_ALPHA = 0.7    # switchyard.yaml:1\n", "LAB_KEY = set    # .env:3\n"}) {
    EXPECT_TRUE(text.contains(line)) << line << text;
  }
  EXPECT_TRUE(text.contains(" (1 without a known price), providers: anthropic (pass-through), openai, lab\n")) << text;
}

TEST_F(ConfigCommandsTest, ExplainAsJsonSaysTheSame) {
  const std::string text = explained(true);
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->root()["settings"].size(), config::variables().size() + 1);
  EXPECT_TRUE(named(document->root(), "settings", "name", "PORT")["origin"].equals(".env:2"));
  EXPECT_TRUE(named(document->root(), "settings", "name", "LAB_KEY")["value"].equals("set"));
  EXPECT_TRUE(named(document->root(), "providers", "name", "lab")["base_url"].equals("http://lab:8000"));
}

TEST_F(ConfigCommandsTest, SecretsAreNeverPrinted) {
  for (const std::string& text : {explained(false), explained(true), compiled_config(*load())})
    EXPECT_FALSE(text.contains("hidden")) << text;
}

TEST_F(ConfigCommandsTest, PasswordsInUrlsAreNeverPrinted) {
  config::RuntimeConfig c = *load();
  c.settings = {{"LAB_URL", "https://user:hidden@host", "environment", false}};
  Provider provider;
  provider.name = "lab";
  provider.base_url = "https://user:hidden@host";
  c.catalog = *Catalog::build({}, {provider}, {});
  for (const bool json : {false, true}) {
    std::ostringstream out;
    explain_config(c, json, out);
    EXPECT_FALSE(out.str().contains("hidden")) << out.str();
    EXPECT_TRUE(out.str().contains("https://***@host")) << out.str();
  }
  EXPECT_FALSE(compiled_config(c).contains("hidden"));
}

TEST_F(ConfigCommandsTest, CompileIsCanonicalJson) {
  const std::string text = compiled_config(*load());
  EXPECT_EQ(text, compiled_config(*load()));
  EXPECT_FALSE(text.contains('\n'));
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document) << document.error().message;
  expect_sorted(document->root(), "");
}

TEST_F(ConfigCommandsTest, CompileHoldsWhatTheGatewayRunsOn) {
  const std::string text = compiled_config(*load());
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document) << document.error().message;
  const json::Value root = document->root();
  EXPECT_EQ(root["server"]["port"].integer(), 1001);
  EXPECT_EQ(root["routing"]["alpha"].number(), 0.7);
  EXPECT_TRUE(root["routing"]["excluded_models"].raw() == R"(["gpt-5"])");
  EXPECT_TRUE(root["upstream"]["https_proxy"].equals("set"));
  EXPECT_TRUE(named(root, "providers", "name", "lab")["api_key"].equals("set"));
  EXPECT_TRUE(named(root, "providers", "name", "anthropic")["api_key"].equals(""));
  EXPECT_TRUE(named(root, "bindings", "model", "lab-qwen")["pricing"].equals("unknown"));
  EXPECT_EQ(named(root, "models", "id", "lab-qwen")["context_window"].integer(), 32768);
}

TEST(EnvList, NamesEveryVariable) {
  for (const bool as_json : {false, true}) {
    std::ostringstream out;
    list_variables(as_json, out);
    for (const config::Variable& v : config::variables()) EXPECT_TRUE(out.str().contains(v.name)) << v.name;
  }
}

}  // namespace
}  // namespace switchyard::cli
