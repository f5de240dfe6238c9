// Any body: what parses as a request or an answer must be written as JSON; any stream must keep its encoder to JSON and
// to one end.

#include <cstdint>
#include <cstdlib>

#include "wire/openai_responses/error.h"
#include "wire/openai_responses/request.h"
#include "wire/openai_responses/response.h"
#include "wire/openai_responses/state.h"
#include "wire/openai_responses/stream.h"
#include "wire/openai_responses/tap.h"
#include "wire/openai_responses/view.h"

namespace {

using namespace switchyard;
using namespace switchyard::wire;

void must_be_json(const std::string& text) {
  if (!json::Document::parse(text)) std::abort();
}

void whole(const json::Document& document) {
  (void)openai_responses::view_request(document);
  if (auto request = openai_responses::parse_request(document)) {
    for (const Dialect as : {Dialect::kOpenAiResponses, Dialect::kAnthropic}) {
      request->dialect = as;
      std::string out;
      openai_responses::emit_request(*request, {.model = "m"}, out);
      must_be_json(out);
    }
  }
  const AnswerContext context{.id = "i", .model = "m", .request = document.root()};
  if (const auto response = openai_responses::parse_response(document)) {
    std::string out;
    openai_responses::emit_response(*response, context, out);
    must_be_json(out);
  }
  const json::Value input = document.root()["input"];
  const auto items = openai_responses::stored_input(input, "s");
  if (!items) return;
  must_be_json(*items);
  const auto stored = json::Document::parse(*items);
  if (const auto joined = openai_responses::joined_items({stored->root(), document.root()}, stored->root())) {
    must_be_json(*joined);
    if (const auto body = openai_responses::self_contained(document.root(), *joined)) must_be_json(*body);
  }
  must_be_json(openai_responses::list_items(stored->root(), {.after = {}, .limit = 2}).value_or("1"));
}

void streamed(std::string_view bytes, std::size_t piece) {
  openai_responses::StreamTap tap;
  sse::Decoder events(1 << 20), written(1 << 24);
  openai_responses::StreamDecoder decoder;
  openai_responses::StreamEncoder encoder({.id = "i", .model = "m"});
  std::vector<ChatEvent> decoded;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    tap.feed(bytes.substr(at, piece));
    if (!events.feed(bytes.substr(at, piece))) break;
    while (const auto event = events.next()) {
      decoded.clear();
      if (!decoder.decode(*event, decoded)) break;
      for (const ChatEvent& e : decoded) encoder.encode(e, out);
    }
  }
  encoder.encode(StreamEnd{}, out);
  if (!encoder.ended() || !written.feed(out)) std::abort();
  std::size_t ends = 0;
  while (const auto event = written.next()) {
    must_be_json(std::string(event->data));
    ends +=
        event->name == "response.completed" || event->name == "response.incomplete" || event->name == "response.failed";
  }
  if (ends != 1) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const auto document = json::Document::parse(bytes)) whole(*document);
  (void)openai_responses::parse_error(400, bytes);
  streamed(bytes, data[0] + 1u);
  return 0;
}
