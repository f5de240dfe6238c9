#include "wire/gemini/count_tokens.h"

#include "base/json_writer.h"
#include "wire/fields.h"
#include "wire/gemini/keys.h"
#include "wire/gemini/request.h"

namespace switchyard::wire::gemini {

Result<ChatRequest> parse_count_request(const json::Document& body) {
  const json::Value root = body.root();
  if (!root.is_object()) return expected("body", "a JSON object");
  const json::Value nested = member(root, "generateContentRequest");
  if (!nested.has_value()) return parse_request_value(root);
  if (!nested.is_object()) return expected("generateContentRequest", "an object");
  if (root["contents"].has_value()) return expected("body", "contents or generateContentRequest, not both");
  return parse_request_value(nested);
}

void emit_count_request(const ChatRequest& request, const EmitTarget& target, std::string& out) {
  std::string inner;
  emit_request(request, target, inner);
  json::Writer w(out);
  const bool full_name = target.model.starts_with("models/");
  w.begin_object().key("generateContentRequest").begin_object();
  w.field("model", (full_name ? "" : "models/") + std::string(target.model));
  // The members of `inner`, without its braces: it is never empty.
  out.push_back(',');
  out.append(inner, 1);
  out.push_back('}');
}

Result<TokenCount> parse_count_answer(const json::Document& body) {
  const auto total = member(body.root(), "totalTokens").integer();
  if (!total || *total < 0) return expected("totalTokens", "a count");
  return *total;
}

void emit_count_answer(TokenCount tokens, std::string& out) {
  json::Writer(out).begin_object().field("totalTokens", tokens).end_object();
}

}  // namespace switchyard::wire::gemini
