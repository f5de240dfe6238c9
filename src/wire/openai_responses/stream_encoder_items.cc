// The items of a stream: a message and its parts, reasoning, tool calls.

#include <algorithm>
#include <utility>

#include "wire/openai_responses/citation.h"
#include "wire/openai_responses/state_seal.h"
#include "wire/openai_responses/stream.h"

namespace switchyard::wire::openai_responses {
namespace {

constexpr std::string_view kEmptySummary = R"({"type":"summary_text","text":""})";

std::string summary_part(std::string_view text) {
  std::string part;
  json::Writer(part).begin_object().field("type", "summary_text").field_escaped("text", text).end_object();
  return part;
}

}  // namespace

// --- A message and its parts.

void StreamEncoder::open_message(std::string& out) {
  start(out);
  close_reasoning(out);
  if (message_.open) return;
  message_ = {};
  message_.open = true;
  message_.output_index = next_output_index();
  message_.id = item_id("msg_", answer_id_, message_.output_index);
  std::string item;
  json::Writer w(item);
  write_message_item(message_.id, "in_progress", {}, w);
  item_event("response.output_item.added", message_.output_index, item, out);
}

void StreamEncoder::part_event(std::string_view type, std::string_view part, std::string& out) {
  json::Writer w = event(type, out);
  w.field("item_id", message_.id).field("output_index", message_.output_index);
  w.field("content_index", message_.part_count - 1).field_raw("part", part);
  end_event(w, out);
}

void StreamEncoder::open_part(PartKind kind, std::string& out) {
  open_message(out);
  if (message_.part == kind) return;
  close_part(out);
  message_.part = kind;
  ++message_.part_count;
  std::string part;
  json::Writer w(part);
  kind == PartKind::kText ? write_text_part({}, {}, {}, w) : write_refusal_part({}, w);
  part_event("response.content_part.added", part, out);
}

void StreamEncoder::close_part(std::string& out) {
  if (message_.part == PartKind::kNone) return;
  const bool is_text = message_.part == PartKind::kText;
  std::string part;
  json::Writer part_writer(part);
  if (is_text) {
    write_text_part(message_.text, message_.annotations, message_.logprobs, part_writer);
  } else {
    write_refusal_part(message_.text, part_writer);
  }
  json::Writer w = event(is_text ? "response.output_text.done" : "response.refusal.done", out);
  w.field("item_id", message_.id).field("output_index", message_.output_index);
  w.field("content_index", message_.part_count - 1).field_escaped(is_text ? "text" : "refusal", message_.text);
  if (is_text) {
    w.key("logprobs").begin_array();
    if (!message_.logprobs.empty()) w.raw(message_.logprobs);
    w.end_array();
  }
  end_event(w, out);
  part_event("response.content_part.done", part, out);
  append_elements(part, message_.contents);
  message_.part = PartKind::kNone;
  message_.text.clear();
  message_.annotations.clear();
  message_.logprobs.clear();
  message_.annotation_count = 0;
  message_.characters = 0;
}

void StreamEncoder::close_message(std::string_view status, std::string& out) {
  if (!message_.open) return;
  close_part(out);
  std::string item;
  json::Writer w(item);
  write_message_item(message_.id, status, message_.contents, w);
  item_done(message_.output_index, std::move(item), out);
  message_ = {};
}

void StreamEncoder::text(const TextDelta& delta, std::string& out) {
  const std::string_view logprobs = inside_array(delta.logprobs.text);
  if (delta.text.empty() && logprobs.empty()) return;
  if (!keep(delta.text.escaped.size() + logprobs.size(), out)) return;
  open_part(PartKind::kText, out);
  message_.text.append(delta.text.escaped);
  message_.characters += characters(delta.text.escaped);
  append_elements(logprobs, message_.logprobs);
  json::Writer w = event("response.output_text.delta", out);
  w.field("item_id", message_.id).field("output_index", message_.output_index);
  w.field("content_index", message_.part_count - 1).field_escaped("delta", delta.text.escaped);
  w.key("logprobs").begin_array();
  if (!logprobs.empty()) w.raw(logprobs);
  w.end_array();
  end_event(w, out);
}

void StreamEncoder::refusal(JsonText text, std::string& out) {
  if (text.empty() || !keep(text.escaped.size(), out)) return;
  open_part(PartKind::kRefusal, out);
  message_.text.append(text.escaped);
  json::Writer w = event("response.refusal.delta", out);
  w.field("item_id", message_.id).field("output_index", message_.output_index);
  w.field("content_index", message_.part_count - 1).field_escaped("delta", text.escaped);
  end_event(w, out);
}

void StreamEncoder::citation(const Citation& citation, std::string& out) {
  if (citation.url.empty()) return;
  std::string annotation;
  json::Writer annotation_writer(annotation);
  // Some providers cite before they write.
  const std::int64_t so_far = message_.part == PartKind::kText ? message_.characters : 0;
  write_citation(citation, so_far, annotation_writer);
  if (!keep(annotation.size(), out)) return;
  open_part(PartKind::kText, out);
  append_elements(annotation, message_.annotations);
  json::Writer w = event("response.output_text.annotation.added", out);
  w.field("item_id", message_.id).field("output_index", message_.output_index);
  w.field("content_index", message_.part_count - 1).field("annotation_index", message_.annotation_count++);
  w.field_raw("annotation", annotation);
  end_event(w, out);
}

// --- Reasoning.

void StreamEncoder::open_reasoning(std::string& out) {
  start(out);
  close_message("completed", out);
  if (reasoning_.open) return;
  reasoning_ = {};
  reasoning_.open = true;
  reasoning_.output_index = next_output_index();
  reasoning_.id = item_id(kOurReasoningId, answer_id_, reasoning_.output_index);
  std::string item;
  json::Writer w(item);
  write_reasoning_item(reasoning_.id, {}, {}, w);
  item_event("response.output_item.added", reasoning_.output_index, item, out);
}

void StreamEncoder::thinking(JsonText text, std::string& out) {
  if (text.empty() || !keep(text.escaped.size(), out)) return;
  if (!reasoning_.encrypted.empty()) close_reasoning(out);  // Its state closed the one before.
  open_reasoning(out);
  const auto place = [this](json::Writer& w) {
    w.field("item_id", reasoning_.id).field("output_index", reasoning_.output_index).field("summary_index", 0);
  };
  if (!reasoning_.summarized) {
    reasoning_.summarized = true;
    json::Writer w = event("response.reasoning_summary_part.added", out);
    place(w);
    w.field_raw("part", kEmptySummary);
    end_event(w, out);
  }
  reasoning_.text.append(text.escaped);
  json::Writer w = event("response.reasoning_summary_text.delta", out);
  place(w);
  w.field_escaped("delta", text.escaped);
  end_event(w, out);
}

void StreamEncoder::state(const ThinkingPart& part, std::string& out) {
  TextStorage storage;
  const JsonText sealed = sealed_reasoning(part, false, storage);
  if (sealed.empty() || !keep(sealed.escaped.size(), out)) return;
  if (!reasoning_.encrypted.empty()) close_reasoning(out);
  open_reasoning(out);
  reasoning_.encrypted = sealed.escaped;
}

void StreamEncoder::close_reasoning(std::string& out) {
  if (!reasoning_.open) return;
  const auto place = [this](json::Writer& w) {
    w.field("item_id", reasoning_.id).field("output_index", reasoning_.output_index).field("summary_index", 0);
  };
  if (reasoning_.summarized) {
    json::Writer text = event("response.reasoning_summary_text.done", out);
    place(text);
    text.field_escaped("text", reasoning_.text);
    end_event(text, out);
    json::Writer part = event("response.reasoning_summary_part.done", out);
    place(part);
    part.field_raw("part", summary_part(reasoning_.text));
    end_event(part, out);
  }
  std::string item;
  json::Writer w(item);
  write_reasoning_item(reasoning_.id, reasoning_.text, reasoning_.encrypted, w);
  item_done(reasoning_.output_index, std::move(item), out);
  reasoning_ = {};
}

// --- Tool calls.

void StreamEncoder::begin_call(const ToolCallStart& begun, std::string& out) {
  if (std::ranges::find(calls_, begun.index, &Call::index) != calls_.end()) return;
  if (!keep(begun.id.escaped.size() + begun.name.escaped.size(), out)) return;
  start(out);
  close_reasoning(out);
  close_message("completed", out);
  Call& call = calls_.emplace_back();
  call.index = begun.index;
  call.output_index = next_output_index();
  const std::string name = json::unescape(begun.name.escaped);
  call.wrapped = !begun.custom && std::ranges::find(custom_tools_, name) != custom_tools_.end();
  call.item.custom = begun.custom || call.wrapped;
  call.item.id = item_id(call.item.custom ? "ctc_" : "fc_", answer_id_, call.output_index);
  call.item.call_id = begun.id.escaped;
  if (call.item.call_id.empty()) call.item.call_id = item_id("call_", answer_id_, call.output_index);
  call.item.name = begun.name.escaped;
  std::string item;
  json::Writer w(item);
  write_call_item(call.item, "in_progress", w);
  item_event("response.output_item.added", call.output_index, item, out);
}

void StreamEncoder::call_delta(const Call& call, std::string_view fragment, std::string& out) {
  json::Writer w =
      event(call.item.custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta", out);
  w.field("item_id", call.item.id).field("output_index", call.output_index).field_escaped("delta", fragment);
  end_event(w, out);
}

void StreamEncoder::arguments(const ToolCallArguments& piece, std::string& out) {
  const auto call = std::ranges::find(calls_, piece.index, &Call::index);
  if (call == calls_.end() || call->done || piece.fragment.empty()) return;
  if (!keep(piece.fragment.escaped.size(), out)) return;
  call->item.payload.append(piece.fragment.escaped);
  if (!call->wrapped) call_delta(*call, piece.fragment.escaped, out);
}

void StreamEncoder::close_call(Call& call, std::string_view status, std::string& out) {
  if (call.done) return;
  call.done = true;
  std::string& payload = call.item.payload;
  if (call.wrapped) {
    payload = custom_input(json::unescape(payload));
    if (!payload.empty()) call_delta(call, payload, out);
  } else if (payload.empty() && !call.item.custom) {
    payload = "{}";  // No arguments are an empty object.
    call_delta(call, payload, out);
  }
  json::Writer w =
      event(call.item.custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done", out);
  w.field("item_id", call.item.id).field("output_index", call.output_index);
  if (!call.item.custom) w.field_escaped("name", call.item.name);
  w.field_escaped(call.item.custom ? "input" : "arguments", payload);
  end_event(w, out);
  std::string item;
  json::Writer item_writer(item);
  write_call_item(call.item, status, item_writer);
  item_done(call.output_index, std::move(item), out);
  payload = {};
}

}  // namespace switchyard::wire::openai_responses
