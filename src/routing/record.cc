#include "routing/record.h"

#include <charconv>
#include <cmath>

#include "base/json_writer.h"
#include "base/sha256.h"

namespace switchyard::routing {
namespace {

std::string digits(float value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

void write_query(const Query& q, TextInRecord text, json::Writer& w) {
  w.begin_object().field("requested_model", q.requested_model).field("dialect", dialect_name(q.dialect));
  w.field("turn_type", q.turn).field("input_tokens", q.input_tokens).field("output_tokens_max", q.output_tokens_max);
  w.field("tools", q.tools).field("images", q.images).field("structured_output", q.structured_output);
  w.field("reasoning", q.reasoning).field("client_credentials", q.client_credentials);
  if (q.overrides.honor_named_models) w.field("honor_named_models", *q.overrides.honor_named_models);
  if (!q.overrides.force_model.empty()) w.field("force_model", q.overrides.force_model);
  if (q.overrides.alpha) w.field("alpha", *q.overrides.alpha);
  if (q.overrides.output_cost_ratio) w.field("output_cost_ratio", *q.overrides.output_cost_ratio);
  if (text == TextInRecord::kWhole) {
    w.field("text", q.text);
  } else {
    const auto digest = sha256(q.text);
    w.field("text_sha256", hex({reinterpret_cast<const char*>(digest.data()), digest.size()}));
  }
  w.end_object();
}

void write_candidates(const Plan& plan, const Table& table, json::Writer& w) {
  const Catalog& catalog = table.catalog();
  w.begin_array();
  for (const Candidate& c : plan.candidates) {
    w.begin_object().field("model", catalog.models()[c.model].id).field("eligible", c.filter == Filter::kEligible);
    if (c.filter != Filter::kEligible) w.field("filter", filter_name(c.filter));
    if (c.filter == Filter::kEligible && plan.mode == Mode::kRouted) {
      w.field_raw("score", digits(c.score)).field_raw("expected_quality", digits(c.quality));
      w.field_raw("cost_usd_per_m", std::isnan(c.cost_usd_per_m) ? "null" : digits(c.cost_usd_per_m));
    }
    if (table.scorer() != nullptr && !table.scorer()->note(c.model).empty()) {
      w.field("proxy", true).field("proxy_note", table.scorer()->note(c.model));
    }
    w.end_object();
  }
  w.end_array();
}

std::string attempt_name(const Catalog& catalog, std::uint32_t binding) {
  const Binding& b = catalog.bindings()[binding];
  return catalog.providers()[b.provider].name + "/" + catalog.models()[b.model].id;
}

Result<Query> read_query(json::Value root) {
  const json::Value value = root["query"];
  const auto dialect = dialect_from_name(value["dialect"].string());
  if (!value.is_object() || !dialect) return fail(ErrorKind::kInvalidRequest, "record: expected a decision record");
  if (!value["text"].is_string())
    return fail(ErrorKind::kInvalidRequest, "record: query.text: expected the text; this record has only its hash");
  Query q;
  q.requested_model = value["requested_model"].string();
  q.dialect = *dialect;
  q.input_tokens = value["input_tokens"].integer().value_or(0);
  q.output_tokens_max = value["output_tokens_max"].integer().value_or(0);
  q.tools = value["tools"].boolean().value_or(false);
  q.images = value["images"].boolean().value_or(false);
  q.structured_output = value["structured_output"].boolean().value_or(false);
  q.reasoning = value["reasoning"].boolean().value_or(false);
  q.client_credentials = value["client_credentials"].boolean().value_or(false);
  q.overrides.honor_named_models = value["honor_named_models"].boolean();
  q.overrides.force_model = value["force_model"].string();
  q.overrides.alpha = value["alpha"].number();
  q.overrides.output_cost_ratio = value["output_cost_ratio"].number();
  const std::string refusal = root["refusal"].string();
  q.refusal = [refusal](Dialect) { return refusal; };
  return q;
}

/// The first difference between two renderings of the same part.
std::string first_difference(json::Value recorded, json::Value replayed, const std::string& path) {
  if (recorded.raw() == replayed.raw()) return {};
  if (recorded.is_array() && replayed.is_array() && recorded.size() == replayed.size()) {
    auto other = replayed.elements().begin();
    std::size_t index = 0;
    for (const json::Value element : recorded.elements()) {
      if (auto found = first_difference(element, *other, path + "[" + std::to_string(index++) + "]"); !found.empty())
        return found;
      ++other;
    }
  }
  if (recorded.is_object() && replayed.is_object()) {
    for (const json::Member member : recorded.members()) {
      const std::string key = member.key.string();
      if (auto found = first_difference(member.value, replayed[key], path + "." + key); !found.empty()) return found;
    }
  }
  const bool same_shape =
      (recorded.is_array() && replayed.is_array()) || (recorded.is_object() && replayed.is_object());
  if (same_shape && recorded.size() == replayed.size()) return {};  // Only blanks differ.
  const auto shown = [](json::Value v) {
    return v.exists() ? std::string(v.raw().substr(0, 100)) : std::string("nothing");
  };
  return path + ": recorded " + shown(recorded) + ", replayed " + shown(replayed);
}

}  // namespace

std::string reason(const Plan& plan, const Table& table, std::uint32_t binding) {
  constexpr std::size_t kUsualBytes = 160;  // In every answer's headers: one growth will do.
  std::string text;
  text.reserve(kUsualBytes);
  if (plan.mode == Mode::kRouted) {
    text.append(table.scorer()->name()).append(":").append(table.scorer()->version()).append(" top_p=[");
    for (std::size_t i = 0; i < plan.trace.clusters.size(); ++i) {
      char digits[12];
      if (i > 0) text.push_back(',');
      text.append(digits, std::to_chars(digits, digits + sizeof digits, plan.trace.clusters[i]).ptr);
    }
    text.append("]");
  } else {
    text.append(mode_name(plan.mode));
  }
  const Binding& b = table.catalog().bindings()[binding];
  text.append(" model=").append(table.catalog().models()[b.model].id);
  return text.append(" provider=").append(table.catalog().providers()[b.provider].name);
}

std::string render_record(std::string_view id, const Query& query, const Plan& plan, const Table& table,
                          TextInRecord text) {
  const Catalog& catalog = table.catalog();
  const Binding& chosen = catalog.bindings()[plan.attempts.front()];
  std::string out;
  json::Writer w(out);
  w.begin_object().field("id", id).field("model", catalog.models()[chosen.model].id);
  w.field("provider", catalog.providers()[chosen.provider].name)
      .field("reason", reason(plan, table, plan.attempts.front()));
  w.field("mode", mode_name(plan.mode)).field("propensity", 1.0);
  if (plan.mode == Mode::kRouted) {
    w.field("strategy", table.scorer()->name()).field("version", table.scorer()->version());
    w.key("knobs")
        .begin_object()
        .field("alpha", plan.knobs.alpha)
        .field("output_cost_ratio", plan.knobs.output_cost_ratio);
    w.field("top_p", plan.knobs.top_p).end_object();
    w.key("clusters").begin_array();
    for (std::size_t i = 0; i < plan.trace.clusters.size(); ++i) {
      w.begin_object()
          .field("cluster", plan.trace.clusters[i])
          .field_raw("weight", digits(plan.trace.weights[i]))
          .end_object();
    }
    w.end_array();
  }
  if (plan.ranking.size() > 1) w.field("runner_up", catalog.models()[plan.candidates[plan.ranking[1]].model].id);
  w.key("attempts").begin_array();
  for (const std::uint32_t binding : plan.attempts) w.string(attempt_name(catalog, binding));
  w.end_array().key("query");
  write_query(query, text, w);
  if (!plan.refusal.empty()) w.field("refusal", plan.refusal);
  w.key("candidates");
  write_candidates(plan, table, w);
  w.end_object();
  return out;
}

Result<ReplayReport> replay(std::string_view record, const Table& table) {
  const auto document = json::Document::parse(record);
  if (!document) return fail(ErrorKind::kInvalidRequest, "record: " + document.error().message);
  const json::Value root = document->root();
  SY_TRY(Query query, read_query(root));
  const std::string text = root["query"]["text"].string();
  const std::string turn = root["query"]["turn_type"].string();
  query.text = text;
  query.turn = turn;
  if (root["version"].is_string() &&
      (table.scorer() == nullptr || !root["version"].equals(table.scorer()->version()))) {
    return fail(ErrorKind::kInvalidRequest, "record: made by artifact " + root["version"].string() + ", but " +
                                                std::string(table.scorer() ? table.scorer()->version() : "none") +
                                                " is loaded");
  }
  SY_TRY(const Plan again, plan(query, table));
  const std::string rendered = render_record(root["id"].string(), query, again, table, TextInRecord::kWhole);
  const auto replayed = json::Document::parse(rendered);
  ReplayReport report;
  for (const char* part : {"model", "provider", "reason", "mode", "knobs", "clusters", "candidates", "attempts"}) {
    report.difference = first_difference(root[part], replayed->root()[part], part);
    if (!report.difference.empty()) return report;
  }
  report.same = true;
  return report;
}

}  // namespace switchyard::routing
