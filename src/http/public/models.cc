// GET /v1/models, GET /v1/models/{id}: OpenAI's shape, or Anthropic's for callers that send anthropic-version.

#include "base/json_writer.h"
#include "http/public/api.h"

namespace switchyard::http {
namespace {

constexpr std::string_view kCreated = "2026-08-22T00:00:00Z";
constexpr std::int64_t kCreatedUnix = 1787356800;

void write_model(Dialect dialect, std::string_view id, std::string_view owner, json::Writer& w) {
  w.begin_object();
  if (dialect == Dialect::kAnthropic) {
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
  if (call.dialect != Dialect::kAnthropic) w.field("object", "list");
  w.key("data").begin_array();
  write_model(call.dialect, "auto", "switchyard", w);
  for (std::uint32_t i = 0; i < catalog.models().size(); ++i) {
    if (call.state->table.usable_bindings(i).empty() || call.state->table.excluded(i)) continue;
    write_model(call.dialect, catalog.models()[i].id, catalog.models()[i].owner, w);
    last = catalog.models()[i].id;
  }
  w.end_array();
  if (call.dialect == Dialect::kAnthropic) w.field("has_more", false).field("first_id", "auto").field("last_id", last);
  w.end_object();
  return out;
}

}  // namespace

Task<void> handle_models(PublicApi&, Call& call) {
  constexpr std::string_view kOne = "/v1/models/";
  if (!call.path.starts_with(kOne)) co_return co_await answer_json(call, 200, list(call));
  std::string name(call.path.substr(kOne.size()));
  // Ids hold slashes, which clients may send as they are or encoded.
  for (std::size_t at = 0; (at = name.find("%2F", at)) != std::string::npos || (at = name.find("%2f")) != std::string::npos;) {
    name.replace(at, 3, "/");
  }
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
  write_model(call.dialect, model ? catalog.models()[*model].id : "auto", model ? catalog.models()[*model].owner : "switchyard", w);
  co_await answer_json(call, 200, out);
}

}  // namespace switchyard::http
