#pragma once
/// \file
/// `switchyard embedder tokenize`: shows what a tokenizer.json makes of texts, and lets the tests compare it with the
/// package that the file was written for.

#include <filesystem>
#include <istream>
#include <ostream>

#include "base/result.h"
#include "scoring/tokenizer/tokenizer.h"

namespace switchyard::cli {

/// The tokenizer.json of a model's folder. Errors: kNotFound if there is none, else as `read_tokenizer`.
Result<scoring::tokenizer::Tokenizer> load_tokenizer(const std::filesystem::path& assets);

/// One line in, a text as a JSON string; one line out, its tokens as a JSON array. Ends with `in`.
/// Errors: kInvalidRequest with the number of the line that is no JSON string.
Result<void> tokenize(const scoring::tokenizer::Tokenizer& tokenizer, std::istream& in, std::ostream& out);

}  // namespace switchyard::cli
