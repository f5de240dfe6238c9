#pragma once
/// \file
/// Byte-level byte-pair encoding: a word's bytes are joined pair by pair, the pair that was learned first first, of
/// equal ones the leftmost. Source: `BPE` of Hugging Face tokenizers.

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scoring/tokenizer/model.h"

namespace switchyard::scoring::tokenizer {

class BytePair final : public Model {
 public:
  struct Merge {
    std::uint32_t rank, id;
  };
  struct Unknown {
    std::optional<std::uint32_t> id;  ///< Bytes that have no token become this, or nothing.
    bool fused = false;               ///< Neighbouring ones become one.
  };

  /// `bytes`: the token of each single byte, if it has one.
  BytePair(std::array<std::optional<std::uint32_t>, 256> bytes, Unknown unknown) : bytes_(bytes), unknown_(unknown) {}

  /// `left` and `right` next to one another become `merge.id`; a lower rank goes first.
  void add_merge(std::uint32_t left, std::uint32_t right, Merge merge);
  /// A word (its bytes) that is looked up whole before anything is merged.
  void add_whole_word(std::string bytes, std::uint32_t id);

  void append_word(std::string_view word, std::vector<std::uint32_t>& out) const override;

 private:
  [[nodiscard]] const Merge* find(std::uint32_t left, std::uint32_t right) const;

  std::array<std::optional<std::uint32_t>, 256> bytes_;
  Unknown unknown_;
  std::unordered_map<std::uint64_t, Merge> merges_;
  std::unordered_map<std::string, std::uint32_t> whole_words_;
};

}  // namespace switchyard::scoring::tokenizer
