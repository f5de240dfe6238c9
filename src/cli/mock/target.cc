#include "cli/mock/target.h"

#include "base/encoding/uri.h"

namespace switchyard::cli {
namespace {

bool has(std::string_view path, std::string_view part) { return path.find(part) != std::string_view::npos; }

/// ".../models/{name}:{verb}"
Target model_target(std::string_view path) {
  const std::string last = uri_decode(path.substr(path.rfind('/') + 1));
  const std::size_t colon = last.rfind(':');
  if (colon == std::string::npos) return {TargetKind::kGeminiModel, last, {}};
  const std::string verb = last.substr(colon + 1);
  const bool generate = verb == "generateContent" || verb == "streamGenerateContent";
  return {generate ? TargetKind::kGemini : TargetKind::kGeminiExtra, last.substr(0, colon), verb};
}

}  // namespace

Target target_of(std::string_view path) {
  if (path.starts_with("/mock")) return {TargetKind::kControl, {}, {}};
  if (path.ends_with("/chat/completions")) return {TargetKind::kChat, {}, {}};
  if (path.ends_with("/completions")) return {TargetKind::kCompletions, {}, {}};
  if (path.ends_with("/messages/count_tokens")) return {TargetKind::kAnthropicCount, {}, {}};
  if (has(path, "/messages")) return {TargetKind::kAnthropic, {}, {}};
  if (path.ends_with("/responses")) return {TargetKind::kResponses, {}, {}};
  constexpr std::string_view kStored = "/responses/";
  if (has(path, kStored))
    return {TargetKind::kStoredResponse, std::string(path.substr(path.find(kStored) + kStored.size())), {}};
  const bool google = has(path, "/v1beta/") && !has(path, "/openai/");
  if (path.ends_with("/models")) return {google ? TargetKind::kGeminiModels : TargetKind::kModels, {}, {}};
  if (has(path, "/models/") && (google || has(path, ":") || has(path, "%3A"))) return model_target(path);
  return {};
}

}  // namespace switchyard::cli
