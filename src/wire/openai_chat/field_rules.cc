#include "wire/openai_chat/field_rules.h"

namespace switchyard::wire::openai_chat {
namespace {

using enum Carriage;

constexpr FieldRule kRows[] = {
    {Field::kModel, kExact, "the target's name for it"},
    {Field::kStream, kExact, ""},
    {Field::kOutputTokensMax, kExact,
     "max_tokens or max_completion_tokens, as the provider wants; clamped to the model's output limit"},
    {Field::kTemperature, kExact, ""},
    {Field::kTopP, kExact, ""},
    {Field::kTopK, kRefused, "no top_k"},
    {Field::kSeed, kExact, ""},
    {Field::kAnswerCount, kRefused, "several answers, but the client's dialect would show one", "1"},
    {Field::kFrequencyPenalty, kExact, ""},
    {Field::kPresencePenalty, kExact, ""},
    {Field::kLogitBias, kExact, ""},
    {Field::kLogprobs, kExact, ""},
    {Field::kTopLogprobs, kExact, ""},
    {Field::kStop, kExact, "at most 4; more are refused"},
    {Field::kJsonObject, kExact, "response_format"},
    {Field::kJsonSchema, kExact, "response_format"},
    {Field::kReasoningEffort, kExact, "reasoning_effort; max becomes xhigh"},
    {Field::kThinkingBudget, kEquivalent, "reasoning_effort: low up to 4096 tokens, medium up to 16384, high above"},
    {Field::kVerbosity, kExact, ""},
    {Field::kUser, kExact, ""},
    {Field::kMetadata, kHint, "labels for the provider's own records"},
    {Field::kServiceTier, kRefused, "no such service tier", "\"auto\" \"default\" \"standard_only\""},
    {Field::kFunctionTools, kExact, ""},
    {Field::kStrictTools, kExact, ""},
    {Field::kCustomTools, kEquivalent, "a function of one string, `input`, and its calls turned back"},
    {Field::kWebSearch, kRefused, "no web search tool that every provider has"},
    {Field::kCodeExecution, kRefused, "no code execution"},
    {Field::kOtherServerTools, kRefused, "no such server tool"},
    {Field::kToolChoice, kExact, "left out without tools"},
    {Field::kParallelToolCalls, kExact, ""},
    {Field::kSystem, kExact, "system messages; developer where the provider knows the role"},
    {Field::kText, kExact, ""},
    {Field::kParticipantName, kExact, ""},
    {Field::kImageData, kExact, "data URLs"},
    {Field::kImageUrl, kExact, ""},
    {Field::kAudio, kExact, "input_audio"},
    {Field::kFileData, kExact, "a file part with a data URL; plain text as a text part"},
    {Field::kFileUrl, kRefused, "no files by URL"},
    {Field::kFileId, kRefused, "no access to another provider's files"},
    {Field::kToolCalls, kExact, "ids made portable"},
    {Field::kBrokenArguments, kExact, "arguments are text"},
    {Field::kToolResults, kExact, "tool messages"},
    {Field::kToolResultImages, kEquivalent, "in a user message behind the tool messages"},
    {Field::kToolResultFiles, kEquivalent, "in a user message behind the tool messages"},
    {Field::kToolError, kEquivalent, "`Error: ` in front of the result"},
    {Field::kThinking, kHint, "stays with its provider"},
    {Field::kReasoningState, kHint, "sent to its issuer only"},
    {Field::kRefusal, kExact, ""},
    {Field::kCitations, kHint, "of past answers; display only"},
    {Field::kCacheControl, kHint, "these providers cache by themselves"},
    {Field::kOther, kRefused, "no such field"},
};
static_assert(std::size(kRows) == kFieldCount);

constexpr TargetRules kRules{
    .target = Dialect::kOpenAiChat, .name = "OpenAI Chat Completions", .rows = kRows, .stop_max = 4};

}  // namespace

const TargetRules& rules() { return kRules; }

}  // namespace switchyard::wire::openai_chat
