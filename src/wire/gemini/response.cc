#include "wire/gemini/response.h"

#include <algorithm>
#include <iterator>

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/gemini/call_ids.h"
#include "wire/gemini/grounding.h"
#include "wire/gemini/keys.h"
#include "wire/gemini/logprobs.h"
#include "wire/gemini/parts_emit.h"
#include "wire/gemini/parts_parse.h"
#include "wire/gemini/signature.h"
#include "wire/scan.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::gemini {
namespace {

/// More tokens than any answer has; a provider that says more, or less than none, is not believed.
constexpr TokenCount kTokensMax = 1'000'000'000;

struct FinishWord {
  std::string_view word;
  FinishReason reason;
};
constexpr FinishWord kFinishWords[] = {
    {"STOP", FinishReason::kStop},
    {"MAX_TOKENS", FinishReason::kLength},
    {"SAFETY", FinishReason::kContentFilter},
    {"RECITATION", FinishReason::kContentFilter},
    {"LANGUAGE", FinishReason::kContentFilter},
    {"BLOCKLIST", FinishReason::kContentFilter},
    {"PROHIBITED_CONTENT", FinishReason::kContentFilter},
    {"SPII", FinishReason::kContentFilter},
    {"IMAGE_SAFETY", FinishReason::kContentFilter},
    {"IMAGE_PROHIBITED_CONTENT", FinishReason::kContentFilter},
    {"IMAGE_RECITATION", FinishReason::kContentFilter},
};

Result<void> parse_candidate(json::Value candidate, ChatResponse& response) {
  PartReader reader(response.storage, Writer::kProvider);
  TextPositions text;
  std::vector<std::size_t> begins;
  SY_CHECK(each(candidate["content"]["parts"], [&](json::Value part, std::size_t i) -> Result<void> {
    begins.push_back(text.bytes());
    if (!part["thought"].boolean().value_or(false)) text.append(part["text"].escaped());
    return reader.read(part, at("candidates[0].content.parts", i), response.parts);
  }));
  TextPart* last_text = nullptr;
  std::size_t calls = 0;
  for (Part& part : response.parts) {
    if (auto* words = std::get_if<TextPart>(&part)) last_text = words;
    auto* call = std::get_if<ToolCallPart>(&part);
    if (call == nullptr) continue;
    if (call->id.escaped.starts_with(kMadeCallId)) {
      call->id = answer_call_id(response.id, calls, call->name, call->arguments, response.storage);
    }
    ++calls;
  }
  if (last_text != nullptr) {
    last_text->sources = read_citations(candidate, text, begins);
    last_text->logprobs = read_logprobs(member(candidate, "logprobsResult"), response.storage);
  }
  response.finish = finish_from(member(candidate, "finishReason"));
  if (calls > 0 && response.finish == FinishReason::kStop) response.finish = FinishReason::kToolCalls;
  return {};
}

/// Writes an answer's parts and remembers where its texts stand.
class AnswerWriter {
 public:
  explicit AnswerWriter(json::Writer& w) : w_(w) {}

  void parts(const std::vector<Part>& parts) {
    std::string_view left;
    const std::vector<std::string_view> signatures = place_signatures(parts, false, left);
    for (std::size_t i = 0; i < parts.size(); ++i) part(parts[i], signatures[i]);
    if (!left.empty()) write_text({}, left, w_);
  }

  void metadata(const std::vector<Part>& parts) {
    std::vector<Grounding> groundings;
    std::string logprobs;
    for (std::size_t i = 0, texts = 0; i < parts.size(); ++i) {
      const auto* text = std::get_if<TextPart>(&parts[i]);
      if (text == nullptr) continue;
      for (const Citation& source : text->sources) groundings.push_back(grounding(source, texts));
      ++texts;
      if (logprobs.empty() && !text->logprobs.empty()) write_logprobs(text->logprobs, logprobs);
    }
    if (!groundings.empty()) {
      w_.key("groundingMetadata");
      write_grounding(groundings, w_);
    }
    if (!logprobs.empty()) w_.field_raw("logprobsResult", logprobs);
  }

