#include "domain/catalog.h"

#include <gtest/gtest.h>

namespace switchyard {
namespace {

Model model(std::string id, std::vector<std::string> aliases = {}) {
  Model m;
  m.id = std::move(id);
  m.aliases = std::move(aliases);
  return m;
}
Provider provider(std::string name) {
  Provider p;
  p.name = std::move(name);
  return p;
}

Catalog sample() {
  Binding first, second;
  first.model = 0;
  first.provider = 0;
  second.model = 0;
  second.provider = 1;
  auto built = Catalog::build({model("claude-haiku-4-5", {"haiku"}), model("gpt-5.4-mini")},
                              {provider("anthropic"), provider("openrouter")}, {first, second});
  return *std::move(built);
}

TEST(Catalog, FindsModelsByIdAliasDateAndWindowSuffix) {
  const Catalog c = sample();
  EXPECT_EQ(c.find_model("claude-haiku-4-5"), 0u);
  EXPECT_EQ(c.find_model("haiku"), 0u);
  EXPECT_EQ(c.find_model("claude-haiku-4-5-20251001"), 0u);
  EXPECT_EQ(c.find_model("claude-haiku-4-5[1m]"), 0u);
  EXPECT_EQ(c.find_model("claude-haiku-4-6"), std::nullopt);
  EXPECT_EQ(c.find_model("claude-haiku-4-5-2025x001"), std::nullopt);
}

TEST(Catalog, KeepsTheOrderOfBindings) {
  const Catalog c = sample();
  EXPECT_EQ(c.bindings_of(0), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_TRUE(c.bindings_of(1).empty());
}

TEST(Catalog, NamesWhatResemblesAnUnknownName) {
  const Catalog c = sample();
  EXPECT_EQ(c.near_names("claude-haiku-45"), std::vector<std::string>{"claude-haiku-4-5"});
  EXPECT_EQ(c.near_names("gpt-5.4"), std::vector<std::string>{"gpt-5.4-mini"});
  EXPECT_TRUE(c.near_names("zzzzzzzzzzz").empty());
}

TEST(Catalog, RefusesAnAliasThatIsTaken) {
  const auto built = Catalog::build({model("a"), model("b", {"a"})}, {}, {});
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().message, "models: alias 'a' of 'b' is taken by another model");
}

TEST(EditDistance, CountsTranspositionsOnce) {
  EXPECT_EQ(edit_distance("gpt", "gtp"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Price, AddsTheBucketsExactly) {
  const Price price{Usd::per_token(3'000'000), Usd::per_token(15'000'000), Usd::per_token(300'000),
                    Usd::per_token(3'750'000)};
  EXPECT_EQ(price.cost({.input = 10, .cache_read = 100, .cache_write = 4, .output = 7, .reasoning = 3}).pico(),
            30'000'000 + 30'000'000 + 15'000'000 + 150'000'000);
}

}  // namespace
}  // namespace switchyard
