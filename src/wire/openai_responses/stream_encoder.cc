// The order of a stream and the response object in it: its start, its ends, and which event goes where.

#include <algorithm>
#include <utility>

#include "wire/openai_responses/error.h"
#include "wire/openai_responses/response.h"
#include "wire/openai_responses/stream.h"

namespace switchyard::wire::openai_responses {

StreamEncoder::StreamEncoder(const AnswerContext& context)
    : answer_id_(context.id),
      custom_tools_(context.custom_tools.begin(), context.custom_tools.end()),
      envelope_({}, context.created_unix, context) {}

// --- Events and the object around them.

json::Writer StreamEncoder::event(std::string_view type, std::string& out) {
  out.append("event: ").append(type).append("\ndata: ");
  json::Writer w(out);
  w.begin_object().field("type", type).field("sequence_number", sequence_++);
  return w;
}

void StreamEncoder::end_event(json::Writer& w, std::string& out) {
  w.end_object();
  out.append("\n\n");
}

void StreamEncoder::object_event(std::string_view type, const EnvelopeState& state, std::string& out) {
  json::Writer w = event(type, out);
  w.key("response");
  envelope_.write(state, out);
  end_event(w, out);
}

void StreamEncoder::start(std::string& out) {
  if (started_) return;
  started_ = true;
  EnvelopeState state;
  state.status = "in_progress";
  object_event("response.created", state, out);
  object_event("response.in_progress", state, out);
}

bool StreamEncoder::keep(std::size_t bytes, std::string& out) {
  kept_bytes_ += bytes;
  if (kept_bytes_ <= kKeptBytesMax) return true;
  fail("server_error", "the answer is longer than this gateway can hold", out);
  return false;
}

void StreamEncoder::fail(std::string_view code, std::string_view message, std::string& out) {
  start(out);
  const std::string output = finished_items();
  EnvelopeState state;
  state.status = "failed";
  state.error_code = code;
  state.error_message = message;
  state.output = output;
  state.usage = has_usage_ ? &usage_ : nullptr;
  object_event("response.failed", state, out);
  ended_ = true;
}

std::string StreamEncoder::finished_items() const {
  std::string output;
  for (const std::string& item : items_) append_elements(item, output);
  return output;
}

std::size_t StreamEncoder::next_output_index() {
  items_.emplace_back();
  return items_.size() - 1;
}

void StreamEncoder::item_event(std::string_view type, std::size_t output_index, std::string_view item,
                               std::string& out) {
  json::Writer w = event(type, out);
  w.field("output_index", output_index).field_raw("item", item);
  end_event(w, out);
}

void StreamEncoder::item_done(std::size_t output_index, std::string item, std::string& out) {
  item_event("response.output_item.done", output_index, item, out);
  items_[output_index] = std::move(item);
}

// --- The ends.

void StreamEncoder::block_end(std::string& out) {
  if (reasoning_.open) return close_reasoning(out);
  if (message_.open) return close_part(out);
  // With several calls open it is not said whose end this is, and fragments of the others may follow.
  const auto is_open = [](const Call& call) { return !call.done; };
  if (std::ranges::count_if(calls_, is_open) == 1) close_call(*std::ranges::find_if(calls_, is_open), "completed", out);
}

void StreamEncoder::finish(std::string& out) {
  start(out);
  const std::string_view reason = finish_name(finish_);
  const std::string_view status = reason.empty() ? "completed" : "incomplete";
  close_reasoning(out);
  close_message(status, out);
  for (Call& call : calls_) close_call(call, status, out);
  const std::string output = finished_items();
  EnvelopeState state;
  state.status = status;
  state.incomplete_reason = reason;
  state.output = output;
  state.usage = has_usage_ ? &usage_ : nullptr;
  object_event(reason.empty() ? "response.completed" : "response.incomplete", state, out);
  ended_ = true;
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  if (ended_) return;
  if (const auto* delta = std::get_if<TextDelta>(&event)) {
    text(*delta, out);
  } else if (const auto* piece = std::get_if<ToolCallArguments>(&event)) {
    arguments(*piece, out);
  } else if (const auto* thought = std::get_if<ThinkingDelta>(&event)) {
    thinking(thought->text, out);
  } else if (const auto* signature = std::get_if<ThinkingSignature>(&event)) {
    state({.text = {}, .signature = signature->signature, .redacted = {}, .issuer = signature->issuer}, out);
  } else if (const auto* redacted = std::get_if<RedactedThinking>(&event)) {
    close_reasoning(out);
    state({.text = {}, .signature = {}, .redacted = redacted->data, .issuer = redacted->issuer}, out);
    close_reasoning(out);
  } else if (const auto* refused = std::get_if<RefusalDelta>(&event)) {
    refusal(refused->text, out);
  } else if (const auto* cited = std::get_if<CitationDelta>(&event)) {
    citation(cited->citation, out);
  } else if (const auto* begun = std::get_if<ToolCallStart>(&event)) {
    begin_call(*begun, out);
  } else if (std::holds_alternative<BlockEnd>(event)) {
    block_end(out);
  } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  } else if (std::holds_alternative<StreamStart>(event)) {
    start(out);
  } else if (const auto* finished = std::get_if<StreamFinish>(&event)) {
    finish_ = finished->reason;
  } else if (std::holds_alternative<StreamEnd>(event)) {
    finish(out);
  } else if (const auto* error = std::get_if<StreamError>(&event)) {
    fail(failure_code(error->type), error->message, out);
  }
}

}  // namespace switchyard::wire::openai_responses