 private:
  struct Place {
    std::int64_t part, begin, end;  ///< The part's index, and its text's bytes in the answer.
  };

  void text(JsonText text, std::string_view signature) {
    const auto begin = static_cast<std::int64_t>(text_.bytes());
    text_.append(text.escaped);
    places_.push_back({written_++, begin, static_cast<std::int64_t>(text_.bytes())});
    write_text(text, signature, w_);
  }

  void part(const Part& part, std::string_view signature) {
    if (const auto* words = std::get_if<TextPart>(&part)) return text(words->text, signature);
    if (const auto* refusal = std::get_if<RefusalPart>(&part)) return write_text(refusal->text, signature, w_), count();
    if (const auto* thought = std::get_if<ThinkingPart>(&part)) return thinking(*thought);
    if (const auto* call = std::get_if<ToolCallPart>(&part)) return write_call(*call, signature, w_), count();
    if (const auto* image = std::get_if<ImagePart>(&part)) return write_image(*image, signature, w_), count();
    if (const auto* audio = std::get_if<AudioPart>(&part)) return write_audio(*audio, signature, w_), count();
    if (const auto* file = std::get_if<FilePart>(&part)) return write_file(*file, true, signature, w_), count();
    const auto* opaque = std::get_if<OpaquePart>(&part);
    if (opaque == nullptr || opaque->dialect != Dialect::kGemini) return;
    w_.raw(opaque->value.text);
    count();
  }
  void count() { ++written_; }

  /// Another dialect's state stays on its thought; Gemini's own goes to the part that it signs.
  void thinking(const ThinkingPart& thought) {
    const bool own = thought.issuer == Dialect::kGemini;
    const JsonText state = own ? JsonText{} : shown_signature(thought, storage_);
    if (thought.text.empty() && state.empty()) return;
    write_thought(thought.text, state.escaped, w_);
    count();
  }

  /// A citation without a place is of the whole text it came with.
  Grounding grounding(const Citation& source, std::size_t text) {
    Grounding found;
    found.url = source.url.escaped;
    found.title = source.title.escaped;
    std::int64_t start = text_.byte_at(source.start), end = text_.byte_at(source.end);
    if (start < 0 || end <= start) {
      start = places_[text].begin;
      end = places_[text].end;
    }
    const auto behind = std::ranges::upper_bound(places_, start, {}, &Place::begin);
    if (behind == places_.begin()) return found;
    const auto place = std::prev(behind);
    if (place->end <= start) return found;
    end = std::min(end, place->end);
    found.part = place->part;
    found.start = start - place->begin;
    found.end = end - place->begin;
    found.words = text_.between(start, end);
    return found;
  }

  json::Writer& w_;
  TextPositions text_;
  std::vector<Place> places_;
  std::int64_t written_ = 0;
  TextStorage storage_;
};

}  // namespace

FinishReason finish_from(json::Value reason) {
  const auto* const found =
      std::ranges::find_if(kFinishWords, [&](const FinishWord& word) { return reason.equals(word.word); });
  return found == std::end(kFinishWords) ? FinishReason::kUnknown : found->reason;
}

std::string_view finish_name(FinishReason reason) {
  switch (reason) {
    case FinishReason::kStop:
    case FinishReason::kStopSequence:
    case FinishReason::kToolCalls:
      return "STOP";
    case FinishReason::kLength:
    case FinishReason::kContextExceeded:
      return "MAX_TOKENS";
    case FinishReason::kContentFilter:
    case FinishReason::kRefusal:
      return "SAFETY";
    case FinishReason::kPause:
    case FinishReason::kUnknown:
      break;
  }
  return "OTHER";
}

