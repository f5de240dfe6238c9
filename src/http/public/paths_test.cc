#include "http/public/paths.h"

#include <gtest/gtest.h>

namespace switchyard::http {
namespace {

std::string normal(std::string_view path) {
  std::string made;
  return std::string(normal_path(path, made));
}

TEST(Paths, EveryFormOfABaseUrlLeadsToTheSameEndpoint) {
  for (const char* path : {"/v1/messages", "/messages", "/v1/v1/messages"}) EXPECT_EQ(normal(path), "/v1/messages");
  for (const char* path : {"/v1/chat/completions", "/chat/completions", "/v1beta/openai/chat/completions",
                           "/v1/v1beta/openai/v1/chat/completions"}) {
    EXPECT_EQ(normal(path), "/v1/chat/completions") << path;
  }
  for (const char* path :
       {"/v1beta/models/m:generateContent", "/v1beta/v1beta/models/m:generateContent",
        "/v1/v1beta/models/m:generateContent", "/v1/models/m:generateContent", "/models/m:generateContent"}) {
    EXPECT_EQ(normal(path), "/v1beta/models/m:generateContent") << path;
  }
  EXPECT_EQ(normal("/v1/models/ft:gpt:org"), "/v1/models/ft:gpt:org");
  EXPECT_EQ(normal("/responses/resp_1/input_items"), "/v1/responses/resp_1/input_items");
  EXPECT_EQ(normal("/modelsx"), "/modelsx");
}

TEST(Paths, ModelsAndActionsAreTakenApartAndDecoded) {
  const auto plain = model_action("/v1beta/models/gemini-2.5-pro:streamGenerateContent");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->model, "gemini-2.5-pro");
  EXPECT_EQ(plain->action, "streamGenerateContent");
  EXPECT_EQ(model_action("/v1beta/models/openrouter%2Fa%2Fb:c:countTokens")->model, "openrouter/a/b:c");
  for (const char* path : {"/v1beta/models", "/v1beta/models/m", "/v1beta/models/:generateContent",
                           "/v1beta/models/%zz:generateContent", "/v1beta/models/a%00b:generateContent"}) {
    EXPECT_FALSE(model_action(path)) << path;
  }
}

TEST(Paths, QueriesAreReadByName) {
  EXPECT_EQ(query_value("alt=sse&key=abc", "key"), "abc");
  EXPECT_EQ(query_value("alt=sse&key=abc", "alt"), "sse");
  EXPECT_EQ(query_value("keys=1", "key"), std::nullopt);
  EXPECT_EQ(query_value("beta", "beta"), "");
}

}  // namespace
}  // namespace switchyard::http
