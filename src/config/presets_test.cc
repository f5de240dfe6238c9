#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "config/catalog_reader.h"
#include "config/placeholders.h"
#include "config/problems.h"
#include "config/provider_page.h"
#include "config/registry.h"
#include "config/runtime_config.h"

namespace switchyard::config {
namespace {

using Environment = std::map<std::string, std::string>;

/// A configuration with nothing but `environment`.
Result<std::shared_ptr<const RuntimeConfig>> loaded(Environment environment) {
  const auto folder = std::filesystem::path(testing::TempDir()) / ("presets" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  return load({.environment = std::move(environment), .folder = folder.string(), .yaml_path = {}});
}

struct Case {
  std::string provider;
  Environment environment;
  std::string url, stream_url;  ///< Of a call for the model "m:1". Streams go to the same place if it is empty.
  AuthScheme auth{};
  Dialect dialect = Dialect::kOpenAiChat;
  Framing framing = Framing::kSse;
};

class PresetTest : public testing::TestWithParam<Case> {};

TEST_P(PresetTest, IsReachedAtItsPlaceAndOnlyWithEverythingItNeeds) {
  const Case& c = GetParam();
  const auto config = loaded(c.environment);
  ASSERT_TRUE(config) << config.error().message;
  const auto index = (*config)->catalog.find_provider(c.provider);
  ASSERT_TRUE(index);
  const Provider& p = (*config)->catalog.providers()[*index];
  const Binding binding{.upstream_id = "m:1"};
  EXPECT_EQ(p.base_url + chat_path(p, binding, StreamMode::kBuffered), c.url);
  EXPECT_EQ(p.base_url + chat_path(p, binding, StreamMode::kStreamed), c.stream_url.empty() ? c.url : c.stream_url);
  EXPECT_EQ(p.auth, c.auth);
  EXPECT_EQ(p.dialect, c.dialect);
  EXPECT_EQ(p.framing, c.framing);
  EXPECT_EQ(p.quirks.model_in_body, !p.chat_path.contains("{model}") || c.dialect == Dialect::kOpenAiChat);
  for (const auto& [name, value] : c.environment) {
    Environment less = c.environment;
    less.erase(name);
    const auto without = loaded(less);
    ASSERT_TRUE(without) << without.error().message;
    EXPECT_FALSE((*without)->catalog.find_provider(c.provider)) << "without " << name;
  }
}

Case keyed(std::string provider, const std::string& variable, std::string url) {
  return {std::move(provider), {{variable, "k"}}, std::move(url), {}, AuthScheme::kBearer};
}
Case local(std::string provider, const std::string& variable) {
  return {std::move(provider), {{variable, "http://h:1"}}, "http://h:1/v1/chat/completions", {}, AuthScheme::kNone};
}

const std::string kProject = "/v1/projects/p/locations/global/publishers/";

INSTANTIATE_TEST_SUITE_P(
    All, PresetTest,
    testing::Values(
        keyed("openai", "OPENAI_API_KEY", "https://api.openai.com/v1/chat/completions"),
        keyed("google", "GOOGLE_API_KEY", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions"),
        keyed("openrouter", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1/chat/completions"),
        keyed("xai", "XAI_API_KEY", "https://api.x.ai/v1/chat/completions"),
        keyed("fireworks", "FIREWORKS_API_KEY", "https://api.fireworks.ai/inference/v1/chat/completions"),
        keyed("together", "TOGETHER_API_KEY", "https://api.together.xyz/v1/chat/completions"),
        keyed("makora", "MAKORA_API_KEY", "https://inference.makora.com/v1/chat/completions"),
        keyed("groq", "GROQ_API_KEY", "https://api.groq.com/openai/v1/chat/completions"),
        keyed("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com/chat/completions"),
        keyed("mistral", "MISTRAL_API_KEY", "https://api.mistral.ai/v1/chat/completions"),
        keyed("nvidia", "NVIDIA_API_KEY", "https://integrate.api.nvidia.com/v1/chat/completions"),
        keyed("github-models", "GITHUB_MODELS_API_KEY", "https://models.github.ai/inference/chat/completions"),
        keyed("cerebras", "CEREBRAS_API_KEY", "https://api.cerebras.ai/v1/chat/completions"),
        local("vllm", "VLLM_BASE_URL"), local("sglang", "SGLANG_BASE_URL"), local("ollama", "OLLAMA_BASE_URL"),
        local("llama.cpp", "LLAMA_CPP_BASE_URL"),
        Case{"anthropic", {}, "https://api.anthropic.com/v1/messages", {}, AuthScheme::kXApiKey, Dialect::kAnthropic},
        Case{"gemini",
             {{"GEMINI_API_KEY", "k"}},
             "https://generativelanguage.googleapis.com/v1beta/models/m%3A1:generateContent",
             "https://generativelanguage.googleapis.com/v1beta/models/m%3A1:streamGenerateContent?alt=sse",
             AuthScheme::kXGoogApiKey,
             Dialect::kGemini},
        Case{"azure",
             {{"AZURE_OPENAI_API_KEY", "k"}, {"AZURE_OPENAI_RESOURCE", "r"}},
             "https://r.openai.azure.com/openai/deployments/m%3A1/chat/completions?api-version=2024-10-21",
             {},
             AuthScheme::kApiKey},
        Case{"azure-v1",
             {{"AZURE_OPENAI_API_KEY", "k"}, {"AZURE_OPENAI_ENDPOINT", "https://r.example/"}},
             "https://r.example/openai/v1/chat/completions",
             {},
             AuthScheme::kApiKey},
        Case{"bedrock",
             {{"AWS_REGION", "eu-west-1"}},
             "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m%3A1/converse",
             "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m%3A1/converse-stream",
             AuthScheme::kAwsSigV4,
             Dialect::kBedrockConverse,
             Framing::kAwsEventStream},
        Case{"bedrock-anthropic",
             {{"AWS_DEFAULT_REGION", "us-east-1"}},
             "https://bedrock-runtime.us-east-1.amazonaws.com/model/m%3A1/invoke",
             "https://bedrock-runtime.us-east-1.amazonaws.com/model/m%3A1/invoke-with-response-stream",
             AuthScheme::kAwsSigV4,
             Dialect::kAnthropic,
             Framing::kAwsEventStream},
        Case{"vertex",
             {{"GOOGLE_CLOUD_PROJECT", "p"}},
             "https://aiplatform.googleapis.com" + kProject + "google/models/m%3A1:generateContent",
             "https://aiplatform.googleapis.com" + kProject + "google/models/m%3A1:streamGenerateContent?alt=sse",
             AuthScheme::kGoogleOauth,
             Dialect::kGemini},
        Case{"vertex-anthropic",
             {{"GOOGLE_CLOUD_PROJECT", "p"}},
             "https://aiplatform.googleapis.com" + kProject + "anthropic/models/m%3A1:rawPredict",
             "https://aiplatform.googleapis.com" + kProject + "anthropic/models/m%3A1:streamRawPredict",
             AuthScheme::kGoogleOauth,
             Dialect::kAnthropic}),
    [](const auto& tested) {
      std::string name = tested.param.provider;
      std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
      return name;
    });

TEST(Presets, HaveACaseEach) {
  CatalogEntries entries;
  ASSERT_TRUE(read_catalog(built_in_catalog(), "built-in catalog", entries));
  EXPECT_EQ(entries.providers.size(), 25u) << "a new provider needs a case in the table above";
}

TEST(Presets, NameOnlyVariablesOfTheReferencePage) {
  CatalogEntries entries;
  ASSERT_TRUE(read_catalog(built_in_catalog(), "built-in catalog", entries));
  for (const ProviderEntry& entry : entries.providers) {
    std::set<std::string> names;
    for (const std::string& name : {entry.key_variable, entry.url_variable}) {
      if (!name.empty()) names.insert(name);
    }
    for (const std::string* text : {&entry.provider.base_url, &entry.provider.chat_path, &entry.provider.stream_path}) {
      const auto found = placeholders(*text);
      ASSERT_TRUE(found);
      for (const Placeholder& one : *found) names.insert(one.names.begin(), one.names.end());
    }
    for (const std::string& name : names) EXPECT_NE(find_variable(name), nullptr) << entry.provider.name << " " << name;
  }
}

TEST(Presets, HaveAPageThatIsUpToDate) {
  std::ifstream file(std::string(SWITCHYARD_SOURCE_DIR) + "/docs/reference/providers.md");
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), provider_page()) << "run `make docs`";
}

TEST(Presets, SendAKeyToALocalServerThatHasOne) {
  const auto config = loaded({{"VLLM_BASE_URL", "http://h:1/v1"}, {"VLLM_API_KEY", "k"}});
  ASSERT_TRUE(config) << config.error().message;
  const auto index = (*config)->catalog.find_provider("vllm");
  ASSERT_TRUE(index);
  EXPECT_EQ((*config)->catalog.providers()[*index].auth, AuthScheme::kBearer);
  EXPECT_EQ((*config)->catalog.providers()[*index].api_key, "k");
}

TEST(Presets, TakeALocationsOwnHostAndAnotherUrlForBothPaths) {
  const auto config = loaded({{"GOOGLE_CLOUD_PROJECT", "p"},
                              {"GOOGLE_CLOUD_LOCATION", "europe-west4"},
                              {"AWS_REGION", "eu-west-1"},
                              {"BEDROCK_BASE_URL", "http://h:1"}});
  ASSERT_TRUE(config) << config.error().message;
  const Catalog& catalog = (*config)->catalog;
  EXPECT_EQ(catalog.providers()[*catalog.find_provider("vertex")].base_url,
            "https://europe-west4-aiplatform.googleapis.com");
  const Provider& bedrock = catalog.providers()[*catalog.find_provider("bedrock")];
  EXPECT_EQ(bedrock.base_url, "http://h:1");
  EXPECT_EQ(bedrock.stream_path, "/model/{model}/converse-stream");
}

TEST(Presets, ServeASecondTimeUnderAnotherNameAndUrl) {
  CatalogEntries entries;
  ASSERT_TRUE(read_catalog(built_in_catalog(), "built-in catalog", entries));
  const auto read = read_catalog(
      R"({"providers":[{"name":"bedrock-eu","preset":"bedrock","base_url":"https://bedrock-runtime.eu-west-1.amazonaws.com"}]})",
      "f", entries);
  ASSERT_TRUE(read) << read.error().message;
  const Provider& p = entries.providers.back().provider;
  EXPECT_EQ(p.framing, Framing::kAwsEventStream);
  EXPECT_EQ(p.stream_path, "/model/{model}/converse-stream");
  EXPECT_EQ(p.base_url, "https://bedrock-runtime.eu-west-1.amazonaws.com");
}

TEST(Presets, OfCloudsCountAsSetUpOnceAModelIsBound) {
  const auto unbound = loaded({{"AWS_REGION", "eu-west-1"}});
  ASSERT_TRUE(unbound);
  EXPECT_FALSE(has_provider_key(**unbound));
  const auto folder = std::filesystem::path(testing::TempDir()) / ("bound" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "switchyard.yaml")
      << "bindings:\n  - {model: claude-haiku-4-5, provider: bedrock, upstream_id: 'm', price_unknown: true}\n";
  const auto bound = load({.environment = {{"AWS_REGION", "eu-west-1"}}, .folder = folder.string(), .yaml_path = {}});
  ASSERT_TRUE(bound) << bound.error().message;
  EXPECT_TRUE(has_provider_key(**bound));
}

TEST(Placeholders, AreRefusedWhereTheyAreMalformed) {
  for (const std::string_view text : {"{", "}", "a{b}", "{A", "{A{B}}", "{A|}", "{}", "{A=}", "{A= }", "{A=x/y}"}) {
    EXPECT_FALSE(placeholders(text)) << text;
  }
  const auto found = placeholders("https://{A|B_2=c}.x/{model}/{C}");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (std::vector<Placeholder>{{{"A", "B_2"}, "c"}, {{"C"}, ""}}));
}

TEST(Placeholders, TakeNoValueThatLeavesItsPlace) {
  for (const char* region : {"evil.example/", "a@b", "a?b", "a b", "a#b"}) {
    const auto config = loaded({{"AWS_REGION", region}});
    ASSERT_FALSE(config) << region;
    EXPECT_TRUE(config.error().message.starts_with("AWS_REGION: expected letters")) << config.error().message;
  }
}

}  // namespace
}  // namespace switchyard::config
