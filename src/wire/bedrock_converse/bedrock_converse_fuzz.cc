// Any request of a client: what is not refused must be written as JSON. Any body and any event must be read without
// harm.

#include <cstdint>
#include <cstdlib>

#include "wire/anthropic/request.h"
#include "wire/bedrock_converse/error.h"
#include "wire/bedrock_converse/field_rules.h"
#include "wire/bedrock_converse/request.h"
#include "wire/bedrock_converse/response.h"
#include "wire/bedrock_converse/stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)wire::bedrock_converse::parse_error(400, bytes);
  if (const auto document = json::Document::parse(bytes)) {
    const auto request = wire::anthropic::parse_request(*document);
    if (request && wire::find_refusals(wire::bedrock_converse::rules(), *request).empty()) {
      static constexpr std::string_view kModels[] = {"anthropic.c", "amazon.nova", "openai.gpt-oss", "x"};
      const ProviderQuirks quirks;
      std::string out;
      wire::bedrock_converse::emit_request(*request, {.model = kModels[data[0] & 3], .quirks = quirks}, out);
      if (!json::Document::parse(out)) std::abort();
    }
    (void)wire::bedrock_converse::parse_response(*document);
  }
  // One event a line: its name, a blank, its payload.
  wire::bedrock_converse::StreamDecoder decoder;
  std::vector<ChatEvent> events;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) continue;
    events.clear();
    (void)decoder.decode({line.substr(0, blank), line.substr(blank + 1)}, events);
  }
  return 0;
}
