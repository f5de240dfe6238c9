#include "wire/openai_responses/field_rules.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr FieldRule kRows[] = {
    {Field::kModel, Carriage::kExact, "the provider's name for it"},
    {Field::kStream, Carriage::kExact, ""},
    {Field::kOutputTokensMax, Carriage::kExact,
     "max_output_tokens, clamped to the model's limit; less than 16 becomes 16"},
    {Field::kTemperature, Carriage::kExact, ""},
    {Field::kTopP, Carriage::kExact, ""},
    {Field::kTopK, Carriage::kRefused, "no top_k"},
    {Field::kSeed, Carriage::kRefused, "no seed"},
    {Field::kAnswerCount, Carriage::kRefused, "no several answers to one request", "1"},
    {Field::kFrequencyPenalty, Carriage::kRefused, "no penalties", "0 0.0"},
    {Field::kPresencePenalty, Carriage::kRefused, "no penalties", "0 0.0"},
    {Field::kLogitBias, Carriage::kRefused, "no logit_bias", "{}"},
    {Field::kLogprobs, Carriage::kExact, "include: message.output_text.logprobs"},
    {Field::kTopLogprobs, Carriage::kExact, ""},
    {Field::kStop, Carriage::kRefused, "no stop sequences", "[]"},
    {Field::kJsonObject, Carriage::kExact, "text.format"},
    {Field::kJsonSchema, Carriage::kExact, "text.format"},
    {Field::kReasoningEffort, Carriage::kExact, "reasoning.effort, with the encrypted state asked for; max is xhigh"},
    {Field::kThinkingBudget, Carriage::kEquivalent, "an effort: low up to 4096 tokens, medium up to 16384, else high"},
    {Field::kVerbosity, Carriage::kExact, "text.verbosity"},
    {Field::kUser, Carriage::kExact, ""},
    {Field::kMetadata, Carriage::kExact, ""},
    {Field::kServiceTier, Carriage::kEquivalent,
     "standard_only is default; tiers that OpenAI does not sell are left out"},
    {Field::kFunctionTools, Carriage::kExact, ""},
    {Field::kStrictTools, Carriage::kExact, "strict is always written, since here it is the default"},
    {Field::kCustomTools, Carriage::kExact, ""},
    {Field::kWebSearch, Carriage::kEquivalent, "web_search with the allowed domains"},
    {Field::kCodeExecution, Carriage::kEquivalent, "code_interpreter in a container of its own"},
    {Field::kOtherServerTools, Carriage::kRefused, "no such server tool"},
    {Field::kToolChoice, Carriage::kExact, ""},
    {Field::kParallelToolCalls, Carriage::kExact, ""},
    {Field::kSystem, Carriage::kExact, "instructions if all stand in front, else developer messages"},
    {Field::kText, Carriage::kExact, ""},
    {Field::kParticipantName, Carriage::kRefused, "no participant names"},
    {Field::kImageData, Carriage::kExact, "a data URL"},
    {Field::kImageUrl, Carriage::kExact, ""},
    {Field::kAudio, Carriage::kRefused, "no audio in its messages"},
    {Field::kFileData, Carriage::kEquivalent, "a data URL with a file name; plain text as text"},
    {Field::kFileUrl, Carriage::kExact, ""},
    {Field::kFileId, Carriage::kRefused, "no files that were uploaded elsewhere"},
    {Field::kToolCalls, Carriage::kExact, ""},
    {Field::kBrokenArguments, Carriage::kExact, "arguments are a string, whatever it holds"},
    {Field::kToolResults, Carriage::kExact, ""},
    {Field::kToolResultImages, Carriage::kExact, ""},
    {Field::kToolResultFiles, Carriage::kExact, ""},
    {Field::kToolError, Carriage::kEquivalent, "the word Error in front of the result"},
    {Field::kThinking, Carriage::kHint, "thinking of earlier turns stays with its provider"},
    {Field::kReasoningState, Carriage::kHint, "sent to its issuer alone"},
    {Field::kRefusal, Carriage::kExact, ""},
    {Field::kCitations, Carriage::kEquivalent, "url_citation annotations"},
    {Field::kCacheControl, Carriage::kHint, "caching is automatic"},
    {Field::kOther, Carriage::kRefused, "no such field"},
};
static_assert(std::size(kRows) == kFieldCount);

/// Of clients of other dialects, beside what the rows carry.
constexpr TargetRules kRules{
    .target = Dialect::kOpenAiResponses, .name = "OpenAI Responses", .rows = kRows, .search_blocks = false};

}  // namespace

const TargetRules& rules() { return kRules; }

}  // namespace switchyard::wire::openai_responses