bool parse_usage(json::Value usage, Usage& into) {
  if (!usage.is_object()) return false;
  TokenCount prompt = 0, cached = 0, tools = 0;
  into = {};
  for (const json::Member m : usage.members()) {
    const auto told = m.value.integer();
    if (!told) continue;
    const TokenCount count = std::clamp<TokenCount>(*told, 0, kTokensMax);
    const std::string_view key = m.key.escaped();
    if (same_key(key, "promptTokenCount")) prompt = count;
    if (same_key(key, "cachedContentTokenCount")) cached = count;
    if (same_key(key, "toolUsePromptTokenCount")) tools = count;
    if (same_key(key, "candidatesTokenCount")) into.output = count;
    if (same_key(key, "thoughtsTokenCount")) into.reasoning = count;
  }
  into.cache_read = std::min(cached, prompt);
  into.input = prompt - into.cache_read + tools;
  return true;
}

void write_usage(const Usage& usage, std::string& out) {
  json::Writer w(out);
  w.begin_object().field("promptTokenCount", usage.prompt());
  if (usage.cache_read > 0) w.field("cachedContentTokenCount", usage.cache_read);
  w.field("candidatesTokenCount", usage.output);
  if (usage.reasoning > 0) w.field("thoughtsTokenCount", usage.reasoning);
  w.field("totalTokenCount", usage.prompt() + usage.completion()).end_object();
}

JsonText answer_call_id(JsonText response_id, std::size_t index, JsonText name, std::string_view arguments,
                        TextStorage& storage) {
  std::string& seed = storage.emplace_back(response_id.escaped);
  seed.append("/").append(std::to_string(index)).append("/").append(name.escaped).append("/").append(arguments);
  return {portable_tool_id({seed}, storage)};
}

Result<ChatResponse> parse_response(const json::Document& body) {
  const json::Value root = body.root();
  ChatResponse response;
  response.id = {member(root, "responseId").escaped()};
  response.model = {member(root, "modelVersion").escaped()};
  response.has_usage = parse_usage(member(root, "usageMetadata"), response.usage);
  const json::Value candidates = root["candidates"];
  if (candidates.size() > 0 && candidates.is_array()) {
    SY_CHECK(parse_candidate(*candidates.elements().begin(), response));
  } else if (member(member(root, "promptFeedback"), "blockReason").has_value()) {
    response.finish = FinishReason::kContentFilter;
  } else if (response.has_usage) {
    response.finish = FinishReason::kUnknown;  // An answer of nothing: Google does send them.
  } else {
    return expected("candidates", "an array");
  }
  return response;
}

void emit_response(const ChatResponse& response, const AnswerContext& context, std::string& out) {
  json::Writer w(out);
  w.begin_object().key("candidates").begin_array().begin_object();
  w.key("content").begin_object().key("parts").begin_array();
  AnswerWriter answer(w);
  answer.parts(response.parts);
  w.end_array().field("role", "model").end_object();
  w.field("finishReason", finish_name(response.finish)).field("index", 0);
  answer.metadata(response.parts);
  w.end_object().end_array();
  std::string usage;
  write_usage(response.usage, usage);
  w.field_raw("usageMetadata", usage).field("modelVersion", context.model).field("responseId", context.id);
  w.end_object();
}

bool tap_body(std::string_view body, Usage& usage) {
  constexpr std::string_view kKey = "\"usageMetadata\":";
  if (const std::size_t found = body.rfind(kKey); found != std::string_view::npos) {
    const std::string_view object = balanced_object(body.substr(found + kKey.size()));
    if (!object.empty()) {
      if (const auto document = json::Document::parse(object);
          document && document->root()["promptTokenCount"].is_number()) {
        return parse_usage(document->root(), usage);
      }
    }
  }
  const auto document = json::Document::parse(body);
  return document && parse_usage(member(document->root(), "usageMetadata"), usage);
}

}  // namespace switchyard::wire::gemini
