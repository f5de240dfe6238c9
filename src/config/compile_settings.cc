#include "config/compile_settings.h"

#include <charconv>
#include <filesystem>

namespace switchyard::config {
namespace {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

/// The text of checked settings as the types that the sections hold.
class Compiler {
 public:
  explicit Compiler(const Settings& settings) : settings_(settings) {}

  [[nodiscard]] ServerSettings server() const {
    return {.host = text("SWITCHYARD_HOST"),
            .port = static_cast<std::uint16_t>(integer("PORT")),
            .unix_path = text("SWITCHYARD_LISTEN_UNIX"),
            .tls_certificate = text("SWITCHYARD_TLS_CERTIFICATE"),
            .tls_key = text("SWITCHYARD_TLS_KEY"),
            .workers = size("SWITCHYARD_WORKERS"),
            .auth_required = text("SWITCHYARD_AUTH") == "required",
            .cors_origins = split_list(text("SWITCHYARD_CORS_ORIGINS")),
            .drain = std::chrono::seconds(integer("SWITCHYARD_DRAIN_SECONDS")),
            .connections_max = size("SWITCHYARD_LIMIT_CONNECTIONS"),
            .line_bytes_max = size("SWITCHYARD_LIMIT_LINE_BYTES"),
            .head_bytes_max = size("SWITCHYARD_LIMIT_HEAD_BYTES"),
            .fields_max = size("SWITCHYARD_LIMIT_FIELDS"),
            .body_bytes_max = size("SWITCHYARD_LIMIT_BODY_BYTES"),
            .json_depth_max = size("SWITCHYARD_LIMIT_JSON_DEPTH"),
            .head_time = ms("SWITCHYARD_LIMIT_HEAD_MS"),
            .body_time = ms("SWITCHYARD_LIMIT_BODY_MS"),
            .idle_time = ms("SWITCHYARD_LIMIT_IDLE_MS"),
            .write_time = ms("SWITCHYARD_LIMIT_WRITE_MS"),
            .request_time = ms("SWITCHYARD_REQUEST_MS")};
  }
  [[nodiscard]] UpstreamSettings upstream() const {
    return {.connect = ms("SWITCHYARD_UPSTREAM_CONNECT_MS"),
            .first_byte = ms("SWITCHYARD_UPSTREAM_FIRST_BYTE_MS"),
            .between_bytes = ms("SWITCHYARD_UPSTREAM_BETWEEN_BYTES_MS"),
            .idle_time = ms("SWITCHYARD_UPSTREAM_IDLE_MS"),
            .dns_max_age = ms("SWITCHYARD_DNS_MAX_AGE_MS"),
            .connections_max = size("SWITCHYARD_UPSTREAM_CONNECTIONS"),
            .idle_per_origin_max = size("SWITCHYARD_UPSTREAM_IDLE_CONNECTIONS"),
            .https_proxy = text("HTTPS_PROXY"),
            .no_proxy = text("NO_PROXY"),
            .root_certificates_file = text("SSL_CERT_FILE"),
            .root_certificates_folder = text("SSL_CERT_DIR")};
  }
  [[nodiscard]] RoutingSettings routing() const {
    return {.honor_named_models = text("ROUTER_NAMED_MODELS") == "honor",
            .embed_only_user_message = flag("ROUTER_EMBED_ONLY_USER_MESSAGE"),
            .strategy = text("ROUTER_DEFAULT_STRATEGY"),
            .cluster_version = text("ROUTER_CLUSTER_VERSION"),
            .hard_pin_model = text("ROUTER_HARD_PIN_MODEL"),
            .hard_pin_provider = text("ROUTER_HARD_PIN_PROVIDER"),
            .artifacts_dir = text("SWITCHYARD_ARTIFACTS_DIR"),
            .excluded_models = split_list(text("ROUTER_EXCLUDED_MODELS")),
            .excluded_providers = split_list(text("ROUTER_EXCLUDED_PROVIDERS")),
            .top_p = size("ROUTER_CLUSTER_TOP_P"),
            .attempts_max = size("SWITCHYARD_ATTEMPTS"),
            .embed_timeout = ms("ROUTER_CLUSTER_EMBED_TIMEOUT_MS"),
            .alpha = number("SWITCHYARD_ALPHA")};
  }
  [[nodiscard]] StorageSettings storage() const {
    return {.data_dir = text("SWITCHYARD_DATA_DIR"),
            .ledger_fsync = ms("SWITCHYARD_LEDGER_FSYNC_MS"),
            .journal_bytes_max = static_cast<std::uint64_t>(integer("SWITCHYARD_LEDGER_JOURNAL_BYTES"))};
  }

 private:
  [[nodiscard]] const std::string& text(std::string_view name) const { return settings_.text(name); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    const std::string& digits = text(name);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  [[nodiscard]] std::optional<double> number(std::string_view name) const {
    const std::string& digits = text(name);
    double value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc{}) return std::nullopt;
    return value;
  }
  [[nodiscard]] bool flag(std::string_view name) const { return text(name) == "true" || text(name) == "1"; }
  [[nodiscard]] std::size_t size(std::string_view name) const { return static_cast<std::size_t>(integer(name)); }
  [[nodiscard]] Milliseconds ms(std::string_view name) const { return Milliseconds(integer(name)); }

  const Settings& settings_;
};

void check_together(const RuntimeConfig& c, const Settings& settings, Problems& problems) {
  if (c.server.tls_certificate.empty() != c.server.tls_key.empty()) {
    problems.add("SWITCHYARD_TLS_CERTIFICATE, SWITCHYARD_TLS_KEY: expected both or neither");
  }
  if (!c.routing.hard_pin_provider.empty() && c.routing.hard_pin_model.empty()) {
    problems.add("ROUTER_HARD_PIN_PROVIDER: expected ROUTER_HARD_PIN_MODEL beside it");
  }
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) {
    const std::string& path = settings.text(name);
    std::error_code code;
    if (path.empty() || std::filesystem::exists(path, code)) continue;
    problems.add(std::string(name) + ": '" + path + "' is not there" + settings.origin_note(name));
  }
}

}  // namespace

void compile_settings(const Settings& settings, RuntimeConfig& c, Problems& problems) {
  const Compiler compiler(settings);
  c.server = compiler.server();
  c.upstream = compiler.upstream();
  c.routing = compiler.routing();
  c.storage = compiler.storage();
  c.log_level = settings.text("SWITCHYARD_LOG_LEVEL");
  c.log_format = settings.text("SWITCHYARD_LOG_FORMAT");
  check_together(c, settings, problems);
}

}  // namespace switchyard::config
