#include "base/json_writer.h"
#include "wire/anthropic/response.h"
#include "wire/anthropic/stream.h"

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

void StreamEncoder::arguments(std::size_t index, std::string_view fragment, std::string& out) {
  if (index >= calls_.size()) return;
  Call& call = calls_[index];
  if (block_ == Block::kTool && open_call_ == index) {
    delta("input_json_delta", "partial_json", fragment, out);
  } else {
    call.waiting.append(fragment);
  }
}

void StreamEncoder::finish(std::string& out) {
  start(out);
  close(out);
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (!calls_[i].begun) begin_call(i, out);
    close(out);
  }
  FinishReason reason = *finish_;
  if (!calls_.empty() && reason == FinishReason::kStop) reason = FinishReason::kToolCalls;
  if (calls_.empty() && reason == FinishReason::kToolCalls) reason = FinishReason::kStop;
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
  if (const auto* text = std::get_if<TextDelta>(&event)) {
    if (block_ != Block::kText) open(Block::kText, R"({"type":"text","text":""})", out);
    delta("text_delta", "text", text->text.escaped, out);
  } else if (const auto* refusal = std::get_if<RefusalDelta>(&event)) {
    if (block_ != Block::kText) open(Block::kText, R"({"type":"text","text":""})", out);
    delta("text_delta", "text", refusal->text.escaped, out);
  } else if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) {
    if (block_ != Block::kThinking) open(Block::kThinking, R"({"type":"thinking","thinking":"","signature":""})", out);
    delta("thinking_delta", "thinking", thinking->text.escaped, out);
  } else if (const auto* signature = std::get_if<ThinkingSignature>(&event)) {
    if (block_ == Block::kThinking) delta("signature_delta", "signature", signature->signature.escaped, out);
  } else if (const auto* redacted = std::get_if<RedactedThinking>(&event)) {
    std::string block;
    json::Writer(block)
        .begin_object()
        .field("type", "redacted_thinking")
        .field_escaped("data", redacted->data.escaped)
        .end_object();
    open(Block::kThinking, block, out);
    close(out);
  } else if (const auto* call = std::get_if<ToolCallStart>(&event)) {
    if (call->index != calls_.size()) return;
    calls_.push_back({std::string(call->id.escaped), std::string(call->name.escaped), {}, false});
    // While one call is being written the next one waits: its fragments may still be mixed with the open one's.
    if (block_ != Block::kTool) begin_call(call->index, out);
  } else if (const auto* piece = std::get_if<ToolCallArguments>(&event)) {
    arguments(piece->index, piece->fragment.escaped, out);
  } else if (std::holds_alternative<BlockEnd>(event)) {
    close(out);
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
    out.append("event: error\ndata: ");
    json::Writer w(out);
    w.begin_object().field("type", "error").key("error").begin_object();
    w.field("type", error->type.empty() ? "api_error" : error->type)
        .field("message", error->message)
        .end_object()
        .end_object();
    out.append("\n\n");
    ended_ = true;
  }
}

}  // namespace switchyard::wire::anthropic
