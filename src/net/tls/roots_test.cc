#include "net/tls/context.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace switchyard::net {
namespace {

/// Writes a self-signed certificate.
void write_root(const std::string& path) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> root(X509_new(), X509_free);
  X509_gmtime_adj(X509_getm_notBefore(root.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(root.get()), 3600);
  X509_set_pubkey(root.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(root.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("own root"), -1, -1, 0);
  X509_set_issuer_name(root.get(), name);
  ASSERT_GT(X509_sign(root.get(), key.get(), EVP_sha256()), 0);
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "w"), std::fclose);
  ASSERT_EQ(PEM_write_X509(file.get(), root.get()), 1);
}

TEST(ClientTlsContext, TrustsTheGivenFileInsteadOfTheSystemsRoots) {
  const std::string path = testing::TempDir() + "/root" + std::to_string(::getpid()) + ".pem";
  write_root(path);
  const auto context = client_tls_context({.file = path, .folder = {}});
  ASSERT_TRUE(context) << context.error().message;
  const auto* const trusted = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->get()));
  EXPECT_EQ(sk_X509_OBJECT_num(trusted), 1);
  std::remove(path.c_str());
}

TEST(ClientTlsContext, NamesAFileOfRootsThatCannotBeRead) {
  const auto context = client_tls_context({.file = "/nowhere/roots.pem", .folder = {}});
  ASSERT_FALSE(context);
  EXPECT_TRUE(context.error().message.starts_with("TLS: root certificates '/nowhere/roots.pem': "))
      << context.error().message;
}

}  // namespace
}  // namespace switchyard::net
