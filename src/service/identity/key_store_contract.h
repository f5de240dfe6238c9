#pragma once
/// \file
/// What every KeyStore must do, as tests to instantiate for each implementation.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>

#include "service/identity/key_ring.h"
#include "service/identity/key_store.h"
#include "service/identity/token.h"

namespace switchyard::identity {

/// Opens the same store again each time, as another process would.
using OpenStore = std::function<std::unique_ptr<KeyStore>()>;

/// A process of its own that opens the store when it is first asked for something. Made before this process opens
/// the store: a driver's connections do not survive a fork.
class OtherProcess {
 public:
  explicit OtherProcess(const OpenStore& open) {
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_) != 0) std::abort();
    child_ = ::fork();
    if (child_ != 0) return;
    ::close(ends_[0]);
    serve(open);
    ::_exit(0);
  }
  ~OtherProcess() {
    ::close(ends_[0]);
    ::close(ends_[1]);
    ::waitpid(child_, nullptr, 0);
  }
  OtherProcess(const OtherProcess&) = delete;

  /// Begins "create" or "revoke <id>" there; `done` waits for it and says whether it succeeded.
  void begin(const std::string& order) { EXPECT_GT(::send(ends_[0], order.data(), order.size(), 0), 0); }
  bool done() {
    char succeeded = 0;
    return ::recv(ends_[0], &succeeded, 1, 0) == 1 && succeeded == 1;
  }

 private:
  void serve(const OpenStore& open) const {
    std::unique_ptr<KeyStore> store;
    char bytes[256];
    for (ssize_t got; (got = ::recv(ends_[1], bytes, sizeof bytes, 0)) > 0;) {
      const std::string_view order(bytes, static_cast<std::size_t>(got));
      if (!store) store = open();
      const char succeeded = order == "create" ? store->create("theirs").has_value()
                                               : store->revoke(order.substr(order.find(' ') + 1)).has_value();
      if (::send(ends_[1], &succeeded, 1, 0) < 0) return;
    }
  }
  int ends_[2] = {-1, -1};
  pid_t child_ = -1;
};

class KeyStoreContract : public testing::TestWithParam<std::function<OpenStore()>> {
 protected:
  OpenStore open_ = GetParam()();
  OtherProcess other_{open_};
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

TEST_P(KeyStoreContract, SeesAKeyThatAnotherProcessRevoked) {
  const auto made = store_->create("a");
  ASSERT_TRUE(made);
  const auto ring = KeyRing::open(*store_);
  ASSERT_TRUE(ring);
  const auto known = [&] { return (*ring)->keys().current()->find(made->token) != nullptr; };
  ASSERT_TRUE(known());
  other_.begin("revoke " + made->record.id);
  ASSERT_TRUE(other_.done());
  ASSERT_TRUE((*ring)->refresh());
  EXPECT_FALSE(known());
  EXPECT_TRUE(store_->list()->front().revoked_ms);
}

TEST_P(KeyStoreContract, KeepsTheKeysOfTwoProcessesThatCreateAtOnce) {
  constexpr int kEach = 20;
  for (int i = 0; i < kEach; ++i) {
    other_.begin("create");
    EXPECT_TRUE(store_->create("ours"));
    EXPECT_TRUE(other_.done());
  }
  EXPECT_EQ(store_->list()->size(), 2u * kEach);
}

}  // namespace switchyard::identity
