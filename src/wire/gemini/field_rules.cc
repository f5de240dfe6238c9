#include "wire/gemini/field_rules.h"

namespace switchyard::wire::gemini {
namespace {

using enum Carriage;

constexpr FieldRule kRows[] = {
    {Field::kModel, kExact, "stands in the URL"},
    {Field::kStream, kExact, "streamGenerateContent instead of generateContent"},
    {Field::kOutputTokensMax, kExact, "maxOutputTokens, clamped to the model's output limit"},
    {Field::kTemperature, kExact, "generationConfig.temperature"},
    {Field::kTopP, kExact, "generationConfig.topP"},
    {Field::kTopK, kExact, "generationConfig.topK"},
    {Field::kSeed, kExact, "generationConfig.seed"},
    {Field::kAnswerCount, kRefused, "no several answers that the gateway could translate", "1"},
    {Field::kFrequencyPenalty, kExact, "generationConfig.frequencyPenalty"},
    {Field::kPresencePenalty, kExact, "generationConfig.presencePenalty"},
    {Field::kLogitBias, kRefused, "no logit bias", "{}"},
    {Field::kLogprobs, kExact, "generationConfig.responseLogprobs"},
    {Field::kTopLogprobs, kExact, "generationConfig.logprobs"},
    {Field::kStop, kExact, "stopSequences; Google takes at most 5"},
    {Field::kJsonObject, kExact, "responseMimeType application/json"},
    {Field::kJsonSchema, kExact, "responseJsonSchema"},
    {Field::kReasoningEffort, kEquivalent, "thinkingLevel from Gemini 3 on, a thinkingBudget before"},
    {Field::kThinkingBudget, kExact, "thinkingBudget, clamped to the model family's limit"},
    {Field::kVerbosity, kEquivalent, "a line of system text that asks for short or long answers"},
    {Field::kUser, kHint, "no end-user ids; left out"},
    {Field::kMetadata, kRefused, "no metadata", "{}"},
    {Field::kServiceTier, kRefused, "no such service tier", "\"auto\" \"default\""},
    {Field::kFunctionTools, kExact, "functionDeclarations with parametersJsonSchema"},
    {Field::kStrictTools, kEquivalent,
     "the calling mode VALIDATED, which holds all calls to their schemas; ANY does so too"},
    {Field::kCustomTools, kEquivalent, "a function of one string, `input`"},
    {Field::kWebSearch, kEquivalent, "googleSearch"},
    {Field::kCodeExecution, kEquivalent, "codeExecution"},
    {Field::kOtherServerTools, kRefused, "no such tool"},
    {Field::kToolChoice, kExact, "functionCallingConfig; a named tool as ANY with one allowed function"},
    {Field::kParallelToolCalls, kEquivalent, "a line of system text that asks for one call at a time"},
    {Field::kSystem, kEquivalent, "systemInstruction, wherever the messages stood"},
    {Field::kText, kExact, ""},
    {Field::kParticipantName, kRefused, "no participant names"},
    {Field::kImageData, kExact, "inlineData"},
    {Field::kImageUrl, kExact, "fileData; its type from the URL's ending if not said"},
    {Field::kAudio, kExact, "inlineData"},
    {Field::kFileData, kExact, "inlineData; the file's name is left out"},
    {Field::kFileUrl, kExact, "fileData"},
    {Field::kFileId, kRefused, "no files of other providers"},
    {Field::kToolCalls, kExact, "functionCall; Gemini 3 gets Google's stand-in where another model left no signature"},
    {Field::kBrokenArguments, kRefused, "no calls whose arguments are not a JSON object"},
    {Field::kToolResults, kExact, "functionResponse; text that is no JSON object as `output`"},
    {Field::kToolResultImages, kEquivalent, "inside of the result from Gemini 3 on, beside it before"},
    {Field::kToolResultFiles, kEquivalent, "inside of the result from Gemini 3 on, beside it before"},
    {Field::kToolError, kExact, "the response's `error`"},
    {Field::kThinking, kHint, "thoughts of earlier turns are sent only if Gemini signed them"},
    {Field::kReasoningState, kExact, "thoughtSignature, if Gemini issued it; another provider's is left out"},
    {Field::kRefusal, kEquivalent, "text"},
    {Field::kCitations, kHint, "sources of earlier answers are left out"},
    {Field::kCacheControl, kHint, "Gemini caches by itself"},
    {Field::kOther, kRefused, "no such field"},
};
static_assert(std::size(kRows) == kFieldCount);

constexpr TargetRules kRules{.target = Dialect::kGemini,
                             .name = "Gemini",
                             .rows = kRows,
                             .stop_max = 5,
                             .search_allows = false,
                             .search_blocks = false};

}  // namespace

const TargetRules& rules() { return kRules; }

}  // namespace switchyard::wire::gemini
