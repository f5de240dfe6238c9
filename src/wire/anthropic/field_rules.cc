#include "wire/anthropic/field_rules.h"

namespace switchyard::wire::anthropic {
namespace {

using enum Carriage;

constexpr FieldRule kRows[] = {
    {Field::kModel, kExact, "the target's name for it"},
    {Field::kStream, kExact, ""},
    {Field::kOutputTokensMax, kExact, "max_tokens; clamped to the model's output limit; 8192 if absent"},
    {Field::kTemperature, kEquivalent, "above 1 it becomes 1, the most Anthropic takes; left out with thinking"},
    {Field::kTopP, kEquivalent, "left out below 0.95 with thinking, which takes no less"},
    {Field::kTopK, kEquivalent, "left out with thinking, which does not take it"},
    {Field::kSeed, kRefused, "no seed"},
    {Field::kAnswerCount, kRefused, "no several answers to one request", "1"},
    {Field::kFrequencyPenalty, kRefused, "no penalties", "0 0.0"},
    {Field::kPresencePenalty, kRefused, "no penalties", "0 0.0"},
    {Field::kLogitBias, kRefused, "no logit_bias", "{}"},
    {Field::kLogprobs, kRefused, "no logprobs", "false"},
    {Field::kTopLogprobs, kRefused, "no logprobs", "0"},
    {Field::kStop, kExact, "stop_sequences; blank strings are left out"},
    {Field::kJsonObject, kEquivalent, "a system block that asks for one JSON object"},
    {Field::kJsonSchema, kExact, "output_config.format"},
    {Field::kReasoningEffort, kEquivalent,
     "a thinking budget within max_tokens; left out where Anthropic takes no thinking: beside a forced tool choice, "
     "and "
     "while answering tool calls that no signed thinking began"},
    {Field::kThinkingBudget, kExact, "thinking.budget_tokens, with the same exceptions"},
    {Field::kVerbosity, kEquivalent, "a line of system text that asks for short or long answers"},
    {Field::kUser, kExact, "metadata.user_id"},
    {Field::kMetadata, kHint, "labels for the provider's own records"},
    {Field::kServiceTier, kRefused, "no such service tier", "\"auto\" \"default\" \"standard_only\""},
    {Field::kFunctionTools, kExact, "tools[] with input_schema"},
    {Field::kStrictTools, kExact, ""},
    {Field::kCustomTools, kEquivalent, "a tool of one string, `input`, and its calls turned back"},
    {Field::kWebSearch, kEquivalent, "the web_search_20250305 tool"},
    {Field::kCodeExecution, kEquivalent, "the code_execution_20250825 tool"},
    {Field::kOtherServerTools, kRefused, "no such server tool"},
    {Field::kToolChoice, kExact, "required becomes any"},
    {Field::kParallelToolCalls, kExact, "tool_choice.disable_parallel_tool_use"},
    {Field::kSystem, kExact, "`system` blocks, in order"},
    {Field::kText, kExact, ""},
    {Field::kParticipantName, kRefused, "no participant names"},
    {Field::kImageData, kExact, ""},
    {Field::kImageUrl, kExact, "the detail, a hint, is left out"},
    {Field::kAudio, kRefused, "no audio"},
    {Field::kFileData, kExact, "a document block; PDF and plain text"},
    {Field::kFileUrl, kExact, "a document block"},
    {Field::kFileId, kRefused, "no access to another provider's files"},
    {Field::kToolCalls, kExact, "tool_use; ids made portable"},
    {Field::kBrokenArguments, kRefused, "only JSON objects as tool input"},
    {Field::kToolResults, kExact, "tool_result"},
    {Field::kToolResultImages, kExact, ""},
    {Field::kToolResultFiles, kExact, ""},
    {Field::kToolError, kExact, "is_error"},
    {Field::kThinking, kHint, "reasoning without Anthropic's signature; it stays with its provider"},
    {Field::kReasoningState, kHint, "sent to its issuer only"},
    {Field::kRefusal, kEquivalent, "text"},
    {Field::kCitations, kHint, "of past answers; display only"},
    {Field::kCacheControl, kExact, ""},
    {Field::kOther, kRefused, "no such field"},
};
static_assert(std::size(kRows) == kFieldCount);

constexpr TargetRules kRules{.target = Dialect::kAnthropic, .name = "Anthropic Messages", .rows = kRows};

}  // namespace

const TargetRules& rules() { return kRules; }

}  // namespace switchyard::wire::anthropic
