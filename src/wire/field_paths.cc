#include "wire/field_rules.h"

namespace switchyard::wire {
namespace {

struct Paths {
  Field field;
  std::string_view chat, anthropic, responses, gemini, completions;
};

// "[]" stands for the place in the client's array. Empty: the dialect cannot say it.
constexpr Paths kPaths[] = {
    {Field::kModel, "model", "model", "model", "models/{model}", "model"},
    {Field::kStream, "stream", "stream", "stream", ":streamGenerateContent", "stream"},
    {Field::kOutputTokensMax, "max_completion_tokens", "max_tokens", "max_output_tokens",
     "generationConfig.maxOutputTokens", "max_tokens"},
    {Field::kTemperature, "temperature", "temperature", "temperature", "generationConfig.temperature", "temperature"},
    {Field::kTopP, "top_p", "top_p", "top_p", "generationConfig.topP", "top_p"},
    {Field::kTopK, "", "top_k", "", "generationConfig.topK", ""},
    {Field::kSeed, "seed", "", "", "generationConfig.seed", "seed"},
    {Field::kAnswerCount, "n", "", "", "generationConfig.candidateCount", "n"},
    {Field::kFrequencyPenalty, "frequency_penalty", "", "", "generationConfig.frequencyPenalty", "frequency_penalty"},
    {Field::kPresencePenalty, "presence_penalty", "", "", "generationConfig.presencePenalty", "presence_penalty"},
    {Field::kLogitBias, "logit_bias", "", "", "", "logit_bias"},
    {Field::kLogprobs, "logprobs", "", "include[message.output_text.logprobs]", "generationConfig.responseLogprobs",
     ""},
    {Field::kTopLogprobs, "top_logprobs", "", "top_logprobs", "generationConfig.logprobs", ""},
    {Field::kStop, "stop", "stop_sequences", "", "generationConfig.stopSequences", "stop"},
    {Field::kJsonObject, "response_format", "", "text.format", "generationConfig.responseMimeType", ""},
    {Field::kJsonSchema, "response_format.json_schema", "output_config.format", "text.format.schema",
     "generationConfig.responseJsonSchema", ""},
    {Field::kReasoningEffort, "reasoning_effort", "output_config.effort", "reasoning.effort",
     "generationConfig.thinkingConfig.thinkingLevel", ""},
    {Field::kThinkingBudget, "", "thinking.budget_tokens", "", "generationConfig.thinkingConfig.thinkingBudget", ""},
    {Field::kVerbosity, "verbosity", "", "text.verbosity", "", ""},
    {Field::kUser, "user", "metadata.user_id", "user", "", "user"},
    {Field::kMetadata, "metadata", "metadata", "metadata", "", ""},
    {Field::kServiceTier, "service_tier", "service_tier", "service_tier", "", ""},
    {Field::kFunctionTools, "tools[].function", "tools[]", "tools[]", "tools[].functionDeclarations", ""},
    {Field::kStrictTools, "tools[].function.strict", "tools[].strict", "tools[].strict", "", ""},
    {Field::kCustomTools, "tools[].custom", "", "tools[].custom", "", ""},
    {Field::kWebSearch, "", "tools[].web_search", "tools[].web_search", "tools[].googleSearch", ""},
    {Field::kCodeExecution, "", "tools[].code_execution", "tools[].code_interpreter", "tools[].codeExecution", ""},
    {Field::kOtherServerTools, "tools[]", "tools[]", "tools[]", "tools[]", ""},
    {Field::kToolChoice, "tool_choice", "tool_choice", "tool_choice", "toolConfig.functionCallingConfig", ""},
    {Field::kParallelToolCalls, "parallel_tool_calls", "tool_choice.disable_parallel_tool_use", "parallel_tool_calls",
     "", ""},
    {Field::kSystem, "messages[].content", "system", "instructions", "systemInstruction", ""},
    {Field::kText, "messages[].content", "messages[].content", "input[].content", "contents[].parts", "prompt"},
    {Field::kParticipantName, "messages[].name", "", "", "", ""},
    {Field::kImageData, "messages[].content[].image_url", "messages[].content[].source", "input[].content[].image_url",
     "contents[].parts[].inlineData", ""},
    {Field::kImageUrl, "messages[].content[].image_url", "messages[].content[].source", "input[].content[].image_url",
     "contents[].parts[].fileData", ""},
    {Field::kAudio, "messages[].content[].input_audio", "", "input[].content[].input_audio",
     "contents[].parts[].inlineData", ""},
    {Field::kFileData, "messages[].content[].file", "messages[].content[].source", "input[].content[].file_data",
     "contents[].parts[].inlineData", ""},
    {Field::kFileUrl, "", "messages[].content[].source", "input[].content[].file_url", "contents[].parts[].fileData",
     ""},
    {Field::kFileId, "messages[].content[].file.file_id", "messages[].content[].source.file_id",
     "input[].content[].file_id", "", ""},
    {Field::kToolCalls, "messages[].tool_calls", "messages[].content[].tool_use", "input[].function_call",
     "contents[].parts[].functionCall", ""},
    {Field::kBrokenArguments, "messages[].tool_calls[].function.arguments", "", "input[].arguments", "", ""},
    {Field::kToolResults, "messages[].tool_call_id", "messages[].content[].tool_result", "input[].function_call_output",
     "contents[].parts[].functionResponse", ""},
    {Field::kToolResultImages, "", "messages[].content[].content[].image", "input[].output[].input_image",
     "contents[].parts[].functionResponse.parts", ""},
    {Field::kToolResultFiles, "", "messages[].content[].content[].document", "input[].output[].input_file",
     "contents[].parts[].functionResponse.parts", ""},
    {Field::kToolError, "", "messages[].content[].is_error", "", "contents[].parts[].functionResponse.response.error",
     ""},
    {Field::kThinking, "messages[].reasoning_content", "messages[].content[].thinking", "input[].summary",
     "contents[].parts[].thought", ""},
    {Field::kReasoningState, "messages[].reasoning_details", "messages[].content[].signature",
     "input[].encrypted_content", "contents[].parts[].thoughtSignature", ""},
    {Field::kRefusal, "messages[].refusal", "", "input[].content[].refusal", "", ""},
    {Field::kCitations, "", "messages[].content[].citations", "input[].content[].annotations", "", ""},
    {Field::kCacheControl, "messages[].content[].cache_control", "messages[].content[].cache_control", "", "", ""},
    {Field::kOther, "*", "*", "*", "*", "*"},
};
static_assert(std::size(kPaths) == kFieldCount);

}  // namespace

std::string_view field_path(Dialect source, Field field) {
  const Paths& paths = kPaths[static_cast<std::size_t>(field)];
  switch (source) {
    case Dialect::kOpenAiChat:
      return paths.chat;
    case Dialect::kAnthropic:
      return paths.anthropic;
    case Dialect::kOpenAiResponses:
      return paths.responses;
    case Dialect::kGemini:
      return paths.gemini;
    case Dialect::kOpenAiCompletions:
      return paths.completions;
    case Dialect::kBedrockConverse:
      break;
  }
  return {};
}

std::string_view carriage_name(Carriage carriage) {
  switch (carriage) {
    case Carriage::kExact:
      return "exact";
    case Carriage::kEquivalent:
      return "equivalent";
    case Carriage::kHint:
      return "hint, left out";
    case Carriage::kRefused:
      return "refused";
  }
  return "refused";
}

}  // namespace switchyard::wire
