// Any body: what it parses to must be written as JSON, and what was written must be read and written the same again.
// Any stream, cut anywhere in either framing: the encoder ends at most once and its array is JSON.

#include <cstdint>
#include <cstdlib>

#include "wire/gemini/count_tokens.h"
#include "wire/gemini/error.h"
#include "wire/gemini/request.h"
#include "wire/gemini/response.h"
#include "wire/gemini/stream.h"
#include "wire/gemini/tap.h"
#include "wire/gemini/view.h"

namespace {

using namespace switchyard;
using namespace switchyard::wire;

void must(bool holds) {
  if (!holds) std::abort();
}

void requests(const json::Document& document, std::string_view model) {
  (void)gemini::view_request(document);
  (void)gemini::parse_count_request(document);
  const auto request = gemini::parse_request(document);
  if (!request) return;
  std::string once, twice;
  gemini::emit_request(*request, {.model = model}, once);
  const auto written = json::Document::parse(once);
  must(written.has_value());
  const auto again = gemini::parse_request(*written);
  must(again.has_value());
  gemini::emit_request(*again, {.model = model}, twice);
  must(once == twice);
  // As if another dialect had said it.
  ChatRequest foreign = *gemini::parse_request(document);
  foreign.dialect = Dialect::kOpenAiChat;
  std::string out;
  gemini::emit_request(foreign, {.model = model}, out);
  must(json::Document::parse(out).has_value());
}

void responses(const json::Document& document) {
  const auto response = gemini::parse_response(document);
  if (!response) return;
  std::string out;
  gemini::emit_response(*response, {.id = "i", .model = "m"}, out);
  must(json::Document::parse(out).has_value());
}

template <class Events>
void stream(std::string_view bytes, std::size_t piece, gemini::StreamFraming framing) {
  gemini::StreamTap tap(framing);
  Events events(1 << 20);
  gemini::StreamDecoder decoder;
  gemini::StreamEncoder encoder({.id = "i", .model = "m"}, gemini::StreamFraming::kArray);
  std::vector<ChatEvent> decoded;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    tap.feed(bytes.substr(at, piece));
    if (!events.feed(bytes.substr(at, piece))) return;
    while (const auto event = events.next()) {
      decoded.clear();
      if (!decoder.decode(*event, decoded)) return;
      for (const ChatEvent& e : decoded) encoder.encode(e, out);
    }
  }
  decoded.clear();
  decoder.body_ended(decoded);
  decoded.push_back(StreamEnd{});
  for (const ChatEvent& e : decoded) encoder.encode(e, out);
  must(encoder.ended());
  must(json::Document::parse(out).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const auto document = json::Document::parse(bytes)) {
    requests(*document, (data[0] & 2) != 0 ? "gemini-3-pro" : "gemini-2.5-flash");
    responses(*document);
  }
  (void)gemini::parse_error(500, bytes);
  (void)gemini::retry_delay(bytes);
  Usage usage;
  (void)gemini::tap_body(bytes, usage);
  const std::size_t piece = data[0] / 4 + 1u;
  if ((data[0] & 1) != 0) {
    stream<sse::Decoder>(bytes, piece, gemini::StreamFraming::kSse);
  } else {
    stream<gemini::ArrayDecoder>(bytes, piece, gemini::StreamFraming::kArray);
  }
  return 0;
}
