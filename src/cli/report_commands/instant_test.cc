#include "cli/report_commands/instant.h"

#include <gtest/gtest.h>

#include <optional>

namespace switchyard::cli {
namespace {

struct Case {
  std::string name;
  std::string_view text;
  std::optional<std::int64_t> want_us;  ///< Nothing: refused.
};
class InstantTest : public testing::TestWithParam<Case> {};

TEST_P(InstantTest, IsReadAsRfc3339Says) {
  const auto at = parse_instant(GetParam().text);
  ASSERT_EQ(at.has_value(), GetParam().want_us.has_value());
  if (at) {
    EXPECT_EQ(*at, *GetParam().want_us);
  } else {
    EXPECT_EQ(at.error().kind, ErrorKind::kInvalidRequest);
    EXPECT_NE(at.error().message.find("'" + std::string(GetParam().text) + "'"), std::string::npos);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Texts, InstantTest,
    testing::Values(
        Case{"Date", "2026-11-21", 1'795'219'200'000'000}, Case{"Epoch", "1970-01-01", 0},
        Case{"BeforeTheEpoch", "1969-12-31T23:59:59Z", -1'000'000},
        Case{"LeapDay", "2024-02-29", 1'709'164'800'000'000},
        Case{"Utc", "2026-11-21T08:00:00Z", 1'795'248'000'000'000},
        Case{"SmallLettersAndSpace", "2026-11-21 08:00:00z", 1'795'248'000'000'000},
        Case{"EastOfGreenwich", "2026-11-21T08:00:00+01:00", 1'795'244'400'000'000},
        Case{"WestOfGreenwich", "2026-11-21T08:00:00-05:30", 1'795'267'800'000'000},
        Case{"Fraction", "1970-01-01T00:00:00.25Z", 250'000}, Case{"FractionIsCut", "1970-01-01T00:00:00.0000019Z", 1},
        Case{"LeapSecond", "2016-12-31T23:59:60Z", 1'483'228'800'000'000}, Case{"Empty", "", std::nullopt},
        Case{"NoZone", "2026-11-21T08:00:00", std::nullopt}, Case{"NoSeconds", "2026-11-21T08:00Z", std::nullopt},
        Case{"NoSuchDay", "2026-02-29", std::nullopt}, Case{"NoSuchMonth", "2026-13-01", std::nullopt},
        Case{"NoSuchHour", "2026-11-21T24:00:00Z", std::nullopt},
        Case{"EmptyFraction", "2026-11-21T08:00:00.Z", std::nullopt}, Case{"OneDigitDay", "2026-11-1", std::nullopt},
        Case{"Behind", "2026-11-21x", std::nullopt}, Case{"BehindTheZone", "2026-11-21T08:00:00Zx", std::nullopt},
        Case{"Words", "yesterday", std::nullopt}, Case{"Sign", "+026-11-21", std::nullopt}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace switchyard::cli
