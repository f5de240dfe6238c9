#include "wire/reasoning_state.h"

#include <gtest/gtest.h>

namespace switchyard::wire {
namespace {

TEST(ReasoningState, ComesHomeToItsIssuerThroughEveryDialect) {
  for (const Dialect issuer : kDialects) {
    for (const Dialect client : kDialects) {
      TextStorage storage;
      const JsonText shown = sealed_state({"EqRk+/=.x"}, issuer, client, storage);
      const ReasoningState back = opened_state(shown, client);
      EXPECT_EQ(back.value.escaped, "EqRk+/=.x");
      EXPECT_EQ(back.issuer, issuer) << dialect_name(issuer) << " through " << dialect_name(client);
    }
  }
}

TEST(ReasoningState, IsNobodysWhenTheMarkNamesNoDialect) {
  EXPECT_TRUE(opened_state({"sy1.martian.abc"}, Dialect::kAnthropic).value.empty());
  EXPECT_TRUE(opened_state({"sy1.gemini"}, Dialect::kAnthropic).value.empty());
}

}  // namespace
}  // namespace switchyard::wire
