#include <algorithm>

#include "config/base_url.h"
#include "config/catalog_assembly.h"
#include "config/catalog_reader.h"
#include "config/check_references.h"
#include "config/compile_settings.h"
#include "config/problems.h"
#include "config/runtime_config.h"
#include "config/settings.h"
#include "config/text_file.h"

extern char** environ;

namespace switchyard::config {
namespace {

/// The catalog file, or the built-in catalog, with the entries of switchyard.yaml over it.
CatalogEntries read_catalogs(const Settings& settings, Problems& problems) {
  CatalogEntries entries;
  const auto take = [&](std::string_view text, std::string_view name) {
    if (const auto read = read_catalog(text, name, entries); !read) problems.add(read.error().message);
  };
  const std::string& path = settings.text("SWITCHYARD_CATALOG");
  if (path.empty()) {
    take(built_in_catalog(), "built-in catalog");
  } else if (const auto file = text_file(path); file && *file) {
    take(**file, path);
  } else {
    problems.add("SWITCHYARD_CATALOG: " + (file ? "'" + path + "' cannot be read" : file.error().message) +
                 settings.origin_note("SWITCHYARD_CATALOG"));
  }
  if (!settings.yaml_catalog().empty()) take(settings.yaml_catalog(), settings.yaml_name());
  return entries;
}

}  // namespace

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> map;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry = *at;
    if (const std::size_t equals = entry.find('='); equals != std::string_view::npos) {
      map.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return map;
}

Result<std::shared_ptr<const RuntimeConfig>> load(const Sources& sources) {
  Problems problems;
  Settings settings(sources, problems);
  CatalogEntries entries = read_catalogs(settings, problems);
  declare_variables(entries, settings);
  settings.check_unknown();

  auto config = std::make_shared<RuntimeConfig>();
  compile_settings(settings, *config, problems);
  // What follows would repeat the problems so far in other words.
  if (!problems.none()) return fail(ErrorKind::kInvalidRequest, problems.text());
  const KnownProviders known(entries);
  SY_TRY(config->catalog, assemble_catalog(std::move(entries), settings));
  check_references(*config, known, settings, problems);
  if (!problems.none()) return fail(ErrorKind::kInvalidRequest, problems.text());
  config->settings = std::move(settings).release();
  return config;
}

bool has_provider_key(const RuntimeConfig& config) {
  const auto of_a_cloud = [](const Provider& p) {
    return p.auth == AuthScheme::kAwsSigV4 || p.auth == AuthScheme::kGoogleOauth;
  };
  const std::vector<Provider>& providers = config.catalog.providers();
  // A cloud's provider is there as soon as a region or project is set; only a model bound to it shows that it is meant.
  return std::ranges::any_of(providers, [](const Provider& p) { return !p.api_key.empty(); }) ||
         std::ranges::any_of(config.catalog.bindings(),
                             [&](const Binding& b) { return of_a_cloud(providers[b.provider]); });
}

std::string shown_value(const Setting& setting) {
  if (setting.secret) return setting.value.empty() ? "" : "set";
  return setting.value.contains("://") && setting.value.contains('@') ? masked_url(setting.value) : setting.value;
}

}  // namespace switchyard::config
