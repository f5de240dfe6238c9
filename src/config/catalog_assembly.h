#pragma once
/// \file
/// From catalog entries and settings to the Catalog: keys and base URLs filled in, unusable providers left out, and the
/// mock provider behind the real ones.

#include "config/catalog_reader.h"
#include "config/settings.h"

namespace switchyard::config {

/// Names the variables that the entries mention, so that `settings` takes them from any source.
void declare_variables(const CatalogEntries& entries, Settings& settings);

/// Errors: kInvalidRequest, naming the entry and its place.
Result<Catalog> assemble_catalog(CatalogEntries entries, const Settings& settings);

/// Providers that a variable may name, usable or not: those of the entries, and the mocks.
std::vector<std::string> provider_names(const CatalogEntries& entries);

}  // namespace switchyard::config
