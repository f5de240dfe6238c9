#include "service/turn/upstream_request.h"

#include <algorithm>

#include "wire/codec/codec.h"
#include "wire/foreign_state.h"

namespace switchyard {
namespace {

constexpr std::string_view kDefaultAnthropicVersion = "2023-06-01";
/// Room for the usual header lines with a long key.
constexpr std::size_t kHeaderBytes = 384;
constexpr std::string_view kUsageOption = R"("stream_options":{"include_usage":true},)";

/// One replacement in the client's bytes. `text` is an offset range of `UpstreamRequest::made`, which may still move.
struct Edit {
  std::size_t at = 0, length = 0, made_at = 0, made_length = 0;
};

class Splicer {
 public:
  Splicer(std::string_view body, UpstreamRequest& out) : body_(body), out_(out) {
    edits_.reserve(kUsualEdits);
    out_.pieces.reserve(2 * kUsualEdits + 1);
  }

  void replace(std::size_t at, std::size_t length, std::string_view text) {
    edits_.push_back({at, length, out_.made.size(), text.size()});
    out_.made.append(text);
  }
  void replace(json::Value value, std::string_view text) { replace(value.offset(), value.raw().size(), text); }

  void cut(const std::vector<wire::ByteSpan>& spans) {
    for (const wire::ByteSpan& span : spans) replace(span.begin, span.end - span.begin, "");
  }

  void finish() {
    // At one place, what was asked for first stands first.
    std::ranges::sort(edits_, {}, [](const Edit& edit) { return std::pair(edit.at, edit.made_at); });
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
  static constexpr std::size_t kUsualEdits = 4;  ///< Model and options: gathered without growing.
};

void cut_foreign_state(const RequestView& view, Splicer& splicer) {
  if (view.holds_foreign_state) splicer.cut(wire::foreign_state(view.dialect, view.root));
}

/// For providers whose path names the model: the body is the client's without `model` and, as a rule, `stream`, and
/// with the provider's own version of Anthropic's dialect.
void splice_without_model(const RequestView& view, std::string_view body, const ProviderQuirks& quirks,
                          UpstreamRequest& out) {
  Splicer splicer(body, out);
  std::vector<wire::ByteSpan> cuts;
  const bool any_left = wire::cut_members(view.root, cuts, [&](std::string_view key, json::Value) {
    return key == "model" || (key == "stream" && !quirks.stream_in_body) ||
           (key == "anthropic_version" && !quirks.anthropic_version.empty());
  });
  if (!quirks.anthropic_version.empty()) {
    splicer.replace(view.root.offset() + 1, 0,
                    "\"anthropic_version\":" + json::quoted(quirks.anthropic_version) + (any_left ? "," : ""));
  }
  splicer.cut(cuts);
  cut_foreign_state(view, splicer);
  splicer.finish();
}

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
  cut_foreign_state(view, splicer);
  splicer.finish();
}

/// Whether the client's own bytes may go: the provider speaks its dialect and answers in the way it asked for.
bool may_splice(const RequestView& view, const Provider& provider, const ProviderQuirks& quirks) {
  if (provider.dialect != view.dialect) return false;
  const bool streamed = view.stream == StreamMode::kStreamed;
  return !(streamed && quirks.streams == Streams::kNever) && !(!streamed && quirks.streams == Streams::kOnly);
}

/// How the line begins that carries a key; empty where there is none, or where the adapter makes it for each call.
std::string_view key_header(AuthScheme auth) {
  switch (auth) {
    case AuthScheme::kBearer:
      return "authorization: Bearer ";
    case AuthScheme::kXApiKey:
      return "x-api-key: ";
    case AuthScheme::kApiKey:
      return "api-key: ";
    case AuthScheme::kXGoogApiKey:
      return "x-goog-api-key: ";
    default:
      return {};
  }
}

}  // namespace

void append_provider_headers(const Provider& provider, const HeaderSource& headers,
                             const ClientCredentials& credentials, std::string& lines) {
  if (provider.passthrough) {
    if (!credentials.authorization.empty())
      lines.append("authorization: ").append(credentials.authorization).append("\r\n");
    if (!credentials.x_api_key.empty()) lines.append("x-api-key: ").append(credentials.x_api_key).append("\r\n");
  } else if (const std::string_view name = key_header(provider.auth); !name.empty() && !provider.api_key.empty()) {
    lines.append(name).append(provider.api_key).append("\r\n");
  }
  lines.append(provider.extra_headers);
  if (provider.dialect == Dialect::kAnthropic) {
    if (provider.quirks.anthropic_version.empty()) {  // Otherwise the body says it.
      lines.append("anthropic-version: ")
          .append(headers.get("anthropic-version").value_or(kDefaultAnthropicVersion))
          .append("\r\n");
    }
    if (const auto beta = headers.get("anthropic-beta")) lines.append("anthropic-beta: ").append(*beta).append("\r\n");
  }
}

Result<void> build_upstream_request(Question& question, const Catalog& catalog, std::uint32_t binding_index,
                                    const HeaderSource& headers, const ClientCredentials& credentials,
                                    UpstreamRequest& out) {
  const Binding& binding = catalog.bindings()[binding_index];
  const Provider& provider = catalog.providers()[binding.provider];
  const ProviderQuirks& quirks = binding.quirks ? *binding.quirks : provider.quirks;
  const RequestView& view = question.view();
  out.pieces.clear();
  out.made.clear();
  out.custom_tools.clear();
  out.asked_for_usage = false;
  const bool streamed =
      quirks.streams == Streams::kOnly || (view.stream == StreamMode::kStreamed && quirks.streams != Streams::kNever);
  out.mode = streamed ? StreamMode::kStreamed : StreamMode::kBuffered;
  if (may_splice(view, provider, quirks)) {
    out.made.reserve(512);
    if (quirks.model_in_body) {
      splice(view, question.body(), binding, quirks, out);
    } else {
      splice_without_model(view, question.body(), quirks, out);
    }
  } else {
    SY_TRY(const ChatRequest* request, question.chat());
    out.made.reserve(question.body().size() + 1024);
    const wire::EmitTarget target{binding.upstream_id, quirks, catalog.models()[binding.model].output_max, out.mode};
    wire::emit_request(provider.dialect, *request, target, out.made);
    out.pieces.push_back(out.made);
    out.asked_for_usage = !view.include_usage;
    for (const Tool& tool : request->tools) {
      if (tool.custom) out.custom_tools.push_back(json::unescape(tool.name.escaped));
    }
  }
  out.header_lines.reserve(kHeaderBytes);
  out.header_lines.assign("content-type: application/json\r\nuser-agent: switchyard\r\n");
  append_provider_headers(provider, headers, credentials, out.header_lines);
  return {};
}

}  // namespace switchyard
