#include "net/tls/context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <cstring>

namespace switchyard::net {
namespace {

constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

std::string reason() {
  const unsigned long code = ERR_get_error();
  const char* const text = code != 0 ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return text != nullptr ? text : "unknown reason";
}

/// Takes http/1.1 if the client offers it; a client without ALPN is served too.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof kHttp11, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<void> trust(SSL_CTX* context, const TrustedRoots& roots) {
  if (roots.file.empty() && roots.folder.empty() && SSL_CTX_set_default_verify_paths(context) != 1) {
    return fail(ErrorKind::kUnavailable, "TLS: the system's root certificates cannot be read: " + reason());
  }
  if (!roots.file.empty() && SSL_CTX_load_verify_file(context, roots.file.c_str()) != 1) {
    return fail(ErrorKind::kUnavailable, "TLS: root certificates '" + roots.file + "': " + reason());
  }
  if (!roots.folder.empty() && SSL_CTX_load_verify_dir(context, roots.folder.c_str()) != 1) {
    return fail(ErrorKind::kUnavailable, "TLS: folder of root certificates '" + roots.folder + "': " + reason());
  }
  return {};
}

}  // namespace

void FreeTlsContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Result<TlsContext> client_tls_context(const TrustedRoots& roots) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(ErrorKind::kUnavailable, "TLS: " + reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // The client keeps sessions by origin itself.
  SSL_CTX_set_alpn_protos(context.get(), kHttp11, sizeof kHttp11);
  SY_CHECK(trust(context.get(), roots));
  return context;
}

Result<TlsContext> server_tls_context(const std::string& certificate_path, const std::string& key_path) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return fail(ErrorKind::kInvalidRequest, "TLS: " + reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_path.c_str()) != 1) {
    return fail(ErrorKind::kInvalidRequest, "TLS certificate '" + certificate_path + "': " + reason());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_path.c_str(), SSL_FILETYPE_PEM) != 1) {
    const unsigned long code = ERR_peek_last_error();
    const bool other_key = ERR_GET_LIB(code) == ERR_LIB_X509 && (ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH ||
                                                                 ERR_GET_REASON(code) == X509_R_KEY_TYPE_MISMATCH);
    return fail(ErrorKind::kInvalidRequest,
                "TLS key '" + key_path + "'" +
                    (other_key ? " does not belong to certificate '" + certificate_path + "'" : ": " + reason()));
  }
  return context;
}

}  // namespace switchyard::net
