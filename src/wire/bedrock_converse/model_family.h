#pragma once
/// \file
/// Whose model a Bedrock id names, as far as Converse leaves fields to the model's maker. Pure.

#include <cstdint>
#include <string_view>

namespace switchyard::wire::bedrock_converse {

enum class ModelFamily : std::uint8_t {
  kOther,
  kClaude,
  kNova,    ///< Amazon's.
  kGptOss,  ///< OpenAI's open models.
};

/// Of "anthropic.claude-x-v1:0", of an inference profile ("us.anthropic.claude-x-v1:0", "global....") and of the ARN of
/// either. An application's own profile has an ARN that names no model: kOther.
ModelFamily family_of(std::string_view model);

/// Whether the model reads cache points; others refuse them.
inline bool caches(ModelFamily family) { return family == ModelFamily::kClaude || family == ModelFamily::kNova; }

}  // namespace switchyard::wire::bedrock_converse
