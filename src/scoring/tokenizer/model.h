#pragma once
/// \file
/// Words to token numbers: the part of a tokenizer that holds the vocabulary.

#include <cstdint>
#include <string_view>
#include <vector>

namespace switchyard::scoring::tokenizer {

/// Safe to call from several threads.
class Model {
 public:
  virtual ~Model() = default;
  /// Appends the tokens of one word (not empty, valid UTF-8) to `out`.
  virtual void append_word(std::string_view word, std::vector<std::uint32_t>& out) const = 0;
};

}  // namespace switchyard::scoring::tokenizer
