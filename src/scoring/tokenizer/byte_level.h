#pragma once
/// \file
/// The byte-level pre-tokenizer of GPT-2 and RoBERTa: cuts a text into words by a fixed regular expression, written out
/// by hand here, and names every byte by one printable character.
/// Source: `ByteLevel` of Hugging Face tokenizers; the expression is
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+

#include <functional>
#include <string>
#include <string_view>

namespace switchyard::scoring::tokenizer {

/// Calls `see` with each word, whose leading space belongs to it; together the words are the whole text. Stops when
/// `see` returns false.
void for_each_byte_level_word(std::string_view text, const std::function<bool(std::string_view)>& see);

/// The character that stands for a byte in vocabularies: itself if it is printable Latin-1, else one from U+0100 up.
char32_t byte_name(unsigned char byte);

}  // namespace switchyard::scoring::tokenizer
