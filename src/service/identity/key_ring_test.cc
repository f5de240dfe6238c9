#include "service/identity/key_ring.h"

#include <gtest/gtest.h>

#include "service/identity/token.h"

namespace switchyard::identity {
namespace {

ApiKey key_of(const std::string& token) {
  ApiKey key;
  key.id = "key_" + token.substr(3, 4);
  describe(token, key);
  return key;
}

TEST(Token, HasTheFormThatIsAskedFor) {
  const std::string first = new_token(), second = new_token();
  EXPECT_EQ(first.size(), kTokenBytes);
  EXPECT_TRUE(is_token(first));
  EXPECT_NE(first, second);
  for (const std::string& bad : {std::string(), std::string("rk_"), "sk_" + first.substr(3), first + "x",
                                 first.substr(1), first.substr(0, 45) + "!"}) {
    EXPECT_FALSE(is_token(bad)) << bad;
  }
}

TEST(Token, ShowsOnlyItsEnds) {
  const std::string token = new_token();
  const ApiKey key = key_of(token);
  EXPECT_EQ(key.prefix, token.substr(0, 8));
  EXPECT_EQ(key.suffix, token.substr(token.size() - 4));
}

TEST(KeySnapshot, FindsGoodKeysOnly) {
  const std::string good = new_token(), revoked = new_token();
  ApiKey gone = key_of(revoked);
  gone.revoked_ms = 1;
  const KeySnapshot snapshot({key_of(good), gone});
  ASSERT_NE(snapshot.find(good), nullptr);
  EXPECT_EQ(snapshot.find(good)->id, key_of(good).id);
  EXPECT_EQ(snapshot.find(revoked), nullptr);
  EXPECT_EQ(snapshot.find(new_token()), nullptr);
  EXPECT_EQ(snapshot.find(""), nullptr);
  EXPECT_EQ(snapshot.size(), 1u);
}

/// A store whose counter and keys a test sets.
class FakeStore final : public KeyStore {
 public:
  Result<NewKey> create(std::string_view) override { return fail(ErrorKind::kNotImplemented, "read-only"); }
  Result<std::vector<ApiKey>> list() override {
    ++lists;
    return keys;
  }
  Result<NewKey> rotate(std::string_view) override { return fail(ErrorKind::kNotImplemented, "read-only"); }
  Result<ApiKey> revoke(std::string_view) override { return fail(ErrorKind::kNotImplemented, "read-only"); }
  Result<std::int64_t> change_counter() override {
    if (away) return fail(ErrorKind::kUnavailable, "away");
    return counter;
  }
  std::vector<ApiKey> keys;
  std::int64_t counter = 0;
  int lists = 0;
  bool away = false;
};

TEST(KeyRing, ReloadsOnlyAfterAChangeAndKeepsItsKeysWhileTheStoreIsAway) {
  FakeStore store;
  const std::string token = new_token();
  store.keys = {key_of(token)};
  auto ring = KeyRing::open(store);
  ASSERT_TRUE(ring);
  Published<KeySnapshot>::Reader reader((*ring)->keys());
  EXPECT_NE(reader.get()->find(token), nullptr);
  ASSERT_TRUE((*ring)->refresh());
  EXPECT_EQ(store.lists, 1);
  store.away = true;
  EXPECT_FALSE((*ring)->refresh());
  EXPECT_NE(reader.get()->find(token), nullptr);
  store.away = false;
  store.keys.clear();
  store.counter = 1;
  ASSERT_TRUE((*ring)->refresh());
  EXPECT_EQ(reader.get()->find(token), nullptr);
}

}  // namespace
}  // namespace switchyard::identity
