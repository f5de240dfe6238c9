#include <algorithm>

#include "base/json_writer.h"
#include "wire/gemini/error.h"
#include "wire/gemini/logprobs.h"
#include "wire/gemini/parts_emit.h"
#include "wire/gemini/response.h"
#include "wire/gemini/signature.h"
#include "wire/gemini/stream.h"

namespace switchyard::wire::gemini {

StreamEncoder::StreamEncoder(const AnswerContext& context, StreamFraming framing)
    : id_(context.id), model_(context.model), framing_(framing) {}

void StreamEncoder::begin_chunk(std::string& out) {
  if (framing_ == StreamFraming::kSse) {
    out.append("data: ");
  } else {
    out.append(any_chunk_ ? ",\r\n" : "[");
  }
  any_chunk_ = true;
}

void StreamEncoder::end_chunk(std::string& out) {
  if (framing_ == StreamFraming::kSse) out.append("\r\n\r\n");
  if (framing_ == StreamFraming::kArray && ended_) out.append("\n]");
}

void StreamEncoder::chunk(std::string_view part, JsonRaw logprobs, std::string& out) {
  std::string probabilities;
  if (!logprobs.empty()) write_logprobs(logprobs, probabilities);
  begin_chunk(out);
  json::Writer w(out);
  w.begin_object().key("candidates").begin_array().begin_object();
  w.key("content").begin_object().key("parts").begin_array().raw(part).end_array().field("role", "model").end_object();
  w.field("index", 0);
  if (!probabilities.empty()) w.field_raw("logprobsResult", probabilities);
  w.end_object().end_array().field("modelVersion", model_).field("responseId", id_).end_object();
  end_chunk(out);
}

void StreamEncoder::text(JsonText text, JsonRaw logprobs, std::string& out) {
  if (text.empty() && logprobs.empty()) return;
  text_.append(text.escaped);
  std::string part;
  json::Writer w(part);
  write_text(text, std::exchange(signature_, {}), w);
  chunk(part, logprobs, out);
}

void StreamEncoder::thought(JsonText text, JsonText state, std::string& out) {
  if (text.empty() && state.empty()) return;
  std::string part;
  json::Writer w(part);
  write_thought(text, state.escaped, w);
  chunk(part, {}, out);
}

void StreamEncoder::call_start(const ToolCallStart& start) {
  if (!call_of_.emplace(start.index, calls_.size()).second) return;
  call_bytes_ += sizeof(Call) + start.id.escaped.size() + start.name.escaped.size();
  Call& call = calls_.emplace_back();
  call.id = start.id.escaped;
  call.name = start.name.escaped;
  call.custom = start.custom;
}

void StreamEncoder::call_arguments(const ToolCallArguments& piece, std::string& out) {
  const auto found = call_of_.find(piece.index);
  if (found == call_of_.end()) return;
  Call& call = calls_[found->second];
  if (call.whole) return;
  call_bytes_ += piece.fragment.escaped.size();
  if (call_bytes_ > kCallBytesMax) return error("INTERNAL", "the tool calls of this answer are too large", out);
  call.arguments.append(piece.fragment.escaped);
  if (call.custom) return;
  // Whole when the object closes. Each piece is decoded alone to see its quotes as JSON has them.
  for (const char c : json::unescape(piece.fragment.escaped)) {
    if (call.in_string) {
      if (call.escaped) {
        call.escaped = false;
      } else if (c == '\\') {
        call.escaped = true;
      } else if (c == '"') {
        call.in_string = false;
      }
    } else if (c == '"') {
      call.in_string = true;
    } else if (c == '{' || c == '[') {
      call.begun |= c == '{' && call.depth == 0;
      ++call.depth;
    } else if ((c == '}' || c == ']') && call.depth > 0) {
      --call.depth;
      call.whole |= call.begun && call.depth == 0;
    }
  }
  if (call.whole) write_calls(false, out);
}

/// Calls go out in their order, so that results of clients that go by order meet the right ones.
void StreamEncoder::write_calls(bool all, std::string& out) {
  for (; calls_written_ < calls_.size() && (all || calls_[calls_written_].whole); ++calls_written_) {
    Call& call = calls_[calls_written_];
    std::string arguments = json::unescape(call.arguments);
    // Line ends between JSON tokens would end the event's data line.
    if (!call.custom) std::ranges::replace_if(arguments, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    call_bytes_ -= std::min(call_bytes_, call.arguments.size());
    call.arguments = {};
    call.whole = true;
    std::string part;
    json::Writer w(part);
    write_call({{call.id}, {call.name}, arguments, {}, call.custom}, std::exchange(signature_, {}), w);
    chunk(part, {}, out);
  }
}

void StreamEncoder::finish(std::string& out) {
  write_calls(true, out);
  close_text_block();
  for (Grounding& grounding : groundings_) grounding.words = text_.between(grounding.start, grounding.end);
  ended_ = true;
  begin_chunk(out);
  json::Writer w(out);
  w.begin_object().key("candidates").begin_array().begin_object();
  w.key("content").begin_object().key("parts").begin_array();
  write_text({}, signature_, w);
  w.end_array().field("role", "model").end_object();
  w.field("finishReason", finish_name(finish_.value_or(FinishReason::kStop))).field("index", 0);
  if (!groundings_.empty()) {
    w.key("groundingMetadata");
    write_grounding(groundings_, w);
  }
  w.end_object().end_array();
  if (has_usage_) {
    std::string usage;
    write_usage(usage_, usage);
    w.field_raw("usageMetadata", usage);
  }
  w.field("modelVersion", model_).field("responseId", id_).end_object();
  end_chunk(out);
}

void StreamEncoder::error(std::string_view type, std::string_view message, std::string& out) {
  ended_ = true;
  begin_chunk(out);
  write_stream_error(type, message, out);
  end_chunk(out);
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  if (ended_) return;
  if (const auto* words = std::get_if<TextDelta>(&event)) {
    text(words->text, words->logprobs, out);
  } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    text(refusal->text, {}, out);
  } else if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
    thought(thinking->text, {}, out);
  } else if (const auto* signature = std::get_if<ThinkingSignature>(&event)) {
    if (signature->issuer == Dialect::kGemini) {
      signature_ = signature->signature.escaped;
    } else {
      TextStorage storage;
      thought({}, shown_signature({{}, signature->signature, {}, signature->issuer}, storage), out);
    }
  } else if (const auto* redacted = std::get_if<RedactedThinking>(&event)) {
    TextStorage storage;
    thought({}, shown_signature({{}, {}, redacted->data, redacted->issuer}, storage), out);
  } else if (const auto* start = std::get_if<ToolCallStart>(&event)) {
    call_start(*start);
  } else if (const auto* piece = std::get_if<ToolCallArguments>(&event)) {
    call_arguments(*piece, out);
  } else if (const auto* cited = std::get_if<CitationDelta>(&event)) {
    cite(cited->citation);
  } else if (std::holds_alternative<BlockEnd>(event)) {
    close_text_block();
  } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  } else if (const auto* finished = std::get_if<StreamFinish>(&event)) {
    finish_ = finished->reason;
  } else if (std::holds_alternative<StreamEnd>(event)) {
    finish(out);
  } else if (const auto* failed = std::get_if<StreamError>(&event)) {
    error(failed->type, failed->message, out);
  }
}

/// A citation without a place is of the text block that it came with, which may not be whole yet.
void StreamEncoder::cite(const Citation& citation) {
  if (groundings_.size() >= kCitationsMax) return;
  std::int64_t start = text_.byte_at(citation.start), end = text_.byte_at(citation.end);
  if (start < 0 || end <= start) start = end = -1;
  groundings_.push_back(
      {std::string(citation.url.escaped), std::string(citation.title.escaped), 0, start, end, std::string_view()});
}

void StreamEncoder::close_text_block() {
  const auto block_end = static_cast<std::int64_t>(text_.bytes());
  for (; placed_ < groundings_.size(); ++placed_) {
    Grounding& grounding = groundings_[placed_];
    if (grounding.start >= 0) continue;
    grounding.start = block_begin_;
    grounding.end = block_end;
  }
  block_begin_ = block_end;
}

}  // namespace switchyard::wire::gemini
