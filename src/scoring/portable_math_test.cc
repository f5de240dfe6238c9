#include "scoring/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace switchyard::scoring {
namespace {

TEST(PortableMath, ExponentialAgreesWithTheLibrary) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(-1000.0), 0.0);
  for (double x = 0; x > -690; x -= 0.0371) {
    ASSERT_NEAR(portable_exp(x) / std::exp(x), 1.0, 1e-13) << x;
  }
}

TEST(PortableMath, LogarithmAgreesWithTheLibrary) {
  EXPECT_EQ(portable_log2(1.0), 0.0);
  EXPECT_EQ(portable_log2(1024.0), 10.0);
  for (double x = 1e-6; x < 1e9; x *= 1.0137) ASSERT_NEAR(portable_log2(x), std::log2(x), 1e-13) << x;
}

TEST(PortableMath, KeepsOrder) {
  for (double x = -30; x < 0; x += 0.001) ASSERT_LT(portable_exp(x), portable_exp(x + 0.001)) << x;
  for (double x = 0.5; x < 1000; x *= 1.001) ASSERT_LT(portable_log2(x), portable_log2(x * 1.001)) << x;
}

}  // namespace
}  // namespace switchyard::scoring
