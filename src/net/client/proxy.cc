#include <openssl/evp.h>

#include <algorithm>

#include "net/client/connector.h"

namespace switchyard::net {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

bool ProxyRules::applies(const Origin& origin) const {
  if (host.empty() || !origin.tls) return false;
  return std::ranges::none_of(except, [&](const std::string& suffix) {
    if (suffix == "*") return true;
    const std::string_view bare = std::string_view(suffix).substr(suffix.starts_with('.') ? 1 : 0);
    const std::string_view name = origin.host;
    if (bare.empty() || name.size() < bare.size()) return false;
    const std::size_t before = name.size() - bare.size();
    return same_name(name.substr(before), bare) && (before == 0 || name[before - 1] == '.');
  });
}

Result<ProxyRules> parse_proxy_rules(std::string_view https_proxy, std::string_view no_proxy) {
  ProxyRules rules;
  if (https_proxy.empty()) return rules;
  std::string url(https_proxy);
  if (url.find("://") == std::string::npos) url.insert(0, "http://");
  if (const std::size_t at = url.rfind('@'); at != std::string::npos) {
    const std::size_t start = url.find("://") + 3;
    rules.authorization = "Basic " + base64(percent_decoded(std::string_view(url).substr(start, at - start)));
    url.erase(start, at + 1 - start);
  }
  auto parsed = parse_url(url);
  if (!parsed || parsed->origin.tls || parsed->path.size() > 1) {
    return fail(ErrorKind::kInvalidRequest, "HTTPS_PROXY: expected http://[user:password@]host:port");
  }
  rules.host = parsed->origin.host;
  rules.port = parsed->origin.port;
  while (!no_proxy.empty()) {
    const std::size_t comma = no_proxy.find(',');
    if (const std::string_view item = trim(no_proxy.substr(0, comma)); !item.empty()) rules.except.emplace_back(item);
    if (comma == std::string_view::npos) break;
    no_proxy.remove_prefix(comma + 1);
  }
  return rules;
}

}  // namespace switchyard::net
