#include "cli/mock/gemini_check.h"

#include <vector>

#include "cli/mock/fields.h"
#include "cli/mock/gemini_fields.h"
#include "cli/mock/seal.h"

namespace switchyard::cli {
namespace {

constexpr std::string_view kTop =
    "model contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent labels store "
    "serviceTier";
constexpr std::string_view kData =
    "text inlineData functionCall functionResponse fileData executableCode codeExecutionResult toolCall toolResponse";
constexpr std::string_view kPart =
    "text inlineData functionCall functionResponse fileData executableCode codeExecutionResult toolCall toolResponse "
    "thought thoughtSignature "
    "videoMetadata mediaResolution partMetadata";
constexpr std::string_view kConfig =
    "candidateCount stopSequences maxOutputTokens temperature topP topK responseMimeType responseSchema "
    "responseJsonSchema presencePenalty "
    "frequencyPenalty seed responseLogprobs logprobs audioTimestamp responseModalities mediaResolution speechConfig "
    "thinkingConfig "
    "enableEnhancedCivicAnswers imageConfig routingConfig modelSelectionConfig";
constexpr std::string_view kSchema =
    "type format title description nullable enum maxItems minItems properties required minProperties maxProperties "
    "minLength maxLength pattern "
    "example anyOf propertyOrdering default items minimum maximum";
constexpr std::string_view kTools =
    "functionDeclarations googleSearch googleSearchRetrieval codeExecution urlContext fileSearch computerUse "
    "googleMaps mcpServers "
    "enterpriseWebSearch retrieval";
/// Google documents these two for calls that no Gemini model made.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator context_engineering_is_the_way_to_go";

/// Google's own subset of JSON Schema: nothing else.
Checked check_schema(json::Value schema, const std::string& at) {
  if (auto refusal = google_unknown(schema, kSchema, at)) return refusal;
  std::size_t i = 0;
  for (const json::Member property : schema["properties"].members()) {
    if (auto refusal = check_schema(property.value, at_index(at + ".properties", i++) + ".value")) return refusal;
  }
  i = 0;
  for (const json::Value choice : google_field(schema, "anyOf").elements()) {
    if (auto refusal = check_schema(choice, at_index(at + ".any_of", i++))) return refusal;
  }
  return schema["items"].is_object() ? check_schema(schema["items"], at + ".items") : Checked();
}

Checked check_part(json::Value part, const std::string& at) {
  if (auto refusal = google_unknown(part, kPart, at)) return refusal;
  std::size_t data = 0;
  for (const json::Member member : part.members()) {
    const std::string name = member.key.string();
    for (std::string_view names = kData; !names.empty();) {
      const std::string_view word = names.substr(0, names.find(' '));
      data += name == word || name == snake_case(word);
      names.remove_prefix(std::min(names.size(), word.size() + 1));
    }
  }
  if (data > 1)
    return google_refusal("Invalid value at '" + at +
                          "' (oneof), oneof field 'data' is already set. Cannot set more than one.");
  const json::Value signature = google_field(part, "thoughtSignature");
  if (data == 0 && !signature.exists())
    return google_refusal("* GenerateContentRequest." + at +
                          ".data: required oneof field 'data' must have one initialized field\n");
  const json::Value call = google_field(part, "functionCall");
  if (auto refusal = google_unknown(call, "id name args partialArgs willContinue", at + ".function_call"))
    return refusal;
  if (call.exists() && call["args"].has_value() && !call["args"].is_object())
    return google_refusal("Invalid value at '" + at +
                          ".function_call.args' (type.googleapis.com/google.protobuf.Struct)");
  const json::Value result = google_field(part, "functionResponse");
  if (auto refusal =
          google_unknown(result, "id name response willContinue scheduling parts", at + ".function_response"))
    return refusal;
  if (result.exists() && !result["response"].is_object())
    return google_refusal("Invalid value at '" + at +
                          ".function_response.response' (type.googleapis.com/google.protobuf.Struct)");
  if (result.exists() && !result["name"].is_string())
    return google_refusal("* GenerateContentRequest." + at + ".function_response.name: Name cannot be empty.\n");
  if (auto refusal = google_unknown(google_field(part, "inlineData"), "mimeType data displayName", at + ".inline_data"))
    return refusal;
  if (auto refusal = google_unknown(google_field(part, "fileData"), "mimeType fileUri displayName", at + ".file_data"))
    return refusal;
  const std::string text = standard_base64(signature.string());
  if (!signature.exists() || is_sealed_by(Issuer::kGemini, text) || listed(kNoSignature, signature.string()))
    return std::nullopt;
  return google_refusal("Corrupted thought signature.");
}

/// One turn and what it means for the order of calls and their results.
struct Turn {
  bool model = false;
  std::vector<std::string> calls;
  std::size_t results = 0;
  bool said = false;               ///< It has something else than results.
  bool first_call_signed = false;  ///< Its first call has a signature.
};

Turn turn_of(json::Value content) {
  Turn turn;
  turn.model = content["role"].equals("model");
  for (const json::Value part : content["parts"].elements()) {
    const json::Value call = google_field(part, "functionCall");
    const bool result = google_field(part, "functionResponse").exists();
    if (call.exists()) {
      if (turn.calls.empty()) turn.first_call_signed = google_field(part, "thoughtSignature").exists();
      turn.calls.push_back(call["name"].string());
    }
    turn.results += result;
    turn.said |= !result;
  }
  return turn;
}

Checked check_order(const std::vector<Turn>& turns) {
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const std::size_t asked = i > 0 ? turns[i - 1].calls.size() : 0;
    if (turns[i].results == 0 && asked == 0 && !turns[i].calls.empty() && (i == 0 || turns[i - 1].model)) {
      return google_refusal(
          "Please ensure that function call turn comes immediately after a user turn or after a function response "
          "turn.");
    }
    if (turns[i].results == asked) continue;
    if (asked == 0)
      return google_refusal("Please ensure that function response turn comes immediately after a function call turn.");
    return google_refusal(
        "Please ensure that the number of function response parts is equal to the number of function call parts of the "
        "function call turn.");
  }
  if (!turns.empty() && !turns.back().calls.empty())
    return google_refusal("Please ensure that single turn requests end with a user role or the role field is empty.");
  return std::nullopt;
}

/// Gemini 3 wants the signature of each step of the turn that is still going on, on the step's first call.
Checked check_signatures(const std::vector<Turn>& turns, const std::string& model) {
  if (!model.starts_with("gemini-3")) return std::nullopt;
  std::size_t begin = turns.size();
  while (begin > 0 && (turns[begin - 1].model || !turns[begin - 1].said)) --begin;
  for (std::size_t i = begin; i < turns.size(); ++i) {
    if (turns[i].calls.empty() || turns[i].first_call_signed) continue;
    return google_refusal(
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work "
        "correctly, and missing thought_signature may lead to degraded model performance. Additional data, function "
        "call `default_api:" +
        turns[i].calls.front() + "` , position " + std::to_string(i + 1) + ".");
  }
  return std::nullopt;
}

Checked check_contents(const MockRequest& request) {
  const json::Value contents = request.root["contents"];
  if (contents.size() == 0) return google_refusal("* GenerateContentRequest.contents: contents is not specified\n");
  std::vector<Turn> turns;
  std::size_t i = 0;
  for (const json::Value content : contents.elements()) {
    const std::string at = at_index("contents", i++);
    if (auto refusal = google_unknown(content, "role parts", at)) return refusal;
    const json::Value role = content["role"];
    if (role.exists() && !listed("user model function", role.string()))
      return google_refusal("Please use a valid role: user, model.");
    if (content["parts"].size() == 0)
      return google_refusal("* GenerateContentRequest." + at + ".parts: contents.parts must not be empty.\n");
    std::size_t part_index = 0;
    for (const json::Value part : content["parts"].elements()) {
      if (auto refusal = check_part(part, at_index(at + ".parts", part_index++))) return refusal;
    }
    turns.push_back(turn_of(content));
  }
  if (auto refusal = check_order(turns)) return refusal;
  return check_signatures(turns, request.model);
}

Checked check_config(json::Value config) {
  if (auto refusal = google_unknown(config, kConfig, "generation_config")) return refusal;
  const json::Value thinking = google_field(config, "thinkingConfig");
  if (auto refusal =
          google_unknown(thinking, "includeThoughts thinkingBudget thinkingLevel", "generation_config.thinking_config"))
    return refusal;
  if (google_field(thinking, "thinkingBudget").exists() && google_field(thinking, "thinkingLevel").exists()) {
    return google_refusal("You can only set one of thinking budget and thinking level.");
  }
  const json::Value schema = google_field(config, "responseSchema"),
                    json_schema = google_field(config, "responseJsonSchema");
  if (schema.exists() && json_schema.exists())
    return google_refusal("Only one of response_schema and response_json_schema can be set.");
  if ((schema.exists() || json_schema.exists()) &&
      !listed("application/json text/x.enum", google_field(config, "responseMimeType").string())) {
    return google_refusal(
        "Response schema is only supported with a response mime type of 'application/json' or 'text/x.enum'.");
  }
  const double temperature = config["temperature"].number().value_or(1);
  if (temperature < 0 || temperature > 2)
    return google_refusal(
        "* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n");
  return check_schema(schema, "generation_config.response_schema");
}

Checked check_tools(json::Value root) {
  std::size_t i = 0, names = 0;
  for (const json::Value tool : root["tools"].elements()) {
    const std::string at = at_index("tools", i++);
    if (auto refusal = google_unknown(tool, kTools, at)) return refusal;
    std::size_t function_index = 0;
    for (const json::Value function : google_field(tool, "functionDeclarations").elements()) {
      const std::string here = at_index(at + ".function_declarations", function_index++);
      if (auto refusal = google_unknown(
              function, "name description behavior parameters parametersJsonSchema response responseJsonSchema", here))
        return refusal;
      const std::string name = function["name"].string();
      if (name.empty() || (name[0] >= '0' && name[0] <= '9') || name[0] == '-')
        return google_refusal("* GenerateContentRequest." + here +
                              ".name: Invalid function name. Must start with a letter or an underscore.\n");
      if (auto refusal = check_schema(function["parameters"], here + ".parameters")) return refusal;
      ++names;
    }
  }
  const json::Value choice = google_field(root, "toolConfig");
  if (auto refusal = google_unknown(choice, "functionCallingConfig retrievalConfig includeServerSideToolInvocations",
                                    "tool_config"))
    return refusal;
  const json::Value calling = google_field(choice, "functionCallingConfig");
  if (auto refusal = google_unknown(calling, "mode allowedFunctionNames streamFunctionCallArguments",
                                    "tool_config.function_calling_config"))
    return refusal;
  const std::string mode = calling["mode"].string();
  if (google_field(calling, "allowedFunctionNames").size() > 0 && mode != "ANY" && mode != "VALIDATED")
    return google_refusal("Function calling config is set with allowed_function_names but mode is not ANY.");
  if (mode == "ANY" && names == 0)
    return google_refusal("Function calling config is set without function_declarations.");
  return std::nullopt;
}

}  // namespace

Checked check_gemini(const MockRequest& request) {
  const json::Value root = request.root;
  if (auto refusal = google_unknown(root, kTop, "")) return refusal;
  if (auto refusal = google_unknown(google_field(root, "systemInstruction"), "role parts", "system_instruction"))
    return refusal;
  if (auto refusal = check_contents(request)) return refusal;
  if (auto refusal = check_tools(root)) return refusal;
  return check_config(google_field(root, "generationConfig"));
}

}  // namespace switchyard::cli
