#pragma once
/// \file
/// TLS settings for both sides: 1.2 and later, ALPN http/1.1, certificates checked.

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace switchyard::net {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// For calls to providers: verifies against the system's roots, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
/// Safe to share between threads. Errors: kUnavailable if the roots cannot be read.
Result<TlsContext> client_tls_context();
/// For serving. Errors: kInvalidRequest, naming the file and what is wrong with it.
Result<TlsContext> server_tls_context(const std::string& certificate_path, const std::string& key_path);

}  // namespace switchyard::net
