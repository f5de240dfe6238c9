#pragma once
/// \file
/// What every KeyStore must do, as tests to instantiate for each implementation.

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "service/identity/key_store.h"
#include "service/identity/token.h"

namespace switchyard::identity {

/// Opens the same store again each time, as another process would.
using OpenStore = std::function<std::unique_ptr<KeyStore>()>;

class KeyStoreContract : public testing::TestWithParam<std::function<OpenStore()>> {
 protected:
  OpenStore open_ = GetParam()();
  std::unique_ptr<KeyStore> store_ = open_();
};

TEST_P(KeyStoreContract, KeepsHashesAndNotKeys) {
  const auto made = store_->create("laptop");
  ASSERT_TRUE(made);
  const auto keys = store_->list();
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->front(), made->record);
  EXPECT_EQ(keys->front().hash, token_hash(made->token));
  EXPECT_EQ(keys->front().name, "laptop");
}

TEST_P(KeyStoreContract, RotatesTheSecretAndKeepsTheKey) {
  const auto first = store_->create("a");
  const auto second = store_->rotate(first->record.id);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->record.id, first->record.id);
  EXPECT_NE(second->token, first->token);
  EXPECT_EQ(store_->list()->front().hash, token_hash(second->token));
}

TEST_P(KeyStoreContract, RevokesForGood) {
  const auto made = store_->create("a");
  const auto revoked = store_->revoke(made->record.id.substr(0, 12));
  ASSERT_TRUE(revoked);
  EXPECT_TRUE(revoked->revoked_ms);
  EXPECT_EQ(store_->revoke(made->record.id)->revoked_ms, revoked->revoked_ms);
  const auto rotated = store_->rotate(made->record.id);
  ASSERT_FALSE(rotated);
  EXPECT_EQ(rotated.error().kind, ErrorKind::kConflict);
}

TEST_P(KeyStoreContract, NamesWhatItDoesNotKnow) {
  ASSERT_TRUE(store_->create("a"));
  ASSERT_TRUE(store_->create("b"));
  EXPECT_EQ(store_->revoke("key_zzz").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store_->revoke("").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store_->revoke("key_").error().kind, ErrorKind::kConflict);
}

TEST_P(KeyStoreContract, TellsOtherProcessesOfEveryChange) {
  const auto other = open_();
  std::int64_t before = *other->change_counter();
  const auto made = store_->create("a");
  EXPECT_NE(*other->change_counter(), before);
  before = *other->change_counter();
  ASSERT_TRUE(store_->rotate(made->record.id));
  EXPECT_NE(*other->change_counter(), before);
  before = *other->change_counter();
  ASSERT_TRUE(store_->revoke(made->record.id));
  EXPECT_NE(*other->change_counter(), before);
  EXPECT_EQ(*other->list(), *store_->list());
}

}  // namespace switchyard::identity
