#include "service/turn/question.h"

#include "wire/codec/codec.h"

namespace switchyard {
namespace {

/// Coding agents name themselves; only their small requests are helper calls.
bool is_agent(const HeaderSource& headers) {
  if (const auto app = headers.get("x-app"); app && (*app == "cli" || *app == "cli-bg" || *app == "claude-code"))
    return true;
  const std::string_view agent = headers.get("user-agent").value_or("");
  for (const std::string_view known : {"claude-cli", "claude-code", "codex", "opencode"}) {
    if (agent.find(known) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Result<std::unique_ptr<Question>> Question::read(Dialect dialect, std::string_view body, const PathTarget& path,
                                                 const HeaderSource& headers, bool client_credentials,
                                                 const GatewayState& state) {
  std::unique_ptr<Question> q(new Question);
  SY_CHECK(q->document_.parse_again(body, {state.config->server.json_depth_max}));
  SY_TRY(q->view_, wire::view_request(dialect, q->document_));
  if (!path.model.empty()) {
    q->view_.path_model = path.model;
    q->view_.stream = path.stream;
  }
  const RequestView& view = q->view_;
  routing::Query& query = q->query_;
  SY_CHECK(headers.for_each([&](std::string_view name, std::string_view value) {
    return routing::take_header(name, value, query.overrides);
  }));
  if (!query.overrides.cluster_version.empty() && state.table.scorer() != nullptr &&
      query.overrides.cluster_version != state.table.scorer()->version()) {
    return fail(ErrorKind::kInvalidRequest, "x-switchyard-cluster-version: expected " +
                                                std::string(state.table.scorer()->version()) +
                                                ", the version that is loaded");
  }
  query.requested_model = view.path_model.empty() ? view.model.string() : std::string(view.path_model);
  query.dialect = dialect;
  query.turn = features::turn_name(features::turn_type(view, is_agent(headers)));
  query.input_tokens = features::estimate_input_tokens(view, body.size());
  query.output_tokens_max = view.output_tokens_max;
  query.tools = view.tools > 0;
  query.images = view.images > 0;
  query.structured_output = view.structured_output;
  query.reasoning = view.reasoning;
  query.client_credentials = client_credentials;
  query.refusal = [raw = q.get()](Dialect target) { return raw->refusal(target); };
  q->user_only_ = query.overrides.embed_only_user_message.value_or(state.config->routing.embed_only_user_message);
  return q;
}

Result<const ChatRequest*> Question::chat() {
  if (!chat_) {
    chat_ = wire::parse_request(view_.dialect, document_);
    if (*chat_ && !view_.path_model.empty()) (*chat_)->stream = view_.stream;
  }
  if (!*chat_) return std::unexpected(chat_->error());
  return &**chat_;
}

std::string Question::refusal(Dialect target) {
  const auto request = chat();
  if (!request) return request.error().message;
  const auto refusals = wire::refusals(target, **request);
  return refusals.empty() ? std::string() : refusals.front().field + ": " + refusals.front().reason;
}

Result<routing::Plan> Question::plan(const routing::Table& table, routing::Purpose purpose) {
  SY_TRY(const routing::Wish wish, routing::resolve(query_, table));
  if (text_.empty() && wish.mode == routing::Mode::kRouted) {
    features::text_to_embed(view_, {user_only_}, text_);
    query_.text = text_;
  }
  return routing::plan(query_, table, wish, purpose);
}

}  // namespace switchyard
