// GET /v1/models, GET /v1/models/{id}: OpenAI's shape, or Anthropic's for callers that send anthropic-version.
// GET /v1beta/models, GET /v1beta/models/{id}: Gemini's.

#include "base/json_writer.h"
#include "http/public/api.h"
#include "http/public/paths.h"

namespace switchyard::http {
namespace {

constexpr std::string_view kCreated = "2026-08-22T00:00:00Z";
constexpr std::int64_t kCreatedUnix = 1787356800;
/// What Gemini's clients are told of "auto", and of models whose limits are not known: what small models of today take.
constexpr TokenCount kAutoInputTokens = 128'000, kAutoOutputTokens = 8192;

/// `model` null: "auto".
void write_model(Dialect dialect, const Model* model, json::Writer& w) {
  const std::string_view id = model ? std::string_view(model->id) : "auto",
                         owner = model ? std::string_view(model->owner) : "switchyard";
  w.begin_object();
  if (dialect == Dialect::kGemini) {
    w.field("name", "models/" + std::string(id)).field("version", "001").field("displayName", id);
    w.field("inputTokenLimit", model ? model->context_window : kAutoInputTokens);
    w.field("outputTokenLimit", model && model->output_max > 0 ? model->output_max : kAutoOutputTokens);
    w.key("supportedGenerationMethods").begin_array();
    for (const std::string_view method : {"generateContent", "streamGenerateContent", "countTokens"}) w.string(method);
    w.end_array();
  } else if (dialect == Dialect::kAnthropic) {
    w.field("type", "model").field("id", id).field("display_name", id).field("created_at", kCreated);
  } else {
    w.field("id", id).field("object", "model").field("created", kCreatedUnix).field("owned_by", owner);
  }
  w.end_object();
}

std::string list(const Call& call) {
  const Catalog& catalog = call.state->config->catalog;
  std::string out, last = "auto";
  json::Writer w(out);
  w.begin_object();
  const bool gemini = call.dialect == Dialect::kGemini, anthropic = call.dialect == Dialect::kAnthropic;
  if (!anthropic && !gemini) w.field("object", "list");
  w.key(gemini ? "models" : "data").begin_array();
  write_model(call.dialect, nullptr, w);
  for (std::uint32_t i = 0; i < catalog.models().size(); ++i) {
    if (call.state->table.usable_bindings(i).empty() || call.state->table.excluded(i)) continue;
    write_model(call.dialect, &catalog.models()[i], w);
    last = catalog.models()[i].id;
  }
  w.end_array();
  if (anthropic) w.field("has_more", false).field("first_id", "auto").field("last_id", last);
  w.end_object();
  return out;
}

}  // namespace

Task<void> handle_models(PublicApi&, Call& call) {
  const std::string_view one = call.dialect == Dialect::kGemini ? "/v1beta/models/" : "/v1/models/";
  if (!call.path.starts_with(one)) co_return co_await answer_json(call, 200, list(call));
  // Ids hold slashes, which clients may send as they are or encoded.
  const std::string name = decoded_segment(call.path.substr(one.size())).value_or("");
  const Catalog& catalog = call.state->config->catalog;
  const auto model = catalog.find_model(name);
  if (!model && name != "auto") {
    std::string message = "model '" + name.substr(0, 200) + "' is not known";
    for (const std::string& near : catalog.near_names(name, 1)) message += "; did you mean " + near + "?";
    const Error error{ErrorKind::kNotFound, Retry::kNever, std::move(message), {}, std::nullopt};
    co_return co_await answer_error(call, error);
  }
  std::string out;
  json::Writer w(out);
  write_model(call.dialect, model ? &catalog.models()[*model] : nullptr, w);
  co_await answer_json(call, 200, out);
}

}  // namespace switchyard::http
