// Any bytes as a decision record to replay, and as a header's value.

#include <cstdint>

#include "routing/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard;
  static const Catalog catalog;
  static const routing::Table table(catalog, {}, nullptr);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)routing::replay(bytes, table);
  routing::Overrides overrides;
  (void)routing::take_header("x-switchyard-routing-alpha", bytes, overrides);
  (void)routing::take_header(bytes, "1", overrides);
  return 0;
}
