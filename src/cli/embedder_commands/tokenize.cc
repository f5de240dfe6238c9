#include "cli/embedder_commands/tokenize.h"

#include <fstream>
#include <iterator>
#include <string>

#include "base/json.h"
#include "base/json_writer.h"

namespace switchyard::cli {

Result<scoring::tokenizer::Tokenizer> load_tokenizer(const std::filesystem::path& assets) {
  const std::filesystem::path path = assets / "tokenizer.json";
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::kNotFound, "'" + path.string() + "' cannot be read");
  const std::string json(std::istreambuf_iterator<char>(file), {});
  return scoring::tokenizer::read_tokenizer(json);
}

Result<void> tokenize(const scoring::tokenizer::Tokenizer& tokenizer, std::istream& in, std::ostream& out) {
  std::string line, answer;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto document = json::Document::parse(line);
    if (!document || !document->root().is_string()) {
      return fail(ErrorKind::kInvalidRequest, "line " + std::to_string(number) + ": expected a JSON string");
    }
    answer.clear();
    json::Writer w(answer);
    w.begin_array();
    for (const std::uint32_t id : tokenizer.encode(document->root().string())) w.number(id);
    w.end_array();
    answer.push_back('\n');
    out << answer;
  }
  return {};
}

}  // namespace switchyard::cli
