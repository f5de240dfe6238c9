#include "wire/bedrock_converse/model_family.h"

namespace switchyard::wire::bedrock_converse {

ModelFamily family_of(std::string_view model) {
  if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos) model.remove_prefix(slash + 1);
  if (model.contains("anthropic.")) return ModelFamily::kClaude;
  if (model.contains("amazon.nova")) return ModelFamily::kNova;
  if (model.contains("openai.gpt-oss")) return ModelFamily::kGptOss;
  return ModelFamily::kOther;
}

}  // namespace switchyard::wire::bedrock_converse
