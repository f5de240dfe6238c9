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

/// Root certificates to trust instead of the system's: a PEM file, a folder with hashed names, or both.
struct TrustedRoots {
  std::string file, folder;
};

/// For calls to providers: verifies against `roots`, or the system's roots if it is empty.
/// Safe to share between threads. Errors: kUnavailable if the roots cannot be read.
Result<TlsContext> client_tls_context(const TrustedRoots& roots = {});
/// For serving. Errors: kInvalidRequest, naming the file and what is wrong with it.
Result<TlsContext> server_tls_context(const std::string& certificate_path, const std::string& key_path);

}  // namespace switchyard::net
