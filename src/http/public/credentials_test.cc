#include "http/public/credentials.h"

#include <gtest/gtest.h>

namespace switchyard::http {
namespace {

TEST(Credentials, AGatewayKeyNeverTravelsUpstreamInAnyForm) {
  for (const char* value : {"rk_abc", "Bearer rk_abc", "bearer  rk_abc", "rk_", "Bearer RK_abc", " rk_abc",
                            "Bearer\trk_abc", "Basic,rk_abc", "Bearer token=\"rk_abc\""}) {
    EXPECT_TRUE(holds_gateway_key(value)) << value;
    EXPECT_EQ(forwardable(value), "") << value;
  }
}

TEST(Credentials, TheClientsOwnKeysTravel) {
  for (const char* value :
       {"", "sk-ant-api03-xyz", "Bearer sk-ant-oat-rk_inside", "Bearer ark_1", "rk", "Bearer rk-1"}) {
    EXPECT_FALSE(holds_gateway_key(value)) << value;
    EXPECT_EQ(forwardable(value), value);
  }
}

}  // namespace
}  // namespace switchyard::http
