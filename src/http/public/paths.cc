#include "http/public/paths.h"

#include <algorithm>
#include <utility>

namespace switchyard::http {
namespace {

constexpr std::string_view kGeminiModels = "/v1beta/models";

/// Endpoints that clients whose base URL lacks "/v1" ask for.
constexpr std::string_view kBare[] = {"/chat/completions", "/completions", "/responses",  "/messages",
                                      "/models",           "/embeddings",  "/moderations"};

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool below(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

std::string_view normal_path(std::string_view path, std::string& made) {
  constexpr std::string_view kOpenAiOfGemini = "/v1beta/openai";
  while (path.starts_with("/v1/v1/") || path.starts_with("/v1/v1beta/")) path.remove_prefix(3);
  while (path.starts_with("/v1beta/v1beta/") || path.starts_with("/v1beta/v1/")) path.remove_prefix(7);
  if (below(path, kOpenAiOfGemini)) {
    path.remove_prefix(kOpenAiOfGemini.size());
    if (path.starts_with("/v1/")) path.remove_prefix(3);
    made = "/v1" + std::string(path);
    return made;
  }
  if (std::ranges::any_of(kBare, [path](std::string_view root) { return below(path, root); })) {
    made = "/v1" + std::string(path);
    path = made;
  }
  constexpr std::string_view kModels = "/v1/models/";
  if (path.starts_with(kModels) && path.find(':') != std::string_view::npos && path.back() != ':') {
    const std::string_view action = path.substr(path.rfind(':') + 1);
    if (action.ends_with("Content") || action.ends_with("Contents") || action == "countTokens") {
      made = std::string(kGeminiModels) + "/" + std::string(path.substr(kModels.size()));
      return made;
    }
  }
  return path;
}

std::optional<std::string> decoded_segment(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    char c = segment[i];
    if (c == '%') {
      if (i + 2 >= segment.size()) return std::nullopt;
      const int high = hex(segment[i + 1]), low = hex(segment[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
    out.push_back(c);
  }
  return out;
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name) {
      return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

std::optional<ModelAction> model_action(std::string_view path) {
  if (!path.starts_with(kGeminiModels) || path.size() <= kGeminiModels.size() + 1) return std::nullopt;
  const std::string_view rest = path.substr(kGeminiModels.size() + 1);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  auto model = decoded_segment(rest.substr(0, colon));
  if (!model) return std::nullopt;
  return ModelAction{*std::move(model), rest.substr(colon + 1)};
}

std::optional<Dialect> dialect_of_path(std::string_view path) {
  if (below(path, "/v1/messages")) return Dialect::kAnthropic;
  if (below(path, "/v1/responses") || below(path, "/v1/conversations")) return Dialect::kOpenAiResponses;
  if (path == "/v1/completions") return Dialect::kOpenAiCompletions;
  if (path.starts_with("/v1beta/")) return Dialect::kGemini;
  if (below(path, "/v1/chat")) return Dialect::kOpenAiChat;
  return std::nullopt;
}

}  // namespace switchyard::http
