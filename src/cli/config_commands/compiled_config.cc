#include "cli/config_commands/compiled_config.h"

#include "base/json_writer.h"
#include "config/base_url.h"

namespace switchyard::cli {
namespace {

using json::Writer;

std::string_view set_or_not(std::string_view secret) { return secret.empty() ? "" : "set"; }

void list(Writer& w, std::string_view key, const std::vector<std::string>& items) {
  w.key(key).begin_array();
  for (const std::string& item : items) w.string(item);
  w.end_array();
}

std::string_view tier_name(Tier tier) {
  switch (tier) {
    case Tier::kLow:
      return "low";
    case Tier::kMid:
      return "mid";
    case Tier::kHigh:
      return "high";
    case Tier::kNone:
      break;
  }
  return "none";
}
std::string_view pricing_name(Pricing pricing) {
  switch (pricing) {
    case Pricing::kQuoted:
      return "quoted";
    case Pricing::kFree:
      return "free";
    case Pricing::kUnknown:
      break;
  }
  return "unknown";
}

void quirks(Writer& w, const ProviderQuirks& q) {
  w.key("quirks").begin_object();
  w.field("anthropic_version", q.anthropic_version).field("developer_role", q.developer_role);
  w.field("max_completion_tokens", q.max_completion_tokens).field("model_in_body", q.model_in_body);
  w.field("reasoning_effort", q.reasoning_effort).field("stream_in_body", q.stream_in_body);
  w.field("stream_options", q.stream_options);
  w.field("streams", choice_name(kStreamsNames, q.streams));
  w.end_object();
}

void bindings(Writer& w, const Catalog& catalog) {
  w.key("bindings").begin_array();
  for (const Binding& b : catalog.bindings()) {
    w.begin_object().field("context_window", catalog.context_window(b)).field("date", b.price_date);
    w.field("model", catalog.models()[b.model].id);
    w.key("pico_usd_per_token").begin_object();
    w.field("cache_read", b.price.cache_read.pico()).field("cache_write", b.price.cache_write.pico());
    w.field("input", b.price.input.pico()).field("output", b.price.output.pico()).end_object();
    w.field("pricing", pricing_name(b.pricing)).field("provider", catalog.providers()[b.provider].name);
    if (b.quirks) quirks(w, *b.quirks);
    w.field("upstream_id", b.upstream_id).end_object();
  }
  w.end_array();
}

void models(Writer& w, const Catalog& catalog) {
  w.key("models").begin_array();
  for (const Model& m : catalog.models()) {
    w.begin_object();
    list(w, "aliases", m.aliases);
    w.key("capabilities")
        .begin_object()
        .field("images", m.capabilities.images)
        .field("json_schema", m.capabilities.json_schema);
    w.field("reasoning", m.capabilities.reasoning).field("tools", m.capabilities.tools).end_object();
    w.field("context_window", m.context_window)
        .field("id", m.id)
        .field("output_max", m.output_max)
        .field("owner", m.owner);
    w.field("tier", tier_name(m.tier)).end_object();
  }
  w.end_array();
}

void providers(Writer& w, const Catalog& catalog) {
  w.key("providers").begin_array();
  for (const Provider& p : catalog.providers()) {
    w.begin_object()
        .field("api_key", set_or_not(p.api_key))
        .field("auth", choice_name(kAuthNames, p.auth))
        .field("base_url", config::masked_url(p.base_url));
    w.field("chat_path", p.chat_path).field("dialect", dialect_name(p.dialect));
    w.field("extra_headers", set_or_not(p.extra_headers)).field("framing", choice_name(kFramingNames, p.framing));
    w.field("name", p.name).field("passthrough", p.passthrough);
    quirks(w, p.quirks);
    w.field("stream_path", p.stream_path).end_object();
  }
  w.end_array();
}

void routing(Writer& w, const config::RoutingSettings& r) {
  w.key("routing").begin_object().key("alpha");
  if (r.alpha)
    w.number(*r.alpha);
  else
    w.null();
  w.field("artifacts_dir", r.artifacts_dir)
      .field("attempts_max", r.attempts_max)
      .field("cluster_version", r.cluster_version);
  w.field("embed_only_user_message", r.embed_only_user_message).field("embed_timeout_ms", r.embed_timeout.count());
  list(w, "excluded_models", r.excluded_models);
  list(w, "excluded_providers", r.excluded_providers);
  w.field("hard_pin_model", r.hard_pin_model).field("hard_pin_provider", r.hard_pin_provider);
  w.field("honor_named_models", r.honor_named_models).field("top_p", r.top_p).end_object();
}

void server(Writer& w, const config::ServerSettings& s) {
  w.key("server").begin_object().field("auth_required", s.auth_required);
  w.field("body_bytes_max", s.body_bytes_max)
      .field("body_ms", s.body_time.count())
      .field("connections_max", s.connections_max);
  list(w, "cors_origins", s.cors_origins);
  w.field("drain_seconds", s.drain.count()).field("fields_max", s.fields_max).field("head_bytes_max", s.head_bytes_max);
  w.field("head_ms", s.head_time.count()).field("host", s.host).field("idle_ms", s.idle_time.count());
  w.field("json_depth_max", s.json_depth_max).field("line_bytes_max", s.line_bytes_max).field("port", s.port);
  w.field("request_ms", s.request_time.count()).field("tls_certificate", s.tls_certificate).field("tls_key", s.tls_key);
  w.field("unix_path", s.unix_path).field("workers", s.workers).field("write_ms", s.write_time.count()).end_object();
}

void storage(Writer& w, const config::StorageSettings& s) {
  w.key("storage").begin_object().field("data_dir", s.data_dir).field("journal_bytes_max", s.journal_bytes_max);
  w.field("ledger_fsync_ms", s.ledger_fsync.count()).end_object();
}

void upstream(Writer& w, const config::UpstreamSettings& u) {
  w.key("upstream")
      .begin_object()
      .field("between_bytes_ms", u.between_bytes.count())
      .field("connect_ms", u.connect.count());
  w.field("connections_max", u.connections_max).field("dns_max_age_ms", u.dns_max_age.count());
  w.field("first_byte_ms", u.first_byte.count())
      .field("https_proxy", set_or_not(u.https_proxy))
      .field("idle_ms", u.idle_time.count());
  w.field("idle_per_origin_max", u.idle_per_origin_max).field("no_proxy", u.no_proxy);
  w.field("root_certificates_file", u.root_certificates_file)
      .field("root_certificates_folder", u.root_certificates_folder)
      .end_object();
}

}  // namespace

std::string compiled_config(const config::RuntimeConfig& c) {
  std::string text;
  Writer w(text);
  w.begin_object();
  bindings(w, c.catalog);
  w.key("log").begin_object().field("format", c.log_format).field("level", c.log_level).end_object();
  models(w, c.catalog);
  providers(w, c.catalog);
  routing(w, c.routing);
  server(w, c.server);
  storage(w, c.storage);
  upstream(w, c.upstream);
  w.end_object();
  return text;
}

}  // namespace switchyard::cli
