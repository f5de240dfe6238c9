// Any bytes as a catalog file: what is accepted is priced in one explicit way.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/catalog_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::CatalogEntries entries;
  if (!config::read_catalog(text, "f", entries)) return 0;
  for (const config::BindingEntry& entry : entries.bindings) {
    if ((entry.binding.price == Price{}) == (entry.binding.pricing == Pricing::kQuoted)) std::abort();
  }
  return 0;
}
