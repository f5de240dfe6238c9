#include "app/gateway.h"

#include <algorithm>
#include <filesystem>

#include "adapters/upstream_http/upstream_http.h"
#include "base/random.h"
#include "http/public/api.h"
#include "scoring/cluster/artifact.h"
#include "scoring/strategy.h"

namespace switchyard::app {
namespace {

net::ServerLimits limits_of(const config::ServerSettings& s) {
  return {.head = {.line_bytes_max = s.line_bytes_max, .head_bytes_max = s.head_bytes_max, .fields_max = s.fields_max},
          .body_bytes_max = s.body_bytes_max,
          .head_time = s.head_time,
          .body_time = s.body_time,
          .idle_time = s.idle_time,
          .write_time = s.write_time,
          .connections_max = s.connections_max};
}

std::string listen_text(const config::ServerSettings& s, std::uint16_t port) {
  const bool v6 = s.host.find(':') != std::string::npos && !s.host.starts_with('[');
  return (v6 ? "[" + s.host + "]" : s.host) + ":" + std::to_string(port);
}

}  // namespace

/// One event loop and what runs on it.
struct Gateway::Worker {
  Worker(const Clock& clock, net::ClientOptions client_options)
      : loop(clock), client(net::HttpClient::create(loop, std::move(client_options))) {}
  void open(const http::Shared& shared, CloudCredentials credentials, const Clock& clock) {
    upstreams = std::make_unique<HttpUpstreams>(**client, std::move(credentials), clock);
    api = std::make_unique<http::PublicApi>(shared, *upstreams, clock, system_seed());
  }

  net::EventLoop loop;
  Result<std::unique_ptr<net::HttpClient>> client;
  std::unique_ptr<HttpUpstreams> upstreams;
  std::unique_ptr<http::PublicApi> api;
  std::unique_ptr<net::HttpServer> server, unix_server;
  std::thread thread;
};

std::string artifacts_folder(const config::RuntimeConfig& config) {
  if (!config.routing.artifacts_dir.empty()) return config.routing.artifacts_dir;
  if (std::filesystem::is_directory("artifacts")) return "artifacts";
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  for (const char* place : {"../../artifacts", "../share/switchyard/artifacts", "artifacts"}) {
    const auto folder = program.parent_path() / place;
    if (std::filesystem::is_directory(folder)) return folder.lexically_normal().string();
  }
  return "artifacts";
}

Result<std::filesystem::path> served_artifact(const config::RuntimeConfig& config) {
  const std::string &strategy = config.routing.strategy, &version = config.routing.cluster_version;
  const std::filesystem::path artifacts = artifacts_folder(config);
  if (strategy == "artifact") return scoring::cluster::artifact_folder(artifacts, version);
  const bool own_folder = version.empty() && std::filesystem::is_directory(artifacts / strategy);
  SY_TRY(auto folder, scoring::cluster::artifact_folder(artifacts, own_folder ? strategy : version));
  SY_TRY(const std::string found, scoring::strategy_of(folder));
  if (found != strategy) {
    return fail(ErrorKind::kInvalidRequest, "ROUTER_DEFAULT_STRATEGY: '" + strategy + "', but artifact '" +
                                                folder.string() + "' is of strategy '" + found + "'");
  }
  return folder;
}

Result<std::string> database_path(const config::RuntimeConfig& config) {
  std::error_code code;
  std::filesystem::create_directories(config.storage.data_dir, code);
  if (code)
    return fail(ErrorKind::kUnavailable, "SWITCHYARD_DATA_DIR: '" + config.storage.data_dir + "': " + code.message());
  return config.storage.data_dir + "/switchyard.db";
}

Result<std::shared_ptr<const GatewayState>> make_state(std::shared_ptr<const config::RuntimeConfig> config) {
  SY_CHECK(ProviderOrigins::make(*config));
  SY_TRY(const auto folder, served_artifact(*config));
  SY_TRY(auto scorer, scoring::load_scorer(folder, config->catalog));
  routing::Table table(config->catalog, policy_of(*config), std::move(scorer));
  return std::make_shared<const GatewayState>(GatewayState{std::move(config), std::move(table)});
}

Result<std::unique_ptr<Gateway>> Gateway::create(config::Sources sources, const Clock& clock) {
  SY_TRY(auto config, config::load(sources));
  SY_TRY(auto state, make_state(std::move(config)));
  std::unique_ptr<Gateway> gateway(new Gateway(std::move(sources), std::move(state), clock));
  SY_CHECK(gateway->open_storage());
  SY_CHECK(gateway->open_workers());
  return gateway;
}

Gateway::Gateway(config::Sources sources, std::shared_ptr<const GatewayState> state, const Clock& clock)
    : sources_(std::move(sources)),
      clock_(clock),
      log_(state->config->log_level, state->config->log_format),
      state_(std::move(state)) {}

Gateway::~Gateway() {
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) {
      worker->loop.stop();
      worker->thread.join();
    }
  }
}

