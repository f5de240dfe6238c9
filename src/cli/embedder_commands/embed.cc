#include "cli/embedder_commands/embed.h"

#include <span>
#include <string>

#include "base/json_writer.h"
#include "cli/embedder_commands/text_lines.h"

namespace switchyard::cli {

Result<void> embed(const scoring::Encoder& encoder, std::istream& in, std::ostream& out) {
  return for_each_text(in, [&](const std::string& text) -> Result<void> {
    const std::string_view one[] = {text};
    SY_TRY(const std::vector<float> vector, encoder.encode(one));
    std::string answer;
    json::Writer w(answer);
    w.begin_array();
    for (const float x : vector) w.number(static_cast<double>(x));
    w.end_array();
    out << answer << std::endl;  // A program that waits for the answer gets it now.
    return {};
  });
}

Result<void> bench_encoder(const scoring::Encoder& encoder, const Clock& clock, std::istream& in, std::ostream& out) {
  return for_each_text(in, [&](const std::string& text) -> Result<void> {
    const std::string_view one[] = {text};
    const SteadyTime begin = clock.now();
    SY_TRY(const std::vector<float> vector, encoder.encode(one));
    const std::chrono::duration<double, std::micro> took = clock.now() - begin;
    std::string answer;
    json::Writer(answer).begin_object().field("micros", took.count()).end_object();
    out << answer << std::endl;
    return {};
  });
}

}  // namespace switchyard::cli
