#pragma once
/// \file
/// The one configuration that the gateway runs on: immutable, checked whole, replaced whole.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/catalog.h"

namespace switchyard::config {

using Milliseconds = std::chrono::milliseconds;

/// The limits carry the names and defaults of net::ServerLimits; a test compares them.
struct ServerSettings {
  std::string host;
  std::uint16_t port = 0;
  std::string unix_path, tls_certificate, tls_key;
  std::size_t workers = 0;
  bool auth_required = true;
  std::vector<std::string> cors_origins;
  std::chrono::seconds drain{};
  std::size_t connections_max = 0, line_bytes_max = 0, head_bytes_max = 0, fields_max = 0, body_bytes_max = 0,
              json_depth_max = 0;
  Milliseconds head_time{}, body_time{}, idle_time{}, write_time{}, request_time{};
};
struct UpstreamSettings {
  Milliseconds connect{}, first_byte{}, between_bytes{}, idle_time{}, dns_max_age{};
  std::size_t connections_max = 0, idle_per_origin_max = 0;
  std::string https_proxy, no_proxy;
  std::string root_certificates_file, root_certificates_folder;  ///< Both empty: the system's.
};
struct RoutingSettings {
  bool honor_named_models = false;
  bool embed_only_user_message = true;
  std::string strategy, cluster_version, hard_pin_model, hard_pin_provider, artifacts_dir;
  std::vector<std::string> excluded_models, excluded_providers;
  std::size_t top_p = 0;
  std::size_t attempts_max = 4;
  Milliseconds embed_timeout{};
  std::optional<double> alpha;
};
struct StorageSettings {
  std::string data_dir;
  Milliseconds ledger_fsync{};
  std::uint64_t journal_bytes_max = 0;
};

inline constexpr std::string_view kDefaultOrigin = "default";

/// One value and where it came from: "default", "environment", ".env.local:3", "switchyard.yaml:12".
struct Setting {
  std::string name, value, origin;
  bool secret = false;
};
/// What may be printed of it: a secret is only "set", a URL comes without user name and password.
std::string shown_value(const Setting& setting);

struct RuntimeConfig {
  ServerSettings server;
  UpstreamSettings upstream;
  RoutingSettings routing;
  StorageSettings storage;
  std::string log_level, log_format;
  Catalog catalog;
  std::vector<Setting> settings;  ///< In the registry's order, then those that only a catalog names.
};

/// Where configuration is read from.
struct Sources {
  std::map<std::string, std::string> environment;  ///< The process's.
  std::string folder = ".";                        ///< Holds .env.local, .env, switchyard.yaml.
  std::string yaml_path;                           ///< Empty: switchyard.yaml in the folder, if it is there.
};

/// The environment of this process.
std::map<std::string, std::string> process_environment();

/// Reads and checks everything. Errors: kInvalidRequest with one problem a line.
Result<std::shared_ptr<const RuntimeConfig>> load(const Sources& sources);

/// Whether a real provider's key is set, or a model is bound to a cloud's provider.
bool has_provider_key(const RuntimeConfig& config);

}  // namespace switchyard::config
