#pragma once
/// \file
/// The keys that are good now, for the request path: an immutable table, replaced whole when the store has changed.

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/published.h"
#include "service/identity/key_store.h"

namespace switchyard::identity {

/// Immutable; many threads read it.
class KeySnapshot {
 public:
  /// Leaves revoked keys out.
  explicit KeySnapshot(std::vector<ApiKey> keys);
  /// The key whose text is `token`, or null. Hashes once; compares in constant time.
  [[nodiscard]] const ApiKey* find(std::string_view token) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::vector<ApiKey> keys_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;  ///< By the hash's first 8 bytes.
};

/// Keeps a snapshot up to date. `refresh` is called on one background thread; readers are on any.
class KeyRing {
 public:
  /// Loads the keys. `store` outlives the ring.
  static Result<std::unique_ptr<KeyRing>> open(KeyStore& store);
  /// Reloads if the store has changed. On failure the old keys stay good; the error is returned for the log.
  Result<void> refresh();
  [[nodiscard]] const Published<KeySnapshot>& keys() const { return keys_; }

 private:
  KeyRing(KeyStore& store, std::int64_t counter, std::shared_ptr<const KeySnapshot> first)
      : store_(store), counter_(counter), keys_(std::move(first)) {}
  KeyStore& store_;
  std::int64_t counter_;
  Published<KeySnapshot> keys_;
};

}  // namespace switchyard::identity
