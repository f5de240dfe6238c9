#include "service/forward/target.h"

#include <gtest/gtest.h>

namespace switchyard::forward {
namespace {

Provider provider(std::string name, Dialect dialect = Dialect::kOpenAiChat, AuthScheme auth = AuthScheme::kBearer) {
  Provider p;
  p.name = std::move(name);
  p.dialect = dialect;
  p.chat_path = dialect == Dialect::kAnthropic ? "/v1/messages" : "/v1/chat/completions";
  p.auth = auth;
  p.api_key = auth == AuthScheme::kBearer ? "secret" : "";
  return p;
}

/// anthropic, other, openai, cloud (signs), bare (no key). "m" is at other and openai, "claude" at anthropic only.
Catalog catalog() {
  Model m{.id = "m", .aliases = {"emm"}}, claude{.id = "claude"};
  Provider bare = provider("bare");
  bare.api_key.clear();
  std::vector<Provider> providers = {provider("anthropic", Dialect::kAnthropic), provider("other"), provider("openai"),
                                     provider("cloud", Dialect::kOpenAiChat, AuthScheme::kAwsSigV4), bare};
  Binding at_other{.model = 0, .provider = 1, .upstream_id = "org/m"};
  Binding at_openai{.model = 0, .provider = 2, .upstream_id = "m-2026"};
  Binding at_anthropic{.model = 1, .provider = 0, .upstream_id = "claude"};
  return *Catalog::build({m, claude}, providers, {at_other, at_openai, at_anthropic});
}

std::string show(const Result<std::vector<Target>>& targets, const Catalog& c) {
  if (!targets) return std::string(error_kind_name(targets.error().kind));
  std::string text;
  for (const Target& t : *targets) {
    text += (text.empty() ? "" : " ") + c.providers()[t.provider].name + "=" + t.model + (t.binding ? "" : "?");
  }
  return text;
}

struct Case {
  std::string name, model, provider, want;
  Body body = Body::kBuffered;
};
class TargetTest : public testing::TestWithParam<Case> {};

TEST_P(TargetTest, IsWhoServesTheModel) {
  const Catalog c = catalog();
  const routing::Table table(c, {}, nullptr);
  EXPECT_EQ(show(find_targets(GetParam().model, GetParam().provider, GetParam().body, table), c), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Names, TargetTest,
    testing::Values(
        Case{"Known", "m", "", "other=org/m openai=m-2026"}, Case{"Alias", "emm", "", "other=org/m openai=m-2026"},
        Case{"AtAProvider", "openai/m", "", "openai=m-2026"}, Case{"ItsOwnName", "other/org/m", "", "other=org/m"},
        Case{"OnlyTheProviderKnowsIt", "other/embed-9", "", "other=embed-9?"},
        Case{"NobodyKnowsIt", "text-embedding-3-small", "", "openai=text-embedding-3-small?"},
        Case{"DefaultProvidersOwnName", "m-2026", "", "openai=m-2026"},
        Case{"SlashThatIsNoProvider", "BAAI/bge-m3", "", "openai=BAAI/bge-m3?"}, Case{"NoModel", "", "", "openai=?"},
        Case{"ProviderOnly", "", "other", "other=?"}, Case{"ProviderAndModel", "m", "other", "other=org/m"},
        Case{"ProviderTwice", "other/m", "other", "other=org/m"},
        Case{"ProviderThatLacksTheModel", "claude", "other", "other=claude?"},
        Case{"OtherDialectsModel", "claude", "", "not_found"},
        Case{"OtherDialectsProvider", "", "anthropic", "invalid_request"},
        Case{"UnknownProvider", "", "nobody", "not_found"}, Case{"ProviderWithoutKey", "", "bare", "invalid_request"},
        Case{"Signed", "", "cloud", "cloud=?"},
        Case{"SignedCannotBeStreamed", "", "cloud", "invalid_request", Body::kStreamed},
        Case{"LineBreak", "m\r\nx: y", "", "invalid_request"}, Case{"NotAscii", "m\xff", "", "invalid_request"},
        Case{"TooLong", std::string(kModelBytesMax + 1, 'm'), "", "invalid_request"}),
    [](const auto& tested) { return tested.param.name; });

TEST(TargetTest, ExcludedProvidersAndModelsAreNotAsked) {
  const Catalog c = catalog();
  routing::Policy policy;
  policy.excluded_providers = {"openai"};
  EXPECT_EQ(show(find_targets("m", "", Body::kBuffered, routing::Table(c, policy, nullptr)), c), "other=org/m");
  EXPECT_EQ(show(find_targets("x", "", Body::kBuffered, routing::Table(c, policy, nullptr)), c), "other=x?");
  policy.excluded_providers = {"openai", "other", "cloud"};
  EXPECT_EQ(show(find_targets("x", "", Body::kBuffered, routing::Table(c, policy, nullptr)), c), "not_found");
  policy = {};
  policy.excluded_models = {"m"};
  const routing::Table table(c, policy, nullptr);
  EXPECT_EQ(show(find_targets("m", "", Body::kBuffered, table), c), "not_found");
  EXPECT_EQ(show(find_targets("openai/m-2026", "", Body::kBuffered, table), c), "not_found");
  EXPECT_EQ(show(find_targets("m-2026", "", Body::kBuffered, table), c), "not_found");
}

}  // namespace
}  // namespace switchyard::forward
