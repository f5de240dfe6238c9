// Any body in either dialect: what it parses to must be written as JSON in the other; any stream must end the encoder
// at most once.

#include <cstdint>
#include <cstdlib>

#include "wire/codec/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Dialect from = data[0] & 1 ? Dialect::kAnthropic : Dialect::kOpenAiChat;
  const Dialect to = data[0] & 1 ? Dialect::kOpenAiChat : Dialect::kAnthropic;
  if (const auto document = json::Document::parse(bytes)) {
    (void)wire::view_request(from, *document);
    if (const auto request = wire::parse_request(from, *document); request && wire::refusals(to, *request).empty()) {
      std::string out;
      wire::emit_request(to, *request, {.model = "m"}, out);
      if (!json::Document::parse(out)) std::abort();
    }
    if (const auto response = wire::parse_response(from, *document)) {
      std::string out;
      wire::emit_response(to, *response, {.id = "i", .model = "m"}, out);
    }
  }
  wire::StreamTap tap(from, (data[0] & 2) != 0);
  sse::Decoder events(1 << 20);
  wire::StreamDecoder decoder(from);
  wire::StreamEncoder encoder(to, {.id = "i", .model = "m"});
  std::vector<ChatEvent> decoded;
  std::string out;
  const std::size_t piece = data[0] / 4 + 1u;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    tap.feed(bytes.substr(at, piece));
    if (!events.feed(bytes.substr(at, piece))) return 0;
    while (const auto event = events.next()) {
      decoded.clear();
      if (!decoder.decode(*event, decoded)) return 0;
      for (const ChatEvent& e : decoded) encoder.encode(e, out);
    }
  }
  return 0;
}
