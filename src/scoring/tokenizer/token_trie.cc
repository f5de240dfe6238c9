#include "scoring/tokenizer/token_trie.h"

#include <utility>

namespace switchyard::scoring::tokenizer {
namespace {

std::uint64_t edge_key(std::uint32_t node, char byte) {
  return (static_cast<std::uint64_t>(node) << 8 | static_cast<unsigned char>(byte)) + 1;
}

}  // namespace

std::size_t TokenTrie::place(std::uint64_t key) const {
  const std::size_t mask = edges_.size() - 1;
  std::size_t at = (key * 0x9e37'79b9'7f4a'7c15u >> 32) & mask;
  while (edges_[at].key != 0 && edges_[at].key != key) at = (at + 1) & mask;
  return at;
}

void TokenTrie::grow() {
  std::vector<Edge> old(edges_.size() * 2);
  old.swap(edges_);
  for (const Edge& edge : old) {
    if (edge.key != 0) edges_[place(edge.key)] = edge;
  }
}

void TokenTrie::add(std::string_view token, std::uint32_t id) {
  std::uint32_t node = 0;
  for (const char byte : token) {
    const std::uint64_t key = edge_key(node, byte);
    std::size_t at = place(key);
    if (edges_[at].key == 0) {
      if (ids_.size() * 2 > edges_.size()) {
        grow();
        at = place(key);
      }
      edges_[at] = {key, static_cast<std::uint32_t>(ids_.size())};
      ids_.push_back(kNone);
    }
    node = edges_[at].node;
  }
  ids_[node] = id;
}

std::optional<TokenTrie::Match> TokenTrie::longest(std::string_view text) const {
  std::optional<Match> found;
  std::uint32_t node = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Edge& edge = edges_[place(edge_key(node, text[i]))];
    if (edge.key == 0) break;
    node = edge.node;
    if (ids_[node] != kNone) found = Match{ids_[node], i + 1};
  }
  return found;
}

}  // namespace switchyard::scoring::tokenizer
