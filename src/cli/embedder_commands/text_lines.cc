#include "cli/embedder_commands/text_lines.h"

#include "base/json.h"

namespace switchyard::cli {

Result<void> for_each_text(std::istream& in, const std::function<Result<void>(const std::string& text)>& see) {
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto document = json::Document::parse(line);
    if (!document || !document->root().is_string()) {
      return fail(ErrorKind::kInvalidRequest, "line " + std::to_string(number) + ": expected a JSON string");
    }
    SY_CHECK(see(document->root().string()));
  }
  return {};
}

}  // namespace switchyard::cli
