#include "service/turn/upstream_request.h"

#include <algorithm>

#include "wire/codec/codec.h"

namespace switchyard {
namespace {

constexpr std::string_view kDefaultAnthropicVersion = "2023-06-01";
constexpr std::string_view kUsageOption = R"("stream_options":{"include_usage":true},)";

/// One replacement in the client's bytes. `text` is an offset range of `UpstreamRequest::made`, which may still move.
struct Edit {
  std::size_t at = 0, length = 0, made_at = 0, made_length = 0;
};

class Splicer {
 public:
  Splicer(std::string_view body, UpstreamRequest& out) : body_(body), out_(out) {}

  void replace(std::size_t at, std::size_t length, std::string_view text) {
    edits_.push_back({at, length, out_.made.size(), text.size()});
    out_.made.append(text);
  }
  void replace(json::Value value, std::string_view text) { replace(value.offset(), value.raw().size(), text); }

  void finish() {
    std::ranges::sort(edits_, {}, &Edit::at);
    std::size_t at = 0;
    for (const Edit& edit : edits_) {
      if (edit.at > at) out_.pieces.push_back(body_.substr(at, edit.at - at));
      out_.pieces.push_back(std::string_view(out_.made).substr(edit.made_at, edit.made_length));
      at = edit.at + edit.length;
    }
    out_.pieces.push_back(body_.substr(at));
  }

 private:
  std::string_view body_;
  UpstreamRequest& out_;
  std::vector<Edit> edits_;
};

/// Everything the client wrote stays as it is but the model's name, and what the target would refuse.
void splice(const RequestView& view, std::string_view body, const Binding& binding, const ProviderQuirks& quirks,
            UpstreamRequest& out) {
  Splicer splicer(body, out);
  const std::size_t inside = view.root.offset() + 1;  // Behind '{'.
  const std::string model = json::quoted(binding.upstream_id);
  if (view.model.exists()) {
    splicer.replace(view.model, model);
  } else {
    splicer.replace(inside, 0, "\"model\":" + model + ",");
  }
  if (view.dialect == Dialect::kOpenAiChat) {
    bool options = false;
    const bool both = quirks.max_completion_tokens && view.root["max_completion_tokens"].exists();
    for (const json::Member member : view.root.members()) {
      const std::string_view key = member.key.escaped();
      options |= key == "stream_options";
      if (key == "max_tokens" && quirks.max_completion_tokens && !both && member.value.has_value()) {
        splicer.replace(member.key, "\"max_completion_tokens\"");
      }
    }
    if (view.stream == StreamMode::kStreamed && !options && quirks.stream_options) {
      splicer.replace(inside, 0, kUsageOption);
      out.asked_for_usage = true;
    }
  }
  splicer.finish();
}

}  // namespace

void append_provider_headers(const Provider& provider, const HeaderSource& headers, const ClientCredentials& credentials,
                             std::string& lines) {
  if (provider.passthrough) {
    if (!credentials.authorization.empty()) lines.append("authorization: ").append(credentials.authorization).append("\r\n");
    if (!credentials.x_api_key.empty()) lines.append("x-api-key: ").append(credentials.x_api_key).append("\r\n");
  } else if (provider.auth == AuthScheme::kBearer) {
    lines.append("authorization: Bearer ").append(provider.api_key).append("\r\n");
  } else if (provider.auth == AuthScheme::kXApiKey) {
    lines.append("x-api-key: ").append(provider.api_key).append("\r\n");
  }
  if (provider.dialect == Dialect::kAnthropic) {
    lines.append("anthropic-version: ").append(headers.get("anthropic-version").value_or(kDefaultAnthropicVersion)).append("\r\n");
    if (const auto beta = headers.get("anthropic-beta")) lines.append("anthropic-beta: ").append(*beta).append("\r\n");
  }
}

Result<void> build_upstream_request(Question& question, const Catalog& catalog, std::uint32_t binding_index,
                                    const HeaderSource& headers, const ClientCredentials& credentials, UpstreamRequest& out) {
  const Binding& binding = catalog.bindings()[binding_index];
  const Provider& provider = catalog.providers()[binding.provider];
  const ProviderQuirks& quirks = binding.quirks ? *binding.quirks : provider.quirks;
  const RequestView& view = question.view();
  out.pieces.clear();
  out.made.clear();
  out.asked_for_usage = false;
  if (provider.dialect == view.dialect) {
    out.made.reserve(512);
    splice(view, question.body(), binding, quirks, out);
  } else {
    SY_TRY(const ChatRequest* request, question.chat());
    out.made.reserve(question.body().size() + 1024);
    const wire::EmitTarget target{binding.upstream_id, quirks, catalog.models()[binding.model].output_max};
    wire::emit_request(provider.dialect, *request, target, out.made);
    out.pieces.push_back(out.made);
    out.asked_for_usage = !view.include_usage;
  }
  out.header_lines.assign("content-type: application/json\r\nuser-agent: switchyard\r\n");
  append_provider_headers(provider, headers, credentials, out.header_lines);
  return {};
}

}  // namespace switchyard
