#include "net/tls/test_authority.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <stdexcept>

namespace switchyard::net {
namespace {

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("test certificate: ") + what);
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value);
  X509_EXTENSION_free(extension);
}

/// Not signed yet; issued by itself.
std::unique_ptr<X509, FreeOpenSsl> draft(EVP_PKEY* key, const char* name, int serial, std::chrono::hours valid_for) {
  std::unique_ptr<X509, FreeOpenSsl> made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
  constexpr long kHourAgo = -3600;
  X509_gmtime_adj(X509_getm_notBefore(made.get()), kHourAgo);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), kHourAgo + std::chrono::seconds(valid_for).count());
  X509_NAME* const subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(made.get(), subject);
  require(X509_set_pubkey(made.get(), key) == 1, "public key");
  return made;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
File open_file(const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "w"), &std::fclose);
  require(file != nullptr, path.c_str());
  return file;
}
void write_certificate(const std::filesystem::path& path, X509* certificate) {
  require(PEM_write_X509(open_file(path).get(), certificate) == 1, path.c_str());
}

}  // namespace

void FreeOpenSsl::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
void FreeOpenSsl::operator()(X509* certificate) const { X509_free(certificate); }

TestAuthority::TestAuthority() : key_(EVP_EC_gen("P-256")) {
  std::string folder = (std::filesystem::temp_directory_path() / "tls_test.XXXXXX").string();
  require(mkdtemp(folder.data()) != nullptr, "temporary folder");
  folder_ = folder;
  root_ = draft(key_.get(), "test root", 1, std::chrono::hours(48));
  add_extension(root_.get(), root_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(root_.get(), root_.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(root_.get(), key_.get(), EVP_sha256()) > 0, "signature");
  write_certificate(root_path(), root_.get());
}

TestAuthority::~TestAuthority() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TestAuthority::Files TestAuthority::issue(const std::string& names, std::chrono::hours valid_for) {
  const std::string stem = "leaf" + std::to_string(++issued_);
  const std::unique_ptr<EVP_PKEY, FreeOpenSsl> key(EVP_EC_gen("P-256"));
  const auto leaf = draft(key.get(), "test leaf", issued_ + 1, valid_for);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(root_.get()));
  add_extension(leaf.get(), root_.get(), NID_subject_alt_name, names.c_str());
  add_extension(leaf.get(), root_.get(), NID_authority_key_identifier, "keyid");
  require(X509_sign(leaf.get(), key_.get(), EVP_sha256()) > 0, "signature");
  const Files files{(folder_ / (stem + ".pem")).string(), (folder_ / (stem + ".key")).string()};
  write_certificate(files.certificate, leaf.get());
  require(PEM_write_PrivateKey(open_file(files.key).get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "private key");
  return files;
}

TlsContext TestAuthority::client_context() const {
  setenv("SSL_CERT_FILE", root_path().c_str(), 1);
  setenv("SSL_CERT_DIR", folder_.c_str(), 1);  // Which holds no hashed names: nothing but the root is trusted.
  auto context = client_tls_context();
  unsetenv("SSL_CERT_FILE");
  unsetenv("SSL_CERT_DIR");
  require(context.has_value(), "client context");
  return *std::move(context);
}

TlsContext TestAuthority::server_context() {
  const Files files = issue("DNS:localhost,IP:127.0.0.1");
  auto context = server_tls_context(files.certificate, files.key);
  require(context.has_value(), "server context");
  return *std::move(context);
}

}  // namespace switchyard::net
