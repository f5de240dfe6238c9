#include "wire/codec/whole.h"

#include <algorithm>

#include "base/json.h"
#include "wire/fields.h"

namespace switchyard::wire {

void tell(const ChatResponse& response, const std::function<void(const ChatEvent&)>& see) {
  see(StreamStart{response.id, response.model});
  if (response.has_usage) see(UsageUpdate{response.usage});
  std::uint32_t calls = 0;
  for (const Part& part : response.parts) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
      see(TextDelta{text->text, text->logprobs});
      for (const Citation& source : text->sources) see(CitationDelta{source});
    } else if (const auto* thinking = std::get_if<ThinkingPart>(&part)) {
      if (!thinking->redacted.empty()) see(RedactedThinking{thinking->redacted, thinking->issuer});
      if (!thinking->text.empty()) see(ThinkingDelta{thinking->text});
      if (!thinking->signature.empty()) see(ThinkingSignature{thinking->signature, thinking->issuer});
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part)) {
      see(RefusalDelta{refusal->text});
    } else if (const auto* call = std::get_if<ToolCallPart>(&part)) {
      std::string arguments;
      json::escape(call->arguments.empty() ? std::string_view("{}") : call->arguments, arguments);
      see(ToolCallStart{calls, call->id, call->name, call->custom});
      see(ToolCallArguments{calls++, {arguments}});
    } else {
      continue;  // A block that only its own dialect has.
    }
    see(BlockEnd{});
  }
  see(StreamFinish{response.finish, response.stop_sequence});
  see(StreamEnd{});
}

Collector::Piece& Collector::piece(Kind kind) {
  if (fresh_ || pieces_.empty() || pieces_.back().kind != kind) {
    pieces_.emplace_back();
    pieces_.back().kind = kind;
    fresh_ = false;
  }
  return pieces_.back();
}

Result<void> Collector::append(std::string& to, std::string_view text) {
  bytes_ += text.size();
  if (bytes_ > bytes_max_) {
    return fail(ErrorKind::kUpstreamUnavailable, "the provider's answer is too long",
                "more than " + std::to_string(bytes_max_) + " bytes", Retry::kNever);
  }
  to.append(text);
  return {};
}

Result<void> Collector::add(const ChatEvent& event) {
  if (const auto* text = std::get_if<TextDelta>(&event)) return append(piece(Kind::kText).text, text->text.escaped);
  if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
    return append(piece(Kind::kThinking).text, thinking->text.escaped);
  }
  if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    return append(piece(Kind::kRefusal).text, refusal->text.escaped);
  }
  if (const auto* signature = std::get_if<ThinkingSignature>(&event)) {
    Piece& thinking = piece(Kind::kThinking);
    thinking.issuer = signature->issuer;
    fresh_ = true;  // What follows is not part of what was signed.
    return append(thinking.signature, signature->signature.escaped);
  }
  if (const auto* redacted = std::get_if<RedactedThinking>(&event)) {
    fresh_ = true;
    Piece& hidden = piece(Kind::kRedacted);
    hidden.issuer = redacted->issuer;
    fresh_ = true;
    return append(hidden.text, redacted->data.escaped);
  }
  if (const auto* cited = std::get_if<CitationDelta>(&event)) {
    const Citation& c = cited->citation;
    Source& kept = piece(Kind::kText).sources.emplace_back();
    kept.start = c.start;
    kept.end = c.end;
    SY_CHECK(append(kept.url, c.url.escaped));
    SY_CHECK(append(kept.title, c.title.escaped));
    return append(kept.quoted, c.quoted.escaped);
  }
  if (const auto* start = std::get_if<ToolCallStart>(&event)) {
    fresh_ = true;
    Piece& call = piece(Kind::kCall);
    call.call = start->index;
    call.id = start->id.escaped;
    call.name = start->name.escaped;
    call.custom = start->custom;
    fresh_ = true;
    return {};
  }
  if (const auto* arguments = std::get_if<ToolCallArguments>(&event)) {
    for (Piece& call : pieces_) {
      if (call.kind == Kind::kCall && call.call == arguments->index)
        return append(call.text, arguments->fragment.escaped);
    }
    return {};
  }
  if (std::holds_alternative<BlockEnd>(event)) fresh_ = true;
  if (const auto* start = std::get_if<StreamStart>(&event)) {
    id_ = start->id.escaped;
    model_ = start->model.escaped;
  }
  if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  }
  if (const auto* finish = std::get_if<StreamFinish>(&event)) {
    finish_ = finish->reason;
    stop_sequence_ = finish->stop_sequence.escaped;
  }
  return {};
}

ChatResponse Collector::take() {
  ChatResponse response;
  response.id = {id_};
  response.model = {model_};
  response.finish = finish_;
  response.stop_sequence = {stop_sequence_};
  response.usage = usage_;
  response.has_usage = has_usage_;
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Kind::kText: {
        TextPart text{{piece.text}, {}, {}};
        for (const Source& source : piece.sources) {
          text.sources.push_back({{source.url}, {source.title}, {source.quoted}, source.start, source.end});
        }
        response.parts.push_back(std::move(text));
        break;
      }
      case Kind::kThinking:
        response.parts.push_back(ThinkingPart{{piece.text}, {piece.signature}, {}, piece.issuer});
        break;
      case Kind::kRedacted:
        response.parts.push_back(ThinkingPart{{}, {}, {piece.text}, piece.issuer});
        break;
      case Kind::kRefusal:
        response.parts.push_back(RefusalPart{{piece.text}});
        break;
      case Kind::kCall: {
        ToolCallPart call{{piece.id}, {piece.name}, decoded({piece.text}, response.storage), {}, piece.custom};
        response.parts.push_back(call);
        break;
      }
    }
  }
  return response;
}

}  // namespace switchyard::wire
