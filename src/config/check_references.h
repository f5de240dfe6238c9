#pragma once
/// \file
/// Settings that name models and providers: a name that the catalog does not know would silently do nothing.

#include "config/catalog_reader.h"
#include "config/problems.h"
#include "config/runtime_config.h"
#include "config/settings.h"

namespace switchyard::config {

/// The providers that may be named, and what enables them. Made before the catalog is assembled.
struct KnownProviders {
  explicit KnownProviders(const CatalogEntries& entries);
  std::vector<std::string> names;
  std::vector<std::string> key_variables;  ///< By name's index; empty if no variable enables it.
};

void check_references(const RuntimeConfig& config, const KnownProviders& known, const Settings& settings,
                      Problems& problems);

}  // namespace switchyard::config