Result<void> Gateway::open_storage() {
  const auto state = state_.current();
  SY_TRY(const std::string path, database_path(*state->config));
  SY_TRY(key_store_, store_sqlite::SqliteKeyStore::open(path, clock_));
  SY_TRY(keys_, identity::KeyRing::open(*key_store_));
  SY_TRY(ledger_store_, store_sqlite::SqliteLedgerStore::open(path));
  ledger::LedgerOptions options;
  options.folder = state->config->storage.data_dir + "/ledger";
  options.sync_interval = state->config->storage.ledger_fsync;
  options.journal_bytes_max = state->config->storage.journal_bytes_max;
  SY_TRY(ledger_, ledger::Ledger::open(
                      options, *ledger_store_,
                      [this](const ledger::Entry& entry) {
                        metrics_.observe(entry);
                        log_.access(entry);
                      },
                      [this](const std::string& message) { log_.line(Level::kError, message); }));
  return {};
}

Result<SSL_CTX*> Gateway::client_tls() {
  const std::lock_guard lock(client_tls_mutex_);
  if (!client_tls_) {
    const auto state = state_.current();
    const config::UpstreamSettings& up = state->config->upstream;
    SY_TRY(client_tls_,
           net::client_tls_context({.file = up.root_certificates_file, .folder = up.root_certificates_folder}));
  }
  return client_tls_.get();
}

Result<void> Gateway::open_workers() {
  const auto state = state_.current();
  const config::ServerSettings& settings = state->config->server;
  if (!settings.tls_certificate.empty()) {
    SY_TRY(server_tls_, net::server_tls_context(settings.tls_certificate, settings.tls_key));
  }
  const config::UpstreamSettings& up = state->config->upstream;
  const net::ClientOptions client{.idle_per_origin_max = up.idle_per_origin_max,
                                  .connections_max = up.connections_max,
                                  .idle_time = up.idle_time,
                                  .dns_max_age = up.dns_max_age,
                                  .tls = [this] { return client_tls(); },
                                  .https_proxy = up.https_proxy,
                                  .no_proxy = up.no_proxy,
                                  .open_connections = &gauges_.upstream_connections};
  const http::Shared shared{state_, keys_->keys(), metrics_, gauges_, *ledger_, draining_};
  const std::size_t count = settings.workers > 0 ? settings.workers : std::max(1u, std::thread::hardware_concurrency());
  std::uint16_t bound_port = settings.port;
  for (std::size_t i = 0; i < count; ++i) {
    auto worker = std::make_unique<Worker>(clock_, client);
    if (!worker->client) return std::unexpected(worker->client.error());
    if (i == 0) clouds_ = std::make_unique<Clouds>(*state->config, sources_, worker->loop, **worker->client, log_);
    worker->open(shared, clouds_->on(worker->loop), clock_);
    const net::ServerOptions options{.limits = limits_of(settings),
                                     .render_error = http::render_server_error,
                                     .tls = server_tls_.get(),
                                     .connections = &gauges_.client_connections};
    const net::Handler handler = [api = worker->api.get()](net::ServerExchange& exchange) {
      return api->handle(exchange);
    };
    worker->server = std::make_unique<net::HttpServer>(worker->loop, handler, options);
    SY_CHECK(worker->server->listen({listen_text(settings, bound_port)}));
    bound_port = worker->server->port();
    if (i == 0 && !settings.unix_path.empty()) {
      worker->unix_server = std::make_unique<net::HttpServer>(worker->loop, handler, options);
      SY_CHECK(worker->unix_server->listen({"unix:" + settings.unix_path}));
    }
    workers_.push_back(std::move(worker));
  }
  return {};
}

std::uint16_t Gateway::port() const { return workers_.front()->server->port(); }

void Gateway::start() {
  for (const auto& worker : workers_) {
    worker->thread = std::thread([loop = &worker->loop] { loop->run(); });
  }
}

void Gateway::reload() {
  auto config = config::load(sources_);
  auto state = config ? make_state(*std::move(config)) : std::unexpected(config.error());
  if (!state) {
    gauges_.config_reload_failures.fetch_add(1);
    log_.line(Level::kError,
              "reload: the configuration is not good, the old one keeps serving: " + state.error().message);
    return;
  }
  state_.publish(*std::move(state));
  gauges_.config_reloads.fetch_add(1);
  log_.line(Level::kInfo, "reload: the new configuration serves");
}

void Gateway::tick() {
  if (auto refreshed = keys_->refresh(); !refreshed) log_.line(Level::kWarn, "keys: " + refreshed.error().message);
}

void Gateway::stop() {
  draining_.store(true);
  const auto on_every_server = [this](void (net::HttpServer::*what)()) {
    for (const auto& worker : workers_) {
      worker->loop.post([raw = worker.get(), what] {
        (raw->server.get()->*what)();
        if (raw->unix_server) (raw->unix_server.get()->*what)();
      });
    }
  };
  on_every_server(&net::HttpServer::drain);
  const SteadyTime until = clock_.now() + state_.current()->config->server.drain;
  while (gauges_.client_connections.load() > 0 && clock_.now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (gauges_.client_connections.load() > 0) {
    log_.line(Level::kWarn,
              "drain: time is up, cutting " + std::to_string(gauges_.client_connections.load()) + " connections");
    on_every_server(&net::HttpServer::shut_down);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  for (const auto& worker : workers_) {
    worker->loop.stop();
    if (worker->thread.joinable()) worker->thread.join();
  }
  clouds_.reset();  // While its loop is still there.
  ledger_.reset();  // Writes everything down.
}

}  // namespace switchyard::app
