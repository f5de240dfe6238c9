#pragma once
/// \file
/// The whole gateway, built once in reading order: configuration, storage, routing, one worker a core.

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "adapters/store_sqlite/key_store.h"
#include "adapters/store_sqlite/ledger_store.h"
#include "app/clouds.h"
#include "app/log.h"
#include "base/published.h"
#include "config/runtime_config.h"
#include "net/tls/context.h"
#include "service/gateway/state.h"
#include "service/identity/key_ring.h"
#include "service/ledger/ledger.h"
#include "service/metrics/metrics.h"

namespace switchyard::app {

/// A configuration made ready to serve: its artifact is loaded, its providers' URLs are checked.
/// Errors: kInvalidRequest, saying what is wrong.
Result<std::shared_ptr<const GatewayState>> make_state(std::shared_ptr<const config::RuntimeConfig> config);
/// Where artifacts are: as configured, else ./artifacts, else beside the program.
std::string artifacts_folder(const config::RuntimeConfig& config);
/// The artifact that `ROUTER_DEFAULT_STRATEGY` and `ROUTER_CLUSTER_VERSION` ask for. Errors: kInvalidRequest.
Result<std::filesystem::path> served_artifact(const config::RuntimeConfig& config);
/// The database of a data folder; makes the folder. Errors: kUnavailable.
Result<std::string> database_path(const config::RuntimeConfig& config);

class Gateway {
 public:
  /// Opens storage and binds the addresses; nothing is served before `start`. `clock` outlives the gateway.
  /// Errors: whatever stops the start.
  static Result<std::unique_ptr<Gateway>> create(config::Sources sources, const Clock& clock);
  ~Gateway();

  /// Starts the workers' threads.
  void start();
  [[nodiscard]] std::uint16_t port() const;
  /// Takes a changed configuration over; a bad one leaves the old one serving and is told in the log. Addresses,
  /// workers and storage stay as they were at the start.
  void reload();
  /// Looks after keys; called a few times a second.
  void tick();
  /// Stops accepting, lets running requests end within the drain time, then cuts what is left.
  void stop();
  [[nodiscard]] const Log& log() const { return log_; }

 private:
  struct Worker;
  Gateway(config::Sources sources, std::shared_ptr<const GatewayState> state, const Clock& clock);
  Result<void> open_storage();
  Result<void> open_workers();
  Result<SSL_CTX*> client_tls();

  config::Sources sources_;
  const Clock& clock_;
  Log log_;
  Published<GatewayState> state_;
  LiveGauges gauges_;
  Metrics metrics_;
  std::unique_ptr<store_sqlite::SqliteKeyStore> key_store_;
  std::unique_ptr<identity::KeyRing> keys_;
  std::unique_ptr<store_sqlite::SqliteLedgerStore> ledger_store_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::mutex client_tls_mutex_;
  net::TlsContext server_tls_, client_tls_;
  std::atomic<bool> draining_ = false;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Clouds> clouds_;  ///< Lives on the first worker's loop.
};

}  // namespace switchyard::app
