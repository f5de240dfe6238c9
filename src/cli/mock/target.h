#pragma once
/// \file
/// What a request's method and path ask of the mock provider. Pure.

#include <string>
#include <string_view>

namespace switchyard::cli {

enum class TargetKind {
  kControl,
  kChat,
  kCompletions,
  kResponses,
  kStoredResponse,  ///< `name` is what follows "/responses/".
  kAnthropic,
  kAnthropicCount,
  kGemini,       ///< `name` is the model, `verb` generateContent or streamGenerateContent.
  kGeminiExtra,  ///< Another verb of a model.
  kGeminiModels,
  kGeminiModel,
  kModels,
};

struct Target {
  TargetKind kind = TargetKind::kChat;
  std::string name, verb;
};

/// Every path that says nothing else is one of chat completions: providers of that dialect put it in many places.
Target target_of(std::string_view path);

}  // namespace switchyard::cli
