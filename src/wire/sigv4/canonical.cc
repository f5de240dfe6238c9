#include "wire/sigv4/canonical.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/encoding/uri.h"
#include "base/sha256.h"

namespace switchyard::sigv4 {
namespace {

std::string_view view(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

/// RFC 2104. The keys here are shorter than a block, or are hashed first.
Digest hmac_sha256(std::string_view key, std::string_view message) {
  constexpr std::size_t kBlock = 64;
  std::string block(key.size() > kBlock ? view(sha256(key)) : key);
  block.resize(kBlock, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  inner.append(message);
  return sha256(outer.append(view(sha256(inner))));
}

constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

std::string payload_sha256(std::span<const std::string_view> body) {
  Digest digest;
  // As in base/sha256.cc: the EVP interface looks its algorithm up on every call.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  SHA256_CTX context;
  SHA256_Init(&context);
  for (const std::string_view piece : body) SHA256_Update(&context, piece.data(), piece.size());
  SHA256_Final(digest.data(), &context);
#pragma clang diagnostic pop
  return hex(view(digest));
}

SignedField canonical_field(Field field) {
  SignedField out;
  for (const char c : field.name) out.name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  bool gap = false;
  for (const char c : field.value) {
    if (is_blank(c)) {
      gap = !out.value.empty();
      continue;
    }
    if (std::exchange(gap, false)) out.value.push_back(' ');
    out.value.push_back(c);
  }
  return out;
}

std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : segments) uri_encode(segment, Slash::kEncode, out.append("/"));
  if (segments.empty() || path.ends_with('/')) out.push_back('/');
  return out;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    // Decoded first, so that "%7e" and "~" sign alike.
    pairs.emplace_back(uri_encode(uri_decode(pair.substr(0, equals))), uri_encode(uri_decode(value)));
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out.push_back('&');
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string signed_headers(const std::vector<SignedField>& fields) {
  std::string out;
  for (const SignedField& field : fields) {
    if (!out.empty()) out.push_back(';');
    out.append(field.name);
  }
  return out;
}

std::string canonical_request(const Request& request, const std::vector<SignedField>& fields) {
  std::string out(request.method);
  out.append("\n")
      .append(canonical_path(request.path))
      .append("\n")
      .append(canonical_query(request.query))
      .append("\n");
  for (const SignedField& field : fields) out.append(field.name).append(":").append(field.value).append("\n");
  return out.append("\n").append(signed_headers(fields)).append("\n").append(request.payload_sha256);
}

std::string amz_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string scope_of(std::string_view date, std::string_view region, std::string_view service) {
  return std::string(date).append("/").append(region).append("/").append(service).append("/aws4_request");
}

Digest signing_key(std::string_view secret, std::string_view date, std::string_view region, std::string_view service) {
  const Digest of_date = hmac_sha256(std::string("AWS4").append(secret), date);
  const Digest of_region = hmac_sha256(view(of_date), region);
  const Digest of_service = hmac_sha256(view(of_region), service);
  return hmac_sha256(view(of_service), "aws4_request");
}

std::string signature_of(const Digest& key, std::string_view amz_date, std::string_view scope,
                         std::string_view canonical_request) {
  std::string text(kAlgorithm);
  text.append("\n").append(amz_date).append("\n").append(scope).append("\n");
  text.append(hex(view(sha256(canonical_request))));
  return hex(view(hmac_sha256(view(key), text)));
}

}  // namespace switchyard::sigv4
