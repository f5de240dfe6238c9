#include "config/yaml_file.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "config/catalog_reader.h"

namespace switchyard::config {
namespace {

struct BadYaml {
  std::string name, text, problem;
};
class BadYamlFileTest : public testing::TestWithParam<BadYaml> {};
TEST_P(BadYamlFileTest, IsRefusedWithItsLine) {
  const auto read = parse_yaml_file(GetParam().text, "f.yaml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.substr(0, GetParam().problem.size()), GetParam().problem);
}

/// Nine levels, each ten times the one before: a billion values in 400 bytes.
std::string laughs(const std::string& key) {
  std::string text = key + ":\n";
  text += "  - &a0 [lol]\n";
  for (int level = 1; level < 10; ++level) {
    text += "  - &a" + std::to_string(level) + " [";
    for (int i = 0; i < 10; ++i) text += std::string(i == 0 ? "" : ", ") + "*a" + std::to_string(level - 1);
    text += "]\n";
  }
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadYamlFileTest,
    testing::Values(
        BadYaml{"BillionLaughs", laughs("models"), "f.yaml:2: expected at most 100000 values, aliases resolved"},
        BadYaml{"LongTextManyTimes",
                "models:\n  - &a " + std::string(60'000, 'x') + "\n" +
                    [] {
                      std::string aliases;
                      for (int i = 0; i < 200; ++i) aliases += "  - *a\n";
                      return aliases;
                    }(),
                "f.yaml:2: expected a catalog of at most 4194304 bytes, aliases resolved"},
        BadYaml{"AliasOfItself", "models: &a\n  - [*a]\n", "f.yaml:2: expected at most 32 values inside one another"},
        BadYaml{"TooDeep", "models:\n  " + std::string(40, '[') + std::string(40, ']'),
                "f.yaml:2: expected at most 32 values inside one another"},
        BadYaml{"FarTooDeep", "models: " + std::string(100'000, '['), "f.yaml:1: "},
        BadYaml{"ControlCharacter", "server:\n  host: a\x02\n", "f.yaml:2: expected no control characters"},
        BadYaml{"Utf16", std::string("\xff\xfes\0e\0", 6), "f.yaml:1: expected no control characters"},
        BadYaml{"Latin1", "server: {host: \xe4}\n", "f.yaml: expected UTF-8"},
        BadYaml{"TooLarge", std::string((1 << 20) + 1, '#'), "f.yaml: expected at most 1048576 bytes"},
        BadYaml{"TwoDocuments", "server: {}\n---\nserver: {}\n",
                "f.yaml:2: expected nothing behind the first document"},
        BadYaml{"StrayCommaThatLoadAllNeverEnds", ", r4e", "f.yaml:1: expected nothing behind the first document"},
        BadYaml{"KeyTwice", "server:\n  port: 1\n  port: 2\n", "f.yaml:3: key 'port' stands twice"},
        BadYaml{"KeyTwiceInTheCatalog", "models:\n  - id: a\n    id: b\n", "f.yaml:3: key 'id' stands twice"},
        BadYaml{"SectionTwice", "models: []\nmodels: []\n", "f.yaml:2: key 'models' stands twice"},
        BadYaml{"KeyThatIsAList", "? [a]\n: 1\n", "f.yaml:1: expected a key that is a plain word"},
        BadYaml{"UnknownAlias", "models:\n  - *nobody\n", "f.yaml:2: "}),
    [](const auto& tested) { return tested.param.name; });

struct CatalogLine {
  std::string name, text, problem;
};
class CatalogLineTest : public testing::TestWithParam<CatalogLine> {};
TEST_P(CatalogLineTest, ErrorsInCatalogSectionsTellTheLine) {
  const auto yaml = parse_yaml_file(GetParam().text, "f.yaml");
  ASSERT_TRUE(yaml) << yaml.error().message;
  CatalogEntries entries;
  const auto read = read_catalog(yaml->catalog, "f.yaml", entries);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, GetParam().problem);
}
INSTANTIATE_TEST_SUITE_P(
    Errors, CatalogLineTest,
    testing::Values(
        CatalogLine{"Key", "# c\nmodels:\n  - id: a\n    context_window: 1\n\n    tierr: low\n",
                    "f.yaml:6: models[0].tierr: unknown key; did you mean tier?"},
        CatalogLine{"Value", "models:\n  - id: a\n    context_window: 1\n  - id: b\n    context_window:\n      many\n",
                    "f.yaml:6: models[1].context_window: expected an integer of at least 0, found string"},
        CatalogLine{"SecondSection", "models:\n  - {id: a, context_window: 1}\nproviders:\n  - {name: x}\n",
                    "f.yaml:4: providers[0].base_url: expected a string, found none"},
        CatalogLine{"BehindABlock", "providers:\n  - name: |\n      two\n      lines\n    base_url: ftp://h\n",
                    "f.yaml:5: providers[0].base_url: expected a URL that begins with http:// or https://"},
        CatalogLine{"BehindAnAlias",
                    "models:\n  - id: a\n    context_window: &w 1\n  - id: b\n    context_window: *w\n    tier: x\n",
                    "f.yaml:6: models[1].tier: expected none, low, mid or high"},
        CatalogLine{"EmptySection", "server: {}\nmodels:\n", "f.yaml:2: models: expected an array, found null"}),
    [](const auto& tested) { return tested.param.name; });

TEST(YamlFile, AliasesWithinTheLimitsAreResolved) {
  const auto yaml =
      parse_yaml_file("models:\n  - &a {id: x, context_window: 8}\n  - *a\nrouting:\n  excluded_models: [x, y]\n", "f");
  ASSERT_TRUE(yaml) << yaml.error().message;
  const auto catalog = json::Document::parse(yaml->catalog);
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->root()["models"].size(), 2u);
  ASSERT_EQ(yaml->settings.size(), 1u);
  EXPECT_EQ(yaml->settings[0].value, "x,y");
  EXPECT_EQ(yaml->settings[0].line, 5u);
}

TEST(YamlFile, EmptyFilesAreEmpty) {
  for (const char* text : {"", "# only a comment\n", "---\n", "~\n"}) {
    const auto yaml = parse_yaml_file(text, "f");
    ASSERT_TRUE(yaml) << yaml.error().message;
    EXPECT_TRUE(yaml->settings.empty() && yaml->catalog.empty()) << text;
  }
}

}  // namespace
}  // namespace switchyard::config
