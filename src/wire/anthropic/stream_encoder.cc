#include <utility>

#include "base/json_writer.h"
#include "wire/anthropic/response.h"
#include "wire/anthropic/stream.h"
#include "wire/reasoning_state.h"
#include "wire/tool_ids.h"

namespace switchyard::wire::anthropic {

StreamEncoder::StreamEncoder(const AnswerContext& context) : id_(context.id), model_(context.model) {
  usage_.input = context.input_estimate;
}

void StreamEncoder::start(std::string& out) {
  if (started_) return;
  started_ = true;
  out.append("event: message_start\ndata: ");
  json::Writer w(out);
  w.begin_object().field("type", "message_start").key("message").begin_object().field("id", "msg_" + id_);
  w.field("type", "message").field("role", "assistant").field("model", model_).key("content").begin_array().end_array();
  w.key("stop_reason").null().key("stop_sequence").null();
  Usage first = usage_;
  first.output = first.reasoning = 0;
  std::string usage;
  write_usage(first, usage);
  w.field_raw("usage", usage).end_object().end_object();
  out.append("\n\n");
}

void StreamEncoder::open(Block block, std::string_view content_block, std::string& out) {
  start(out);
  close(out);
  block_ = block;
  block_index_ = blocks_++;
  out.append("event: content_block_start\ndata: ");
  json::Writer w(out);
  w.begin_object()
      .field("type", "content_block_start")
      .field("index", block_index_)
      .field_raw("content_block", content_block);
  w.end_object();
  out.append("\n\n");
}

void StreamEncoder::close(std::string& out) {
  if (block_ == Block::kNone) return;
  block_ = Block::kNone;
  out.append("event: content_block_stop\ndata: ");
  json::Writer(out).begin_object().field("type", "content_block_stop").field("index", block_index_).end_object();
  out.append("\n\n");
}

void StreamEncoder::delta(std::string_view type, std::string_view key, std::string_view text, std::string& out) {
  out.append("event: content_block_delta\ndata: ");
  json::Writer w(out);
  w.begin_object().field("type", "content_block_delta").field("index", block_index_).key("delta").begin_object();
  w.field("type", type).field_escaped(key, text).end_object().end_object();
  out.append("\n\n");
}

bool StreamEncoder::inside_call() const { return block_ == Block::kTool && !calls_[open_call_].balance.complete(); }

void StreamEncoder::wait(Block block, std::size_t call, std::string_view text, std::string& out) {
  waiting_bytes_ += text.size();
  if (waiting_bytes_ > kWaitingBytesMax) {
    return fail("api_error", "the provider mixed too much into an unfinished tool call", out);
  }
  const bool joins = block != Block::kTool && !waiting_.empty() && waiting_.back().block == block;
  if (!joins) waiting_.push_back({block, call, {}});
  waiting_.back().text.append(text);
}

void StreamEncoder::text(Block block, std::string_view text, std::string& out) {
  if (inside_call() || !waiting_.empty()) return wait(block, 0, text, out);
  const bool thinking = block == Block::kThinking;
  if (block_ != block) {
    open(block, thinking ? R"({"type":"thinking","thinking":"","signature":""})" : R"({"type":"text","text":""})", out);
  }
  delta(thinking ? "thinking_delta" : "text_delta", thinking ? "thinking" : "text", text, out);
}

void StreamEncoder::signature(const ThinkingSignature& signature, std::string& out) {
  TextStorage storage;
  const JsonText shown = sealed_state(signature.signature, signature.issuer, Dialect::kAnthropic, storage);
  // State without thinking in front of it belongs to what follows, and has a block of its own.
  if (block_ != Block::kThinking) return redacted(shown, out);
  delta("signature_delta", "signature", shown.escaped, out);
}

void StreamEncoder::citation(const Citation& citation, std::string& out) {
  if (block_ != Block::kText) return;  // It belongs to the text so far; there is none to put it on.
  out.append("event: content_block_delta\ndata: ");
  json::Writer w(out);
  w.begin_object().field("type", "content_block_delta").field("index", block_index_).key("delta").begin_object();
  w.field("type", "citations_delta").key("citation");
  write_citation(citation, w);
  w.end_object().end_object();
  out.append("\n\n");
}

void StreamEncoder::redacted(JsonText data, std::string& out) {
  if (inside_call()) return;  // No provider reasons in the middle of a call's arguments.
  std::string block;
  json::Writer(block)
      .begin_object()
      .field("type", "redacted_thinking")
      .field_escaped("data", data.escaped)
      .end_object();
  open(Block::kThinking, block, out);
  close(out);
}

void StreamEncoder::begin_call(std::size_t index, std::string& out) {
  Call& call = calls_[index];
  call.begun = true;
  std::string block;
  json::Writer w(block);
  w.begin_object().field("type", "tool_use").field_escaped("id", call.id).field_escaped("name", call.name);
  w.key("input").begin_object().end_object().end_object();
  open(Block::kTool, block, out);
  open_call_ = index;
  if (!call.waiting.empty()) delta("input_json_delta", "partial_json", std::exchange(call.waiting, {}), out);
}

void StreamEncoder::call_start(const ToolCallStart& call, std::string& out) {
  if (call.index != calls_.size()) return;
  TextStorage storage;
  const std::string_view id = answer_tool_id(call.id, id_, call.index, storage);
  calls_.push_back({std::string(id), std::string(call.name.escaped), {}, {}, false});
  if (inside_call() || !waiting_.empty()) return wait(Block::kTool, call.index, {}, out);
  begin_call(call.index, out);
}

void StreamEncoder::arguments(std::size_t index, std::string_view fragment, std::string& out) {
  if (index >= calls_.size()) return;
  Call& call = calls_[index];
  const bool open = block_ == Block::kTool && open_call_ == index;
  // A closed call's arguments were whole: what still comes can only be blanks.
  if (call.begun && !open) return;
  call.balance.feed(fragment);
  if (open) {
    delta("input_json_delta", "partial_json", fragment, out);
    return release(false, out);
  }
  waiting_bytes_ += fragment.size();
  if (waiting_bytes_ > kWaitingBytesMax) {
    return fail("api_error", "the provider mixed too much into an unfinished tool call", out);
  }
  call.waiting.append(fragment);
}

void StreamEncoder::release(bool all, std::string& out) {
  while (!waiting_.empty() && (all || !inside_call())) {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    if (next.block == Block::kTool) {
      begin_call(next.call, out);
    } else {
      const bool thinking = next.block == Block::kThinking;
      open(next.block,
           thinking ? R"({"type":"thinking","thinking":"","signature":""})" : R"({"type":"text","text":""})", out);
      delta(thinking ? "thinking_delta" : "text_delta", thinking ? "thinking" : "text", next.text, out);
    }
  }
  if (waiting_.empty()) waiting_bytes_ = 0;
}

void StreamEncoder::fail(std::string_view type, std::string_view message, std::string& out) {
  out.append("event: error\ndata: ");
  json::Writer w(out);
  w.begin_object().field("type", "error").key("error").begin_object();
  w.field("type", type).field("message", message).end_object().end_object();
  out.append("\n\n");
  ended_ = true;
}

void StreamEncoder::finish(std::string& out) {
  start(out);
  release(true, out);
  close(out);
  const FinishReason reason = settled_finish(*finish_, !calls_.empty());
  out.append("event: message_delta\ndata: ");
  json::Writer w(out);
  w.begin_object().field("type", "message_delta").key("delta").begin_object().field("stop_reason", finish_name(reason));
  w.key("stop_sequence");
  if (stop_sequence_.empty()) {
    w.null();
  } else {
    w.string_escaped(stop_sequence_);
  }
  std::string usage;
  write_usage(usage_, usage);
  w.end_object().field_raw("usage", usage).end_object();
  out.append("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  ended_ = true;
}

void StreamEncoder::encode(const ChatEvent& event, std::string& out) {
  if (ended_) return;
  if (const auto* piece_of_text = std::get_if<TextDelta>(&event)) {
    text(Block::kText, piece_of_text->text.escaped, out);
  } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    text(Block::kText, refusal->text.escaped, out);
  } else if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
    text(Block::kThinking, thinking->text.escaped, out);
  } else if (const auto* state = std::get_if<ThinkingSignature>(&event)) {
    signature(*state, out);
  } else if (const auto* hidden = std::get_if<RedactedThinking>(&event)) {
    TextStorage storage;
    redacted(sealed_state(hidden->data, hidden->issuer, Dialect::kAnthropic, storage), out);
  } else if (const auto* cited = std::get_if<CitationDelta>(&event)) {
    citation(cited->citation, out);
  } else if (const auto* call = std::get_if<ToolCallStart>(&event)) {
    call_start(*call, out);
  } else if (const auto* piece = std::get_if<ToolCallArguments>(&event)) {
    arguments(piece->index, piece->fragment.escaped, out);
  } else if (std::holds_alternative<BlockEnd>(event)) {
    close(out);
    release(false, out);
  } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
    has_usage_ = true;
  } else if (std::holds_alternative<StreamStart>(event)) {
    if (!started_ && !has_usage_) return start(out);
  } else if (const auto* finished = std::get_if<StreamFinish>(&event)) {
    finish_ = finished->reason;
    stop_sequence_ = finished->stop_sequence.escaped;
  } else if (std::holds_alternative<StreamEnd>(event)) {
    if (finish_) finish(out);
  } else if (const auto* error = std::get_if<StreamError>(&event)) {
    fail(error->type.empty() ? "api_error" : error->type, error->message, out);
  }
}

}  // namespace switchyard::wire::anthropic
