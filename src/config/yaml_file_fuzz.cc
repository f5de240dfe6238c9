// Any bytes as switchyard.yaml: what is accepted stays within the limits, and its catalog sections are JSON on no more
// lines.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/json.h"
#include "config/yaml_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto yaml = config::parse_yaml_file(text, "f");
  if (!yaml || yaml->catalog.empty()) return 0;
  if (!json::Document::parse(yaml->catalog)) std::abort();
  return 0;
}
