#include "config/base_url.h"

#include <gtest/gtest.h>

namespace switchyard::config {
namespace {

struct Form {
  std::string name, given, usual, chat_path, meant;
};

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kOpenAi = "https://api.openai.com";
constexpr const char* kAnthropic = "https://api.anthropic.com";
constexpr const char* kGoogle = "https://generativelanguage.googleapis.com/v1beta/openai";
constexpr const char* kOpenRouter = "https://openrouter.ai/api/v1";
constexpr const char* kFireworks = "https://api.fireworks.ai/inference/v1";
constexpr const char* kShort = "/chat/completions";
constexpr const char* kGoogleChat = "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions";

class BaseUrlFormTest : public testing::TestWithParam<Form> {};
TEST_P(BaseUrlFormTest, MeansOneEndpoint) {
  const Form& form = GetParam();
  const Endpoint endpoint = endpoint_of(form.given, form.usual, form.chat_path);
  EXPECT_EQ(endpoint.base_url + endpoint.chat_path, form.meant);
  EXPECT_FALSE(endpoint.base_url.ends_with('/'));
}
INSTANTIATE_TEST_SUITE_P(
    Forms, BaseUrlFormTest,
    testing::Values(
        Form{"OpenAiBare", "http://h:1", kOpenAi, kChat, "http://h:1/v1/chat/completions"},
        Form{"OpenAiSlash", "http://h:1/", kOpenAi, kChat, "http://h:1/v1/chat/completions"},
        Form{"OpenAiV1", "http://h:1/v1", kOpenAi, kChat, "http://h:1/v1/chat/completions"},
        Form{"OpenAiV1Slashes", "http://h:1/v1//", kOpenAi, kChat, "http://h:1/v1/chat/completions"},
        Form{"OpenAiPasted", "http://h:1/v1/chat/completions", kOpenAi, kChat, "http://h:1/v1/chat/completions"},
        Form{"OpenAiPastedWithoutV1", "http://h:1/chat/completions/", kOpenAi, kChat, "http://h:1/v1/chat/completions"},
        Form{"OpenAiBehindAPath", "http://h:1/openai", kOpenAi, kChat, "http://h:1/openai/v1/chat/completions"},
        Form{"OpenAiBehindAPathV1", "http://h:1/openai/v1", kOpenAi, kChat, "http://h:1/openai/v1/chat/completions"},
        Form{"OpenAiOtherVersion", "https://h/api/paas/v4", kOpenAi, kChat, "https://h/api/paas/v4/chat/completions"},
        Form{"OpenAiNoVersionWord", "https://h/vllm", kOpenAi, kChat, "https://h/vllm/v1/chat/completions"},
        Form{"AnthropicBare", kAnthropic, kAnthropic, "/v1/messages", "https://api.anthropic.com/v1/messages"},
        Form{"AnthropicV1", "https://api.anthropic.com/v1/", kAnthropic, "/v1/messages",
             "https://api.anthropic.com/v1/messages"},
        Form{"AnthropicPasted", "https://h/v1/messages", kAnthropic, "/v1/messages", "https://h/v1/messages"},
        Form{"GoogleWhole", kGoogle, kGoogle, kShort, kGoogleChat},
        Form{"GoogleSlash", "https://generativelanguage.googleapis.com/v1beta/openai/", kGoogle, kShort, kGoogleChat},
        Form{"GoogleVersionOnly", "https://generativelanguage.googleapis.com/v1beta", kGoogle, kShort, kGoogleChat},
        Form{"GoogleOpenAiOnly", "https://generativelanguage.googleapis.com/openai", kGoogle, kShort, kGoogleChat},
        Form{"GoogleBare", "https://generativelanguage.googleapis.com", kGoogle, kShort, kGoogleChat},
        Form{"GooglePasted", kGoogleChat, kGoogle, kShort, kGoogleChat},
        Form{"GoogleElsewhere", "http://proxy/google", kGoogle, kShort,
             "http://proxy/google/v1beta/openai/chat/completions"},
        Form{"GoogleAtACompatibleServer", "http://h:1/v1", kGoogle, kShort, "http://h:1/v1/chat/completions"},
        Form{"OpenRouterWhole", kOpenRouter, kOpenRouter, kShort, "https://openrouter.ai/api/v1/chat/completions"},
        Form{"OpenRouterWithoutV1", "https://openrouter.ai/api", kOpenRouter, kShort,
             "https://openrouter.ai/api/v1/chat/completions"},
        Form{"OpenRouterBare", "https://openrouter.ai", kOpenRouter, kShort,
             "https://openrouter.ai/api/v1/chat/completions"},
        Form{"OpenRouterElsewhere", "http://h:1", kOpenRouter, kShort, "http://h:1/v1/chat/completions"},
        Form{"OpenRouterElsewhereV1", "http://h:1/v1", kOpenRouter, kShort, "http://h:1/v1/chat/completions"},
        Form{"FireworksBare", "https://api.fireworks.ai", kFireworks, kShort,
             "https://api.fireworks.ai/inference/v1/chat/completions"},
        Form{"FireworksElsewhere", "http://h/inference", kFireworks, kShort, "http://h/inference/v1/chat/completions"},
        Form{"OwnPathIsLiteral", "http://lab:8000", "http://lab:8000", kShort, "http://lab:8000/chat/completions"}),
    [](const auto& tested) { return tested.param.name; });

TEST(BaseUrl, SettledOnceStaysTheSame) {
  for (const char* usual : {kOpenAi, kGoogle, kOpenRouter, kFireworks}) {
    for (const char* path : {kChat, kShort}) {
      const Endpoint once = endpoint_of(usual, usual, path);
      const Endpoint again = endpoint_of(once.base_url, usual, once.chat_path);
      EXPECT_EQ(again.base_url + again.chat_path, once.base_url + once.chat_path) << usual << path;
    }
  }
}

TEST(BaseUrl, PasswordsInUrlsAreMasked) {
  EXPECT_EQ(masked_url("https://user:pass@host/v1"), "https://***@host/v1");
  EXPECT_EQ(masked_url("https://us/er:p@ss@host"), "https://***@host");
  EXPECT_EQ(masked_url("htps:/user:pass@host"), "***@host");
  EXPECT_EQ(masked_url("https://host/v1?key=sk-1"), "https://host/v1?***");
  EXPECT_EQ(masked_url("https://host:1/v1"), "https://host:1/v1");
  EXPECT_EQ(masked_url(""), "");
}

TEST(BaseUrl, WhatCannotBeABaseUrlIsRefused) {
  EXPECT_TRUE(check_base_url("http://[::1]:80/v1/@x"));
  for (const char* bad : {"", "ftp://h", "http://", "http:///v1", "http://h/v 1", "http://h\n", "https://u:p@h",
                          "https://u@h", "http://h?x=1", "http://h/#f"}) {
    EXPECT_FALSE(check_base_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace switchyard::config
