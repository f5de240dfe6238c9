#pragma once
/// \file
/// Longest token that a text begins with: a trie over bytes in one hash table.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace switchyard::scoring::tokenizer {

class TokenTrie {
 public:
  struct Match {
    std::uint32_t id;
    std::size_t bytes;
  };

  /// A later token of the same bytes replaces an earlier one. `token` must not be empty.
  void add(std::string_view token, std::uint32_t id);
  /// The longest token at the beginning of `text`.
  [[nodiscard]] std::optional<Match> longest(std::string_view text) const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  struct Edge {
    std::uint64_t key = 0;  ///< Node * 256 + byte + 1; 0 marks a free place.
    std::uint32_t node = 0;
  };
  [[nodiscard]] std::size_t place(std::uint64_t key) const;
  void grow();

  std::vector<Edge> edges_ = std::vector<Edge>(64);  ///< Open addressing; a power of two, at most half full.
  std::vector<std::uint32_t> ids_ = {kNone};         ///< By node: the token that ends there.
};

}  // namespace switchyard::scoring::tokenizer
