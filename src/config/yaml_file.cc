#include "config/yaml_file.h"

#include <yaml-cpp/yaml.h>

#include "base/json_writer.h"
#include "config/registry.h"
#include "domain/catalog.h"

namespace switchyard::config {
namespace {

constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"server.host", "SWITCHYARD_HOST"},
    {"server.port", "PORT"},
    {"server.unix", "SWITCHYARD_LISTEN_UNIX"},
    {"server.workers", "SWITCHYARD_WORKERS"},
    {"server.auth", "SWITCHYARD_AUTH"},
    {"server.cors_origins", "SWITCHYARD_CORS_ORIGINS"},
    {"server.drain_seconds", "SWITCHYARD_DRAIN_SECONDS"},
    {"server.data_dir", "SWITCHYARD_DATA_DIR"},
    {"server.tls_certificate", "SWITCHYARD_TLS_CERTIFICATE"},
    {"server.tls_key", "SWITCHYARD_TLS_KEY"},
    {"routing.named_models", "ROUTER_NAMED_MODELS"},
    {"routing.strategy", "ROUTER_DEFAULT_STRATEGY"},
    {"routing.cluster_version", "ROUTER_CLUSTER_VERSION"},
    {"routing.top_p", "ROUTER_CLUSTER_TOP_P"},
    {"routing.embed_only_user_message", "ROUTER_EMBED_ONLY_USER_MESSAGE"},
    {"routing.hard_pin_model", "ROUTER_HARD_PIN_MODEL"},
    {"routing.hard_pin_provider", "ROUTER_HARD_PIN_PROVIDER"},
    {"routing.excluded_models", "ROUTER_EXCLUDED_MODELS"},
    {"routing.excluded_providers", "ROUTER_EXCLUDED_PROVIDERS"},
    {"routing.alpha", "SWITCHYARD_ALPHA"},
    {"routing.attempts", "SWITCHYARD_ATTEMPTS"},
    {"routing.artifacts_dir", "SWITCHYARD_ARTIFACTS_DIR"},
};

std::string_view variable_of(std::string_view name) {
  for (const auto& [known, variable] : kNames) {
    if (known == name) return variable;
  }
  return {};
}
std::string_view nearest_name(std::string_view name) {
  std::string_view best = kNames[0].first;
  for (const auto& [known, variable] : kNames) {
    if (edit_distance(name, known) < edit_distance(name, best)) best = known;
  }
  return best;
}

/// Reads one document; keeps the file's name for messages.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Result<YamlFile> run(const YAML::Node& root) {
    YamlFile read;
    if (root.IsNull()) return read;
    if (!root.IsMap()) return error(root, "expected a map");
    std::string catalog = "{";
    for (const auto& pair : root) {
      const std::string key = pair.first.as<std::string>();
      if (key == "server" || key == "routing") {
        SY_CHECK(section(key, pair.second, read));
      } else if (key == "environment") {
        SY_CHECK(environment(pair.second, read));
      } else if (key == "providers" || key == "models" || key == "bindings") {
        if (catalog.size() > 1) catalog.push_back(',');
        catalog.append(json::quoted(key)).push_back(':');
        to_json(pair.second, catalog);
      } else {
        return error(pair.first, "unknown key '" + key + "'; expected server, routing, environment, providers, models or bindings");
      }
    }
    if (catalog.size() > 1) read.catalog = catalog + "}";
    return read;
  }

 private:
  [[nodiscard]] std::unexpected<Error> error(const YAML::Node& node, const std::string& what) const {
    return fail(ErrorKind::kInvalidRequest, file_ + ":" + std::to_string(line(node)) + ": " + what);
  }
  static std::size_t line(const YAML::Node& node) { return static_cast<std::size_t>(node.Mark().line + 1); }

  /// A scalar, or a sequence of scalars joined with commas.
  Result<std::string> scalar(const YAML::Node& node) {
    if (node.IsScalar()) return node.Scalar();
    if (!node.IsSequence()) return error(node, "expected a value or a list of values");
    std::string joined;
    for (const auto& item : node) {
      if (!item.IsScalar()) return error(item, "expected a value");
      if (!joined.empty()) joined.push_back(',');
      joined.append(item.Scalar());
    }
    return joined;
  }

  Result<void> section(const std::string& name, const YAML::Node& node, YamlFile& read) {
    if (!node.IsMap()) return error(node, name + ": expected a map");
    for (const auto& pair : node) {
      const std::string key = name + "." + pair.first.as<std::string>();
      const std::string_view variable = variable_of(key);
      if (variable.empty()) return error(pair.first, "unknown key '" + key + "'; did you mean " + std::string(nearest_name(key)) + "?");
      SY_TRY(std::string value, scalar(pair.second));
      read.settings.push_back({std::string(variable), std::move(value), line(pair.first)});
    }
    return {};
  }

  Result<void> environment(const YAML::Node& node, YamlFile& read) {
    if (!node.IsMap()) return error(node, "environment: expected a map");
    for (const auto& pair : node) {
      const std::string name = pair.first.as<std::string>();
      if (find_variable(name) == nullptr) {
        return error(pair.first, "unknown variable '" + name + "'; did you mean " + std::string(nearest_variable(name)) + "?");
      }
      SY_TRY(std::string value, scalar(pair.second));
      read.settings.push_back({name, std::move(value), line(pair.first)});
    }
    return {};
  }

  /// Plain scalars that JSON would read as numbers or flags stay such; quoted ones are strings.
  void to_json(const YAML::Node& node, std::string& out) {
    if (node.IsMap()) {
      out.push_back('{');
      bool first = true;
      for (const auto& pair : node) {
        if (!std::exchange(first, false)) out.push_back(',');
        out.append(json::quoted(pair.first.as<std::string>())).push_back(':');
        to_json(pair.second, out);
      }
      out.push_back('}');
    } else if (node.IsSequence()) {
      out.push_back('[');
      bool first = true;
      for (const auto& item : node) {
        if (!std::exchange(first, false)) out.push_back(',');
        to_json(item, out);
      }
      out.push_back(']');
    } else if (node.IsScalar()) {
      const std::string& text = node.Scalar();
      const bool plain = node.Tag() == "?";
      const auto literal = plain ? json::Document::parse(text) : Result<json::Document>(fail(ErrorKind::kInvalidRequest, "quoted"));
      out.append(literal && !literal->root().is_string() ? text : json::quoted(text));
    } else {
      out.append("null");
    }
  }

  const std::string& file_;
};

}  // namespace

Result<YamlFile> parse_yaml_file(const std::string& text, const std::string& file_name) {
  try {
    return Reader(file_name).run(YAML::Load(text));
  } catch (const YAML::Exception& e) {
    return fail(ErrorKind::kInvalidRequest,
                file_name + ":" + std::to_string(e.mark.line + 1) + ": " + (e.msg.empty() ? "not valid YAML" : e.msg));
  }
}

}  // namespace switchyard::config
