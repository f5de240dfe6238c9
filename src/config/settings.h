#pragma once
/// \file
/// The values that the sources give, each taken from the first source that names it: environment, .env.local, .env,
/// YAML.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "config/registry.h"
#include "config/runtime_config.h"

namespace switchyard::config {

class Settings {
 public:
  /// Reads every source; what is wrong goes to `problems`, which must outlive this.
  Settings(const Sources& sources, Problems& problems);

  /// The value of a registered or declared variable; empty if there is none.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] bool is_default(std::string_view name) const;
  /// " (.env:3)" for messages, or nothing for defaults.
  [[nodiscard]] std::string origin_note(std::string_view name) const;

  /// Makes a variable known that only a catalog names, as a key or a base URL. Registered ones stay as they are.
  void declare(const std::string& name, VariableType type, std::string_view source);
  /// Tells names that neither the registry nor a catalog knows, where they can only be mistakes.
  void check_unknown();

  [[nodiscard]] const std::string& yaml_catalog() const { return yaml_catalog_; }
  [[nodiscard]] const std::string& yaml_name() const { return yaml_name_; }
  /// In the registry's order, then the declared ones.
  [[nodiscard]] std::vector<Setting> release() && { return std::move(known_); }

 private:
  enum class Strictness : std::uint8_t { kOurPrefixesOnly, kEveryName };
  struct Unknown {
    std::string value, origin;
    std::string strict_origin;  ///< Where every name must be known; empty if it stands at no such place.
  };

  [[nodiscard]] const Setting* find(std::string_view name) const;
  void take(const std::string& name, const std::string& value, const std::string& origin, Strictness strictness);
  void take_env_file(const std::string& folder, const std::string& name);
  void take_yaml(const Sources& sources);
  void fill_defaults();

  Problems& problems_;
  std::vector<Setting> known_;
  std::map<std::string, Unknown, std::less<>> unknown_;
  std::string yaml_catalog_, yaml_name_;
};

}  // namespace switchyard::config
