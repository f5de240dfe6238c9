#include "wire/gemini/error.h"
#include "wire/gemini/keys.h"
#include "wire/gemini/logprobs.h"
#include "wire/gemini/response.h"
#include "wire/gemini/stream.h"

namespace switchyard::wire::gemini {

Result<void> StreamDecoder::decode(const sse::Event& event, std::vector<ChatEvent>& out) {
  if (event.data.empty() || ended_) return {};
  if (event.data == "[DONE]") {  // Google never says so; servers that imitate it do.
    body_ended(out);
    return {};
  }
  bytes_.assign(event.data);
  storage_.clear();
  SY_CHECK(document_.parse_again(bytes_));
  json::Value root = document_.root();
  if (root.is_array() && root.size() > 0) root = *root.elements().begin();  // As errors may come.
  if (root["error"].has_value()) {
    ProviderError error = read_error(0, root);
    out.push_back(StreamError{std::move(error.type), std::move(error.message)});
    return {};
  }
  if (!started_) {
    started_ = true;
    id_ = member(root, "responseId").escaped();
    out.push_back(StreamStart{{id_}, {member(root, "modelVersion").escaped()}});
  }
  const json::Value candidates = root["candidates"];
  std::optional<FinishReason> finish;
  for (const json::Value one : candidates.elements()) {
    // We never ask for several, and a ChatEvent could not say which one it is of.
    if (one["index"].integer().value_or(0) == 0) finish = candidate(one, out);
  }
  if (candidates.size() == 0 && member(member(root, "promptFeedback"), "blockReason").has_value()) {
    finish = FinishReason::kContentFilter;
  }
  Usage usage;
  const bool has_usage = parse_usage(member(root, "usageMetadata"), usage);
  if (has_usage) out.push_back(UsageUpdate{usage});
  if (finish && !finished_) {
    finished_ = true;
    if (calls_ > 0 && finish == FinishReason::kStop) finish = FinishReason::kToolCalls;
    out.push_back(StreamFinish{*finish, {}});
  }
  if (finished_ && has_usage) body_ended(out);
  return {};
}

void StreamDecoder::body_ended(std::vector<ChatEvent>& out) {
  if (!finished_ || ended_) return;
  ended_ = true;
  out.push_back(StreamEnd{});
}

std::optional<FinishReason> StreamDecoder::candidate(json::Value candidate, std::vector<ChatEvent>& out) {
  logprobs_ = read_logprobs(member(candidate, "logprobsResult"), storage_);
  visit_each(candidate["content"]["parts"], [&](json::Value part) { this->part(part, out); });
  for (const Citation& citation : read_citations(candidate, text_, {})) out.push_back(CitationDelta{citation});
  const json::Value reason = member(candidate, "finishReason");
  // "FINISH_REASON_UNSPECIFIED" is how some servers write "not yet".
  if (!reason.is_string() || reason.equals("FINISH_REASON_UNSPECIFIED")) return std::nullopt;
  return finish_from(reason);
}

void StreamDecoder::part(json::Value part, std::vector<ChatEvent>& out) {
  const JsonText signature{member(part, "thoughtSignature").escaped()};
  const JsonText text{part["text"].escaped()};
  const bool thought = part["thought"].boolean().value_or(false);
  if (thought && !text.empty()) out.push_back(ThinkingDelta{text});
  if (!signature.empty()) out.push_back(ThinkingSignature{signature, Dialect::kGemini});
  if (!thought && !text.empty()) {
    text_.append(text.escaped);
    out.push_back(TextDelta{text, std::exchange(logprobs_, {})});
  }
  if (const json::Value call = member(part, "functionCall"); call.is_object()) this->call(call, out);
}

void StreamDecoder::call(json::Value call, std::vector<ChatEvent>& out) {
  const JsonText name{member(call, "name").escaped()};
  const json::Value args = member(call, "args");
  const std::string_view arguments = args.is_object() ? args.raw() : std::string_view("{}");
  JsonText id{member(call, "id").escaped()};
  if (id.empty()) id = answer_call_id({id_}, calls_, name, arguments, storage_);
  std::string& escaped = storage_.emplace_back();
  json::escape(arguments, escaped);
  out.push_back(ToolCallStart{calls_, id, name});
  out.push_back(ToolCallArguments{calls_, {escaped}});
  out.push_back(BlockEnd{});
  ++calls_;
}

}  // namespace switchyard::wire::gemini
