#include "config/settings.h"

#include <algorithm>
#include <filesystem>

#include "config/env_file.h"
#include "config/nearest.h"
#include "config/text_file.h"
#include "config/yaml_file.h"

namespace switchyard::config {

Settings::Settings(const Sources& sources, Problems& problems) : problems_(problems) {
  for (const auto& [name, value] : sources.environment) take(name, value, "environment", Strictness::kOurPrefixesOnly);
  take_env_file(sources.folder, ".env.local");
  take_env_file(sources.folder, ".env");
  take_yaml(sources);
  fill_defaults();
}

const Setting* Settings::find(std::string_view name) const {
  const auto found = std::ranges::find(known_, name, &Setting::name);
  return found == known_.end() ? nullptr : &*found;
}

const std::string& Settings::text(std::string_view name) const {
  static const std::string kNone;
  const Setting* const setting = find(name);
  return setting != nullptr ? setting->value : kNone;
}

bool Settings::is_default(std::string_view name) const {
  const Setting* const setting = find(name);
  return setting == nullptr || setting->origin == kDefaultOrigin;
}

std::string Settings::origin_note(std::string_view name) const {
  return is_default(name) ? "" : " (" + find(name)->origin + ")";
}

/// The first source that names a variable wins. Empty values count as not given.
void Settings::take(const std::string& name, const std::string& value, const std::string& origin,
                    Strictness strictness) {
  const Variable* const variable = find_variable(name);
  if (variable == nullptr) {
    // A catalog may still declare it: decided by declare() and check_unknown().
    Unknown& unknown = unknown_[name];
    if (unknown.value.empty()) unknown = {value, origin, std::move(unknown.strict_origin)};
    if (strictness == Strictness::kEveryName && unknown.strict_origin.empty()) unknown.strict_origin = origin;
    return;
  }
  if (value.empty() || find(name) != nullptr) return;
  if (auto checked = check_value(*variable, value); !checked)
    problems_.add(checked.error().message + " (" + origin + ")");
  known_.push_back({name, value, origin, variable->type == VariableType::kSecret});
}

void Settings::take_env_file(const std::string& folder, const std::string& name) {
  const auto text = text_file(std::filesystem::path(folder) / name);
  if (!text) return problems_.add(text.error().message);
  if (!*text) return;
  const auto lines = parse_env_file(**text, name);
  if (!lines) return problems_.add(lines.error().message);
  for (const EnvLine& line : *lines)
    take(line.name, line.value, name + ":" + std::to_string(line.line), Strictness::kOurPrefixesOnly);
}

void Settings::take_yaml(const Sources& sources) {
  const bool asked_for = !sources.yaml_path.empty();
  const std::string name = asked_for ? sources.yaml_path : "switchyard.yaml";
  const auto text = text_file(asked_for ? std::filesystem::path(name) : std::filesystem::path(sources.folder) / name);
  if (!text) return problems_.add(text.error().message);
  if (!*text) {
    if (asked_for) problems_.add(name + ": cannot be read");
    return;
  }
  auto yaml = parse_yaml_file(**text, name);
  if (!yaml) return problems_.add(yaml.error().message);
  for (const YamlSetting& s : yaml->settings)
    take(s.variable, s.value, name + ":" + std::to_string(s.line), Strictness::kEveryName);
  yaml_catalog_ = std::move(yaml->catalog);
  yaml_name_ = name;
}

void Settings::fill_defaults() {
  std::vector<Setting> ordered;
  for (const Variable& v : variables()) {
    const auto given = std::ranges::find(known_, v.name, &Setting::name);
    if (given != known_.end()) {
      ordered.push_back(std::move(*given));
    } else {
      ordered.push_back(
          {std::string(v.name), std::string(v.fallback), std::string(kDefaultOrigin), v.type == VariableType::kSecret});
    }
  }
  known_ = std::move(ordered);
}

void Settings::declare(const std::string& name, VariableType type, std::string_view source) {
  if (name.empty()) return;
  if (const auto known = std::ranges::find(known_, name, &Setting::name); known != known_.end()) {
    known->secret |= type == VariableType::kSecret;
    return;
  }
  Setting setting{name, "", std::string(kDefaultOrigin), type == VariableType::kSecret};
  if (const auto given = unknown_.find(name); given != unknown_.end() && !given->second.value.empty()) {
    setting.value = given->second.value;
    setting.origin = given->second.origin;
    const Variable variable{.name = name, .group = {}, .type = type, .fallback = {}, .doc = {}};
    if (auto checked = check_value(variable, setting.value); !checked) {
      problems_.add(checked.error().message + " (" + setting.origin + "; declared by " + std::string(source) + ")");
    }
  }
  unknown_.erase(name);
  known_.push_back(std::move(setting));
}

void Settings::check_unknown() {
  for (const auto& [name, given] : unknown_) {
    const bool ours = name.starts_with("ROUTER_") || name.starts_with("SWITCHYARD_");
    if (given.strict_origin.empty() && !ours) continue;
    const std::string_view near = nearest_variable(name);
    problems_.add((given.strict_origin.empty() ? given.origin : given.strict_origin) + ": " +
                  std::string(shown_name(name)) + ": unknown variable" +
                  (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
  }
}

}  // namespace switchyard::config
