#pragma once
/// \file
/// Opens connections to an origin: addresses raced, through a proxy where one is set, TLS on top. Internal to the
/// client.

#include <memory>
#include <string>
#include <unordered_map>

#include "net/client/dns.h"
#include "net/http_client.h"
#include "net/stream.h"

namespace switchyard::net {

/// An HTTP proxy for https origins, as HTTPS_PROXY and NO_PROXY name it.
struct ProxyRules {
  std::string host;
  std::uint16_t port = 0;
  std::string authorization;        ///< "Basic ...", or empty.
  std::vector<std::string> except;  ///< Host suffixes in any case; "*" means all.
  [[nodiscard]] bool applies(const Origin& origin) const;
};
/// Empty `https_proxy` gives rules that never apply. Errors: kInvalidRequest.
Result<ProxyRules> parse_proxy_rules(std::string_view https_proxy, std::string_view no_proxy);

/// One per loop; used on its thread.
class Connector {
 public:
  Connector(EventLoop& loop, const ClientOptions& options, ProxyRules proxy, LookUp look_up = look_up_system);
  ~Connector();
  /// A stream that is ready for the first request. `token` ends it. Errors: kUpstreamUnavailable, kUpstreamTimeout,
  /// kCancelled.
  Task<Result<std::unique_ptr<Stream>>> connect(const Origin& origin, SteadyTime until, CancelToken& token);
  /// Remembers the TLS session of a connection that has served: TLS 1.3 servers send tickets after the handshake.
  void keep_session_of(const Origin& origin, Stream& stream);

 private:
  Task<Result<std::unique_ptr<Stream>>> race(std::shared_ptr<const Addresses> addresses, SteadyTime until,
                                             CancelToken& token);
  Task<Result<void>> tunnel(Stream& stream, const Origin& origin);
  Task<Result<void>> secure(Stream& stream, const Origin& origin);
  void keep_session(const std::string& host, SSL* ssl);

  EventLoop& loop_;
  std::function<Result<SSL_CTX*>()> tls_;
  ProxyRules proxy_;
  Resolver resolver_;
  struct Sessions;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace switchyard::net
