#include "config/provider_page.h"

#include "config/catalog_reader.h"
#include "config/placeholders.h"

namespace switchyard::config {
namespace {

void add_name(std::string& list, std::string_view name) {
  if (!name.empty()) list.append(list.empty() ? "`" : ", `").append(name).append("`");
}

/// What must be set so that the provider is used.
std::string needs(const ProviderEntry& entry) {
  std::string list;
  const AuthScheme auth = entry.provider.auth;
  if (entry.local) {
    add_name(list, entry.url_variable);
    return list;
  }
  if (entry.provider.name == "anthropic") return "nothing: clients may bring their own key";
  add_name(list, entry.key_variable);
  for (const std::string* text : {&entry.provider.base_url, &entry.provider.chat_path}) {
    for (const Placeholder& one : placeholders(*text).value_or(std::vector<Placeholder>{})) {
      if (!one.fallback.empty() || list.contains("`" + one.names.front() + "`")) continue;
      add_name(list, one.names.front());
    }
  }
  if (entry.provider.base_url.contains('{') && auth == AuthScheme::kApiKey)
    list.append(" or `").append(entry.url_variable).append("`");
  if (auth == AuthScheme::kAwsSigV4) list.append(", AWS credentials");
  if (auth == AuthScheme::kGoogleOauth) list.append(", Google credentials");
  return list;
}

std::string optional_settings(const ProviderEntry& entry) {
  std::string list;
  if (!entry.local) add_name(list, entry.url_variable);
  if (entry.local) add_name(list, entry.key_variable);
  for (const std::string* text : {&entry.provider.base_url, &entry.provider.chat_path}) {
    for (const Placeholder& one : placeholders(*text).value_or(std::vector<Placeholder>{})) {
      if (!one.fallback.empty() && !list.contains("`" + one.names.front() + "`")) add_name(list, one.names.front());
    }
  }
  return list;
}

std::string peculiarities(const ProviderQuirks& q) {
  std::string list;
  const auto add = [&list](std::string_view what) { list.append(list.empty() ? "" : "; ").append(what); };
  if (q.max_completion_tokens) add("max_completion_tokens instead of max_tokens");
  if (!q.stream_options) add("no stream_options");
  if (q.developer_role) add("developer role");
  if (!q.reasoning_effort) add("no reasoning_effort");
  if (!q.model_in_body) add(q.stream_in_body ? "model in the path" : "model and stream in the path");
  if (!q.anthropic_version.empty()) add("anthropic_version " + q.anthropic_version);
  return list;
}

}  // namespace

std::string provider_page() {
  std::string page =
      "# Providers\n\n"
      "Written by `switchyard docs providers` from the built-in catalog. A provider is used once everything in "
      "\"Needs\"\n"
      "is set. Models are bound to providers in the catalog; those of clouds and of servers of your own are bound in\n"
      "`switchyard.yaml`:\n\n"
      "```yaml\n"
      "bindings:\n"
      "  - {model: claude-sonnet-4-5, provider: bedrock-anthropic,\n"
      "     upstream_id: us.anthropic.claude-sonnet-4-5-20250929-v1:0, price: {input: 3, output: 15}}\n"
      "```\n\n"
      "A second one of a kind takes a preset: `providers: [{name: bedrock-eu, preset: bedrock, base_url:\n"
      "'https://bedrock-runtime.eu-west-1.amazonaws.com'}]`. Requests to AWS are signed for the region in the host's\n"
      "name, else for `AWS_REGION`.\n\n"
      "| Provider | Dialect | URL | Needs | Optional | Peculiarities |\n|---|---|---|---|---|---|\n";
  CatalogEntries entries;
  // The built-in catalog is checked by its own tests.
  if (const auto read = read_catalog(built_in_catalog(), "built-in catalog", entries); !read)
    return read.error().message;
  for (const ProviderEntry& entry : entries.providers) {
    const Provider& p = entry.provider;
    std::string url = p.base_url + p.chat_path;
    for (std::size_t at = 0; (at = url.find('|', at)) != std::string::npos; at += 2) url.insert(at, "\\");
    page.append("| `").append(p.name).append("` | ").append(dialect_name(p.dialect)).append(" | `").append(url);
    page.append("` | ").append(needs(entry)).append(" | ").append(optional_settings(entry)).append(" | ");
    page.append(peculiarities(p.quirks)).append(" |\n");
  }
  page.append(
      "\n## Credentials of clouds\n\n"
      "AWS: the first of `AWS_BEARER_TOKEN_BEDROCK`, keys in the environment, a web identity, the profile, the\n"
      "container's endpoint, the instance's metadata (IMDSv2). Google: the file that `GOOGLE_APPLICATION_CREDENTIALS`\n"
      "names, the one that `gcloud auth application-default login` wrote, the metadata server. They are fetched when "
      "the\n"
      "gateway starts with a model bound to such a provider, and again before they expire. While there are none, a\n"
      "request goes on to its next provider; alone, it is answered 503.\n");
  return page;
}

}  // namespace switchyard::config
