#pragma once
/// \file
/// What the Hugging Face tokenizers make of a code point: class, lower case, canonical decomposition. The tables are
/// generated from the `tokenizers` package itself (tools/tokenizer_tables.py), whose parts follow different versions of
/// Unicode: a library of one version, such as ICU, differs from it in several hundred characters.

#include <cstdint>
#include <string>
#include <string_view>

namespace switchyard::scoring::tokenizer {

/// Bits of `CodePoint::flags`.
enum : std::uint8_t {
  kSpace = 1,        ///< White_Space.
  kPunctuation = 2,  ///< For BERT: Unicode's and every ASCII symbol.
  kDropped = 4,      ///< BERT's clean_text removes it: controls, formats, private use, U+FFFD.
  kMark = 8,         ///< BERT's strip_accents removes it: a nonspacing mark.
  kIdeograph = 16,   ///< BERT sets it apart as a word of its own.
  kLetter = 32,      ///< \p{L} of the byte-level pre-tokenizer.
  kNumber = 64,      ///< \p{N} of the byte-level pre-tokenizer.
};

struct CodePoint {
  std::uint8_t flags = 0;
  std::uint8_t combining_class = 0;
};
CodePoint code_point(char32_t c);

/// Appends the lower case of `c`: itself if it has none. (One character, U+0130, becomes two.)
void append_lower(char32_t c, std::u32string& out);
/// Appends the full canonical decomposition of `c`, in canonical order: itself if it has none.
void append_decomposed(char32_t c, std::u32string& out);

/// Takes the first character off `text`, which must not be empty. What is no UTF-8 becomes U+FFFD, one for each maximal
/// part of a sequence, as the Unicode standard recommends (chapter 3.9).
char32_t take_character(std::string_view& text);
void append_utf8(char32_t c, std::string& out);

}  // namespace switchyard::scoring::tokenizer
