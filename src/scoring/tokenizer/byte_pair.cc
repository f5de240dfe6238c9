#include "scoring/tokenizer/byte_pair.h"

#include <queue>
#include <tuple>

namespace switchyard::scoring::tokenizer {
namespace {

constexpr std::uint32_t kEnd = 0xffff'ffff;

std::uint64_t pair_key(std::uint32_t left, std::uint32_t right) {
  return static_cast<std::uint64_t>(left) << 32 | right;
}

/// A part of the word, linked to its neighbours.
struct Symbol {
  std::uint32_t id;
  std::uint32_t before, after;
  bool joined = false;  ///< Into its left neighbour.
};

struct Candidate {
  std::uint32_t rank, at, id;
  bool operator>(const Candidate& other) const { return std::tie(rank, at) > std::tie(other.rank, other.at); }
};

}  // namespace

void BytePair::add_merge(std::uint32_t left, std::uint32_t right, Merge merge) {
  merges_.insert_or_assign(pair_key(left, right), merge);
}

void BytePair::add_whole_word(std::string bytes, std::uint32_t id) { whole_words_.emplace(std::move(bytes), id); }

const BytePair::Merge* BytePair::find(std::uint32_t left, std::uint32_t right) const {
  const auto at = merges_.find(pair_key(left, right));
  return at == merges_.end() ? nullptr : &at->second;
}

void BytePair::append_word(std::string_view word, std::vector<std::uint32_t>& out) const {
  if (!whole_words_.empty()) {
    if (const auto at = whole_words_.find(std::string(word)); at != whole_words_.end()) {
      out.push_back(at->second);
      return;
    }
  }
  std::vector<Symbol> symbols;
  symbols.reserve(word.size());
  bool unknown_before = false;
  for (const char byte : word) {
    const auto known = bytes_[static_cast<unsigned char>(byte)];
    const auto id = known ? known : unknown_.id;
    const bool fused = !known && unknown_before && unknown_.fused;
    unknown_before = !known && unknown_.id;
    if (!id || fused) continue;
    const auto at = static_cast<std::uint32_t>(symbols.size());
    symbols.push_back({*id, at - 1, at + 1});
  }
  if (symbols.empty()) return;
  symbols.front().before = kEnd;
  symbols.back().after = kEnd;

  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto offer = [&](std::uint32_t at) {
    if (at == kEnd || symbols[at].after == kEnd) return;
    if (const Merge* merge = find(symbols[at].id, symbols[symbols[at].after].id)) {
      queue.push({merge->rank, at, merge->id});
    }
  };
  for (std::uint32_t at = 0; at < symbols.size(); ++at) offer(at);
  while (!queue.empty()) {
    const Candidate next = queue.top();
    queue.pop();
    Symbol& left = symbols[next.at];
    if (left.joined || left.after == kEnd) continue;
    // An earlier merge may have changed either side since this one was put in line.
    const Merge* const merge = find(left.id, symbols[left.after].id);
    if (merge == nullptr || merge->id != next.id) continue;
    symbols[left.after].joined = true;
    left.id = merge->id;
    left.after = symbols[left.after].after;
    if (left.after != kEnd) symbols[left.after].before = next.at;
    offer(left.before);
    offer(next.at);
  }
  for (std::uint32_t at = 0; at != kEnd; at = symbols[at].after) out.push_back(symbols[at].id);
}

}  // namespace switchyard::scoring::tokenizer
