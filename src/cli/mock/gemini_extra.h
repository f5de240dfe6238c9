#pragma once
/// \file
/// The mock's other Gemini methods: counting tokens, embeddings, the list of models. Pure.

#include <string>
#include <string_view>

#include "cli/mock/dialect.h"

namespace switchyard::cli {

/// The answer of `verb` (countTokens, embedContent, batchEmbedContents), or the refusal of one that does not exist.
std::string gemini_extra(std::string_view verb, const MockRequest& request, Checked& refusal);
/// {"models":[...]}
std::string gemini_models();
std::string gemini_model(std::string_view name);

}  // namespace switchyard::cli
