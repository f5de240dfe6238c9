#include "config/catalog_reader.h"

namespace switchyard::config {

std::string_view built_in_catalog() {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
  static constexpr char kText[] = {
#embed "catalog.json"
  };
#pragma clang diagnostic pop
  return {kText, sizeof kText};
}

}  // namespace switchyard::config
