#include "service/identity/key_ring.h"

#include <cstring>

#include "service/identity/token.h"

namespace switchyard::identity {
namespace {

std::uint64_t front(const Sha256& hash) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, hash.data(), sizeof bits);
  return bits;
}

/// Looks at every byte whatever it finds, so that the time tells nothing.
bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

KeySnapshot::KeySnapshot(std::vector<ApiKey> keys) {
  for (ApiKey& key : keys) {
    if (key.revoked_ms) continue;
    by_hash_.emplace(front(key.hash), static_cast<std::uint32_t>(keys_.size()));
    keys_.push_back(std::move(key));
  }
}

const ApiKey* KeySnapshot::find(std::string_view token) const {
  if (!is_token(token)) return nullptr;
  const Sha256 hash = token_hash(token);
  const auto [from, to] = by_hash_.equal_range(front(hash));
  for (auto at = from; at != to; ++at) {
    if (equal_in_constant_time(keys_[at->second].hash, hash)) return &keys_[at->second];
  }
  return nullptr;
}

Result<std::unique_ptr<KeyRing>> KeyRing::open(KeyStore& store) {
  SY_TRY(const std::int64_t counter, store.change_counter());
  SY_TRY(std::vector<ApiKey> keys, store.list());
  return std::unique_ptr<KeyRing>(new KeyRing(store, counter, std::make_shared<const KeySnapshot>(std::move(keys))));
}

Result<void> KeyRing::refresh() {
  // The counter is read first: a change between the two calls is seen again next time, not missed.
  SY_TRY(const std::int64_t counter, store_.change_counter());
  if (counter == counter_) return {};
  SY_TRY(std::vector<ApiKey> keys, store_.list());
  counter_ = counter;
  keys_.publish(std::make_shared<const KeySnapshot>(std::move(keys)));
  return {};
}

}  // namespace switchyard::identity
