#include "config/yaml_file.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <ranges>
#include <set>
#include <sstream>

#include "base/json_writer.h"
#include "config/nearest.h"

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

std::size_t line_of(const YAML::Mark& mark) { return static_cast<std::size_t>(mark.line + 1); }  // A null mark gives 0.

std::string place(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file + ": " : file + ":" + std::to_string(line_of(mark)) + ": ";
}

/// Reads one document; keeps the file's name for messages and counts what aliases multiply.
class Reader {
 public:
  Reader(const std::string& file, const YamlLimits& limits) : file_(file), limits_(limits) {}

  Result<YamlFile> run(const YAML::Node& root) {
    if (root.IsNull()) return YamlFile{};
    SY_CHECK(check_map(root, "the file"));
    YamlFile read;
    for (const auto& pair : root) {
      const std::string key = pair.first.Scalar();
      if (key == "server" || key == "routing") {
        SY_CHECK(section(key, pair.second, read));
      } else if (key == "environment") {
        SY_CHECK(environment(pair.second, read));
      } else if (key == "providers" || key == "models" || key == "bindings") {
        SY_CHECK(catalog_list(pair.first, pair.second));
      } else {
        return error(pair.first, "unknown key '" + std::string(shown_name(key)) + "'" + suggestion(key, kSections));
      }
    }
    if (!catalog_.empty()) read.catalog = "{" + catalog_ + "}";
    return read;
  }

 private:
  static constexpr std::string_view kSections[] = {"server",    "routing", "environment",
                                                   "providers", "models",  "bindings"};

  [[nodiscard]] std::unexpected<Error> error(const YAML::Node& node, const std::string& what) const {
    return fail(ErrorKind::kInvalidRequest, place(file_, node.Mark()) + what);
  }

  /// A map whose keys are scalars that stand once.
  Result<void> check_map(const YAML::Node& node, const std::string& name) {
    if (!node.IsMap()) return error(node, name + ": expected a map");
    std::set<std::string> seen;
    for (const auto& pair : node) {
      SY_CHECK(count(pair.first));
      if (!pair.first.IsScalar()) return error(pair.first, "expected a key that is a plain word");
      const std::string& key = pair.first.Scalar();
      if (!seen.insert(key).second) return error(pair.first, "key '" + std::string(shown_name(key)) + "' stands twice");
    }
    return {};
  }

  Result<void> count(const YAML::Node& node) {
    if (++nodes_ > limits_.nodes_max)
      return error(node, "expected at most " + std::to_string(limits_.nodes_max) + " values, aliases resolved");
    return {};
  }

  /// A scalar, or a sequence of scalars joined with commas.
  Result<std::string> scalar(const YAML::Node& node) {
    SY_CHECK(count(node));
    if (node.IsNull()) return std::string();
    if (node.IsScalar()) return node.Scalar();
    if (!node.IsSequence()) return error(node, "expected a value or a list of values");
    std::string joined;
    for (const auto& item : node) {
      SY_CHECK(count(item));
      if (!item.IsScalar()) return error(item, "expected a value");
      if (!joined.empty()) joined.push_back(',');
      joined.append(item.Scalar());
      if (joined.size() > limits_.file_bytes_max) return error(node, "the list is too long");
    }
    return joined;
  }

  Result<void> section(const std::string& name, const YAML::Node& node, YamlFile& read) {
    SY_CHECK(check_map(node, name));
    for (const auto& pair : node) {
      const std::string key = name + "." + pair.first.Scalar();
      const std::string_view variable = variable_of(key);
      if (variable.empty()) {
        return error(pair.first,
                     "unknown key '" + std::string(shown_name(key)) + "'" + suggestion(key, std::views::keys(kNames)));
      }
      SY_TRY(std::string value, scalar(pair.second));
      read.settings.push_back({std::string(variable), std::move(value), line_of(pair.first.Mark())});
    }
    return {};
  }

  Result<void> environment(const YAML::Node& node, YamlFile& read) {
    SY_CHECK(check_map(node, "environment"));
    for (const auto& pair : node) {
      SY_TRY(std::string value, scalar(pair.second));
      read.settings.push_back({pair.first.Scalar(), std::move(value), line_of(pair.first.Mark())});
    }
    return {};
  }

  Result<void> catalog_list(const YAML::Node& key, const YAML::Node& list) {
    if (!catalog_.empty()) catalog_.push_back(',');
    to_line(key);
    catalog_.append(json::quoted(key.Scalar())).push_back(':');
    return to_json(list, 0);
  }

