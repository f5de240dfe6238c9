#pragma once
/// \file
/// For tests: a certificate authority that lives as long as its object, made through OpenSSL, with its files in a
/// folder of its own.

#include <openssl/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "net/tls/context.h"

namespace switchyard::net {

struct FreeOpenSsl {
  void operator()(EVP_PKEY* key) const;
  void operator()(X509* certificate) const;
};

class TestAuthority {
 public:
  struct Files {
    std::string certificate, key;
  };

  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  /// The root's own certificate.
  [[nodiscard]] std::string root_path() const { return (folder_ / "root.pem").string(); }
  /// A certificate for `names` (as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1"), good from an hour ago for
  /// `valid_for`.
  Files issue(const std::string& names, std::chrono::hours valid_for = std::chrono::hours(24));
  /// A client context that trusts this root alone, named by SSL_CERT_FILE as an operator would.
  [[nodiscard]] TlsContext client_context() const;
  /// A server's context for the names that the tests connect to.
  TlsContext server_context();

 private:
  std::filesystem::path folder_;
  std::unique_ptr<EVP_PKEY, FreeOpenSsl> key_;
  std::unique_ptr<X509, FreeOpenSsl> root_;
  int issued_ = 0;
};

}  // namespace switchyard::net
