#include "config/base_url.h"

#include <algorithm>
#include <array>

namespace switchyard::config {
namespace {

/// Endpoints that are pasted whole.
constexpr std::array<std::string_view, 2> kEndpoints = {"/chat/completions", "/messages"};

/// "https://host:1" and "/path" of an absolute URL.
struct Parts {
  std::string_view origin, path;
};
Parts split(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return {url.substr(0, slash), slash == std::string_view::npos ? std::string_view() : url.substr(slash)};
}

std::string_view without_slashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

/// "/v1", "/v4", "/v1beta", "/v1alpha2": 'v' and a digit, then letters and digits.
bool is_version(std::string_view segment) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (segment.size() < 3 || !segment.starts_with("/v") || !is_digit(segment[2])) return false;
  return std::ranges::all_of(segment.substr(2), [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); });
}

std::string_view last_segment(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash);
}

/// Where in `path` its version begins ("/inference/v1": 10), or npos.
std::size_t version_at(std::string_view path) {
  for (std::size_t at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1)) {
    const std::size_t end = path.find('/', at + 1);
    if (is_version(path.substr(at, end == std::string_view::npos ? end : end - at))) return at;
  }
  return std::string_view::npos;
}

/// `given` with the whole of `version` behind it. `mount` is what stands before the version at the usual host.
std::string with_version(std::string_view given, std::string_view version, std::string_view mount,
                         std::string_view usual_origin) {
  const std::size_t cut = version.find('/', 1);
  const std::string_view number = version.substr(0, cut),
                         rest = cut == std::string_view::npos ? std::string_view() : version.substr(cut);
  Parts parts = split(given);
  if (parts.path.ends_with(version)) return std::string(given);
  if (parts.path.ends_with(number)) return std::string(given).append(rest);
  if (is_version(last_segment(parts.path))) return std::string(given);
  if (!rest.empty() && parts.path.ends_with(rest)) {
    given.remove_suffix(rest.size());
    parts = split(given);
  }
  const bool at_usual_host = parts.origin == usual_origin && mount.starts_with(parts.path);
  return std::string(at_usual_host ? parts.origin : given).append(at_usual_host ? mount : "").append(version);
}

}  // namespace

Endpoint endpoint_of(std::string_view given, std::string_view usual, std::string_view chat_path) {
  given = without_slashes(given);
  for (const std::string_view endpoint : kEndpoints) {
    if (chat_path.ends_with(endpoint) && given.ends_with(endpoint))
      given = without_slashes(given.substr(0, given.size() - endpoint.size()));
  }
  const auto [usual_origin, usual_path] = split(without_slashes(usual));
  const std::size_t at = version_at(usual_path);
  std::string_view version, mount = usual_path;
  if (at != std::string_view::npos) {
    version = usual_path.substr(at);
    mount = usual_path.substr(0, at);
  } else if (chat_path.starts_with("/v1/")) {
    version = "/v1";
  }
  std::string whole = version.empty() ? std::string(given) : with_version(given, version, mount, usual_origin);
  if (!chat_path.starts_with("/v1/")) return {std::move(whole), std::string(chat_path)};
  if (!whole.ends_with("/v1")) return {std::move(whole), std::string(chat_path.substr(3))};
  whole.resize(whole.size() - 3);
  return {std::move(whole), std::string(chat_path)};
}

Result<void> check_base_url(std::string_view url) {
  const auto expected = [](const char* what) {
    return fail(ErrorKind::kInvalidRequest, std::string("expected ") + what);
  };
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return expected("a URL that begins with http:// or https://");
  const std::string_view rest = url.substr(url.find("://") + 3);
  if (std::ranges::any_of(rest, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; })) {
    return expected("a URL without blanks and control characters");
  }
  if (rest.substr(0, rest.find_first_of("/?#")).contains('@')) {
    return expected("a URL without user name and password; a key belongs in the provider's key variable");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) return expected("a URL without query and fragment");
  if (rest.empty() || rest.front() == '/' || rest.front() == ':') return expected("a host behind ://");
  return {};
}

std::string masked_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string masked(url.substr(0, begin));
  std::string_view rest = url.substr(begin);
  // The last '@', even behind a slash: a password may hold one that should have been escaped.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    masked.append("***");
    rest.remove_prefix(at);
  }
  const std::size_t query = rest.find('?');
  masked.append(rest.substr(0, query));
  if (query != std::string_view::npos) masked.append("?***");
  return masked;
}

}  // namespace switchyard::config
