/// \file
/// Any bytes as a request of every dialect of the mock provider: read, checked and, if taken, answered both ways.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/mock/dialect.h"
#include "cli/mock/gemini_extra.h"
#include "cli/mock/responses.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const auto document = json::Document::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  std::array<std::unique_ptr<cli::MockDialect>, 5> dialects = {
      cli::make_chat_dialect(), cli::make_completions_dialect(), cli::make_anthropic_dialect(),
      cli::make_gemini_dialect(), std::make_unique<cli::ResponsesDialect>()};
  for (const auto& dialect : dialects) {
    const cli::MockRequest request = dialect->read(document->root());
    if (const auto refusal = dialect->check(request)) {
      if (!json::Document::parse(dialect->error(*refusal))) __builtin_trap();
      continue;
    }
    const cli::MockScript script{.tools = 2};
    const cli::Answer answer = cli::answer_of(request, script);
    if (!json::Document::parse(dialect->body(request, answer, script))) __builtin_trap();
    (void)dialect->events(request, answer, script);
  }
  for (const char* verb : {"countTokens", "embedContent", "batchEmbedContents"}) {
    cli::Checked refusal;
    const cli::MockRequest request = dialects[3]->read(document->root());
    if (!json::Document::parse(cli::gemini_extra(verb, request, refusal))) __builtin_trap();
  }
  return 0;
}
