#include "wire/bedrock_converse/field_rules.h"

namespace switchyard::wire::bedrock_converse {
namespace {

using enum Carriage;

constexpr FieldRule kRows[] = {
    {Field::kModel, kExact, "in the path"},
    {Field::kStream, kExact, "in the path"},
    {Field::kOutputTokensMax, kExact, "inferenceConfig.maxTokens; clamped to the model's output limit"},
    {Field::kTemperature, kEquivalent, "above 1 it becomes 1 for Claude, which takes no more; left out with thinking"},
    {Field::kTopP, kEquivalent, "inferenceConfig.topP; left out below 0.95 with Claude's thinking"},
    {Field::kTopK, kEquivalent, "additionalModelRequestFields, where each maker has it; left out with thinking"},
    {Field::kSeed, kRefused, "no seed"},
    {Field::kAnswerCount, kRefused, "no several answers to one request", "1"},
    {Field::kFrequencyPenalty, kRefused, "no penalties", "0 0.0"},
    {Field::kPresencePenalty, kRefused, "no penalties", "0 0.0"},
    {Field::kLogitBias, kRefused, "no logit_bias", "{}"},
    {Field::kLogprobs, kRefused, "no logprobs", "false"},
    {Field::kTopLogprobs, kRefused, "no logprobs", "0"},
    {Field::kStop, kExact, "inferenceConfig.stopSequences; blank strings are left out"},
    {Field::kJsonObject, kEquivalent, "a system block that asks for one JSON object"},
    {Field::kJsonSchema, kExact, "outputConfig.textFormat"},
    {Field::kReasoningEffort, kEquivalent,
     "Claude: a thinking budget, with the exceptions that Anthropic has; gpt-oss: reasoning_effort; other models "
     "reason "
     "as they do"},
    {Field::kThinkingBudget, kEquivalent, "Claude: thinking.budget_tokens; other models reason as they do"},
    {Field::kVerbosity, kRefused, "no verbosity", "\"medium\""},
    {Field::kUser, kHint, "a label for the provider's own records"},
    {Field::kMetadata, kHint, "labels for the provider's own records"},
    {Field::kServiceTier, kRefused, "no such service tier", "\"auto\" \"default\" \"standard_only\""},
    {Field::kFunctionTools, kExact, "toolConfig.tools[].toolSpec"},
    {Field::kStrictTools, kExact, ""},
    {Field::kCustomTools, kEquivalent, "a tool of one string, `input`, and its calls turned back"},
    {Field::kWebSearch, kRefused, "no web search"},
    {Field::kCodeExecution, kRefused, "no code execution"},
    {Field::kOtherServerTools, kRefused, "no such server tool"},
    {Field::kToolChoice, kEquivalent,
     "required becomes any; none leaves the tools out, or, beside past calls, becomes a system block"},
    {Field::kParallelToolCalls, kEquivalent,
     "Claude: tool_choice.disable_parallel_tool_use; other models: a system block"},
    {Field::kSystem, kExact, "`system` blocks, in order"},
    {Field::kText, kExact, "blocks of blanks only, which are refused, are left out"},
    {Field::kParticipantName, kRefused, "no participant names"},
    {Field::kImageData, kExact, ""},
    {Field::kImageUrl, kRefused, "no images by URL"},
    {Field::kAudio, kRefused, "no audio"},
    {Field::kFileData, kExact, "a document block; its name without what Converse refuses"},
    {Field::kFileUrl, kRefused, "no files by URL"},
    {Field::kFileId, kRefused, "no access to another provider's files"},
    {Field::kToolCalls, kExact, "toolUse; ids made portable"},
    {Field::kBrokenArguments, kRefused, "only JSON objects as tool input"},
    {Field::kToolResults, kExact, "toolResult"},
    {Field::kToolResultImages, kExact, ""},
    {Field::kToolResultFiles, kExact, ""},
    {Field::kToolError, kExact, "status: error"},
    {Field::kThinking, kHint, "reasoning without a signature; it stays with its provider"},
    {Field::kReasoningState, kHint, "sent to its issuer only; a Claude model takes Anthropic's signatures"},
    {Field::kRefusal, kEquivalent, "text"},
    {Field::kCitations, kHint, "of past answers; display only"},
    {Field::kCacheControl, kEquivalent, "a cachePoint behind the block, for Claude and Nova; others do not cache"},
    {Field::kOther, kRefused, "no such field"},
};
static_assert(std::size(kRows) == kFieldCount);

constexpr TargetRules kRules{.target = Dialect::kBedrockConverse, .name = "Bedrock Converse", .rows = kRows};

}  // namespace

const TargetRules& rules() { return kRules; }

}  // namespace switchyard::wire::bedrock_converse
