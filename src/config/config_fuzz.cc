// Any bytes as a .env file, a YAML file and a catalog.

#include <cstdint>

#include "config/catalog_reader.h"
#include "config/env_file.h"
#include "config/yaml_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::config;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)parse_env_file(text, "f");
  (void)parse_yaml_file(text, "f");
  CatalogEntries entries;
  (void)read_catalog(text, "f", entries);
  return 0;
}
