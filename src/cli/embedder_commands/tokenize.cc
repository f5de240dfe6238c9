#include "cli/embedder_commands/tokenize.h"

#include <fstream>
#include <iterator>
#include <string>

#include "base/json_writer.h"
#include "cli/embedder_commands/text_lines.h"

namespace switchyard::cli {

Result<scoring::tokenizer::Tokenizer> load_tokenizer(const std::filesystem::path& assets) {
  const std::filesystem::path path = assets / "tokenizer.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kNotFound, "'" + path.string() + "' cannot be read");
  const std::string json(std::istreambuf_iterator<char>(file), {});
  return scoring::tokenizer::read_tokenizer(json);
}

Result<void> tokenize(const scoring::tokenizer::Tokenizer& tokenizer, std::istream& in, std::ostream& out) {
  return for_each_text(in, [&](const std::string& text) -> Result<void> {
    std::string answer;
    json::Writer w(answer);
    w.begin_array();
    for (const std::uint32_t id : tokenizer.encode(text)) w.number(id);
    w.end_array();
    answer.push_back('\n');
    out << answer;
    return {};
  });
}

}  // namespace switchyard::cli
