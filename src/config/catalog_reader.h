#pragma once
/// \file
/// Reads catalog files: providers, models, bindings, prices. Strict: unknown keys, wrong types and missing prices are
/// errors.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/catalog.h"

namespace switchyard::config {

/// A provider as the file has it, with the variables that enable it.
struct ProviderEntry {
  Provider provider;  ///< `base_url` and paths as written: placeholders are filled and `endpoint_of` settles them.
  std::string key_variable;
  std::string url_variable;
  bool local = false;  ///< A server of one's own: used only if `url_variable` is set, and then with or without a key.
  std::string place;   ///< "FILE:LINE: providers[0]".
};
struct BindingEntry {
  std::string model;
  std::string provider;
  Binding binding;
  std::string place;  ///< "FILE:LINE: bindings[0]".
};
struct CatalogEntries {
  std::vector<ProviderEntry> providers;
  std::vector<Model> models;
  std::vector<BindingEntry> bindings;
};

/// Adds the entries of `text` (JSON) to `into`; a provider or model that is there already by name is replaced, and the
/// bindings of a replaced pair too. Errors: kInvalidRequest "FILE:LINE: models[3].tier: expected ...".
Result<void> read_catalog(std::string_view text, std::string_view file_name, CatalogEntries& into);
/// The catalog that is part of the program.
std::string_view built_in_catalog();

}  // namespace switchyard::config