  /// Line breaks until the JSON stands where the node does, so that errors in it tell the file's own lines.
  void to_line(const YAML::Node& node) {
    for (; line_ < node.Mark().line; ++line_) catalog_.push_back('\n');
  }

  /// Plain scalars that JSON would read as numbers or flags stay such; quoted ones are strings.
  Result<void> to_json(const YAML::Node& node, std::size_t depth) {
    SY_CHECK(count(node));
    if (depth > limits_.depth_max)
      return error(node, "expected at most " + std::to_string(limits_.depth_max) + " values inside one another");
    if (catalog_.size() > limits_.catalog_bytes_max) {
      return error(node, "expected a catalog of at most " + std::to_string(limits_.catalog_bytes_max) +
                             " bytes, aliases resolved");
    }
    if (!node.IsNull()) to_line(node);  // Nothing stands where the next thing does.
    if (node.IsMap()) return map_to_json(node, depth);
    if (node.IsSequence()) return sequence_to_json(node, depth);
    if (!node.IsScalar()) {
      catalog_.append("null");
      return {};
    }
    const std::string& text = node.Scalar();
    const bool plain = node.Tag() == "?";
    const auto literal =
        plain ? json::Document::parse(text) : Result<json::Document>(fail(ErrorKind::kInvalidRequest, "quoted"));
    catalog_.append(literal && !literal->root().is_string() ? text : json::quoted(text));
    return {};
  }

  Result<void> map_to_json(const YAML::Node& node, std::size_t depth) {
    SY_CHECK(check_map(node, "entry"));
    catalog_.push_back('{');
    bool first = true;
    for (const auto& pair : node) {
      if (!std::exchange(first, false)) catalog_.push_back(',');
      to_line(pair.first);
      catalog_.append(json::quoted(pair.first.Scalar())).push_back(':');
      SY_CHECK(to_json(pair.second, depth + 1));
    }
    catalog_.push_back('}');
    return {};
  }

  Result<void> sequence_to_json(const YAML::Node& node, std::size_t depth) {
    catalog_.push_back('[');
    bool first = true;
    for (const auto& item : node) {
      if (!std::exchange(first, false)) catalog_.push_back(',');
      SY_CHECK(to_json(item, depth + 1));
    }
    catalog_.push_back(']');
    return {};
  }

  const std::string& file_;
  const YamlLimits& limits_;
  std::string catalog_;  ///< Without its outer braces.
  int line_ = 0;         ///< Of the end of `catalog_`, from 0.
  std::size_t nodes_ = 0;
};

/// Keeps nothing but where the last document begins.
class DocumentStart final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  [[nodiscard]] const YAML::Mark& mark() const { return mark_; }

 private:
  YAML::Mark mark_;
};

/// What the YAML specification calls printable, in UTF-8. The parser itself would guess at other encodings and pass on
/// what no JSON can hold.
Result<void> check_characters(const std::string& text, const std::string& file_name) {
  std::size_t line = 1;
  for (const char c : text) {
    if (c == '\n') ++line;
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= 0x20 && byte != 0x7f) || c == '\n' || c == '\r' || c == '\t') continue;
    return fail(ErrorKind::kInvalidRequest,
                file_name + ":" + std::to_string(line) + ": expected no control characters");
  }
  if (json::Document::parse(json::quoted(text))) return {};
  return fail(ErrorKind::kInvalidRequest, file_name + ": expected UTF-8");
}

/// Where something stands behind the first document, which YAML::Load would leave unread. Not YAML::LoadAll: it takes a
/// token that no document can begin with, such as a comma, for endlessly many empty documents.
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return std::nullopt;
  return start.mark();
}

}  // namespace

Result<YamlFile> parse_yaml_file(const std::string& text, const std::string& file_name, const YamlLimits& limits) {
  if (text.size() > limits.file_bytes_max) {
    return fail(ErrorKind::kInvalidRequest,
                file_name + ": expected at most " + std::to_string(limits.file_bytes_max) + " bytes");
  }
  SY_CHECK(check_characters(text, file_name));
  try {
    if (const auto second = second_document(text)) {
      return fail(ErrorKind::kInvalidRequest, place(file_name, *second) + "expected nothing behind the first document");
    }
    return Reader(file_name, limits).run(YAML::Load(text));
  } catch (const YAML::Exception& e) {
    return fail(ErrorKind::kInvalidRequest, place(file_name, e.mark) + (e.msg.empty() ? "not valid YAML" : e.msg));
  }
}

}  // namespace switchyard::config
