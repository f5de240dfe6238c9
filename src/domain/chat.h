#pragma once
/// \file
/// One conversation turn, free of any dialect: what a client asks (`ChatRequest`), what a model answers at once
/// (`ChatResponse`) or piece by piece (`ChatEvent`).
///
/// Texts are views into the bytes they were read from, still as JSON wrote them (`JsonText`, `JsonRaw`), so that
/// translating a conversation copies each byte once and changes none. Whoever parsed them keeps those bytes alive;
/// what had to be made anew lives in the request's or response's own `storage`.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/dialect.h"
#include "domain/usage.h"

namespace switchyard {

/// The inside of a JSON string: between its quotes, still escaped.
struct JsonText {
  std::string_view escaped;
  [[nodiscard]] bool empty() const { return escaped.empty(); }
  friend bool operator==(JsonText, JsonText) = default;
};

/// Any JSON value, verbatim; empty means absent.
struct JsonRaw {
  std::string_view text;
  [[nodiscard]] bool empty() const { return text.empty(); }
  friend bool operator==(JsonRaw, JsonRaw) = default;
};

/// Strings made while translating; addresses stay valid while the owner lives or moves.
using TextStorage = std::deque<std::string>;

enum class Role : std::uint8_t { kSystem, kDeveloper, kUser, kAssistant };

/// Where a piece of an answer comes from on the web.
struct Citation {
  JsonText url;
  JsonText title;
  JsonText quoted;                    ///< The source's own words.
  std::int64_t start = -1, end = -1;  ///< The piece of the answer, in characters; -1: not said.
};
struct TextPart {
  JsonText text;
  JsonRaw cache_control;            ///< Anthropic's object, verbatim.
  JsonRaw citations;                ///< As the dialect that the part came from writes them, verbatim.
  std::vector<Citation> sources{};  ///< What of `citations` every dialect can say.
  JsonRaw logprobs{};               ///< OpenAI's array of {token, logprob, bytes, top_logprobs}.
};
struct ImagePart {
  JsonText url;         ///< http(s) URL; empty when `data` is set.
  JsonText media_type;  ///< "image/png", ... with `data`.
  JsonText data;        ///< Base64.
  JsonText detail;      ///< OpenAI's "low", "high", "auto".
  JsonRaw cache_control;
};
struct AudioPart {
  JsonText format;  ///< "wav", "mp3", ...: the subtype of its media type.
  JsonText data;    ///< Base64.
};
/// A document, most often a PDF, or a video.
struct FilePart {
  JsonText url;         ///< http(s) or gs URL; empty when `data` or `id` is set.
  JsonText media_type;  ///< "application/pdf", ...; empty if not said.
  JsonText data;        ///< Base64; or plain text if `plain`.
  JsonText name;
  JsonText id;  ///< Of a file uploaded to the provider: good in its own dialect only.
  bool plain = false;
  JsonRaw cache_control{};
};
struct ToolCallPart {
  JsonText id;
  JsonText name;
  /// The arguments as JSON text, decoded from any string they travelled in. Usually an object; models do send broken
  /// text. With `custom`: the free text itself.
  std::string_view arguments;
  JsonRaw cache_control;
  bool custom = false;
};
struct ToolResultPart {
  JsonText call_id;
  std::vector<std::variant<TextPart, ImagePart, FilePart>> content;
  bool is_error = false;
  JsonRaw cache_control;
  bool custom = false;  ///< Of a custom tool's call.
};
/// Reasoning, and the state that lets its issuer go on from it. The state may stand without text: then it belongs to
/// the tool call, or else the text, behind it (Gemini's thoughtSignature). Only the issuer may ever be sent it.
struct ThinkingPart {
  JsonText text;
  JsonText
      signature;      ///< Anthropic's signature, Gemini's thoughtSignature, Responses' "<item id>:<encrypted_content>".
  JsonText redacted;  ///< Anthropic's opaque `data`; then the others are empty.
  Dialect issuer{};   ///< Whose `signature` or `redacted` it is.
};
struct RefusalPart {
  JsonText text;
};
/// A block that only its own dialect knows, verbatim: carried within the dialect, refused elsewhere by `type`.
struct OpaquePart {
  Dialect dialect{};
  std::string type;
  JsonRaw value;
};
using Part = std::variant<TextPart, ImagePart, ToolCallPart, ToolResultPart, ThinkingPart, RefusalPart, OpaquePart,
                          AudioPart, FilePart>;

struct Message {
  Role role = Role::kUser;
  std::vector<Part> parts;
  JsonText name;             ///< OpenAI's participant name.
  std::uint32_t source = 0;  ///< Where the client's array had it, so that an error can name it.
};

/// Tools that providers run themselves and that more than one dialect has.
enum class ServerTool : std::uint8_t { kNone, kWebSearch, kCodeExecution };

struct Tool {
  JsonText name;
  JsonText description;
  JsonRaw schema;  ///< JSON Schema of the arguments; empty means none was given.
  std::optional<bool> strict;
  JsonRaw cache_control;
  /// A tool that the provider runs itself (Anthropic's web_search_20250305, ...) or a type without a schema: verbatim,
  /// with `opaque_type` naming it. Then the fields above may be empty.
  JsonRaw opaque;
  std::string opaque_type;
  ServerTool server = ServerTool::kNone;         ///< With `opaque`: what it is, if another dialect may have it too.
  JsonRaw allowed_domains{}, blocked_domains{};  ///< Of a web search: arrays of strings.
  bool server_options = false;                   ///< It has options beside those, which cannot be carried.
  bool custom = false;                           ///< Takes free text; `schema` is empty.
  JsonRaw format{};                              ///< Of a custom tool: OpenAI's grammar object, verbatim.
};

enum class ToolChoiceKind : std::uint8_t { kAbsent, kAuto, kNone, kRequired, kNamed };
struct ToolChoice {
  ToolChoiceKind kind = ToolChoiceKind::kAbsent;
  JsonText name;  ///< With kNamed.
};

enum class ResponseFormatKind : std::uint8_t { kText, kJsonObject, kJsonSchema };
struct ResponseFormat {
  ResponseFormatKind kind = ResponseFormatKind::kText;
  JsonText name;
  JsonText description;
  JsonRaw schema;
  std::optional<bool> strict;
};

enum class ReasoningMode : std::uint8_t { kAbsent, kDisabled, kBudget, kAdaptive, kEffort };
struct Reasoning {
  ReasoningMode mode = ReasoningMode::kAbsent;
  std::int64_t budget_tokens = 0;  ///< With kBudget.
  std::string
      effort;  ///< "none", "minimal", "low", "medium", "high", "xhigh", "max"; with kEffort, optional with kAdaptive.
};

/// A field that the dialect's parser does not know, kept for the same dialect and named when it cannot be carried.
struct UnknownField {
  std::string path;  ///< "frobnicate" or "messages[2].frobnicate".
  JsonRaw value;
};

/// Everything a chat request can say. Numbers stay as they were written.
struct ChatRequest {
  Dialect dialect{};  ///< Where it came from.
  JsonText model;     ///< As the client wrote it; empty if absent.
  StreamMode stream = StreamMode::kBuffered;
  bool include_usage = false;  ///< OpenAI's stream_options.include_usage.
  std::vector<Message>
      messages;  ///< System and developer messages stand where the client put them; Anthropic's `system` is first.
  std::vector<Tool> tools;
  ToolChoice tool_choice;
  std::optional<bool> parallel_tool_calls;
  ResponseFormat response_format;
  Reasoning reasoning;

  JsonRaw output_tokens_max;  ///< max_tokens, max_completion_tokens.
  JsonRaw temperature, top_p, top_k, seed, n;
  JsonRaw frequency_penalty, presence_penalty, logit_bias, logprobs, top_logprobs;
  std::vector<JsonText> stop;
  JsonText user;     ///< OpenAI `user`, Anthropic `metadata.user_id`.
  JsonRaw metadata;  ///< The rest of the metadata object, verbatim.
  JsonText service_tier;
  JsonText verbosity;  ///< OpenAI's "low", "medium", "high".
  std::vector<UnknownField> unknown;
  TextStorage storage;
};

enum class FinishReason : std::uint8_t {
  kStop,
  kStopSequence,
  kLength,
  kToolCalls,
  kContentFilter,
  kRefusal,
  kPause,            ///< Anthropic's pause_turn.
  kContextExceeded,  ///< Anthropic's model_context_window_exceeded.
  kUnknown,
};

/// A whole answer.
struct ChatResponse {
  JsonText id;
  JsonText model;
  std::int64_t created_unix = 0;  ///< 0 if the dialect did not say.
  std::vector<Part> parts;        ///< Text, thinking, refusal, tool calls, in order.
  FinishReason finish = FinishReason::kStop;
  JsonText stop_sequence;
  JsonText service_tier;
  Usage usage;
  bool has_usage = false;
  TextStorage storage;
};

// --- Streamed answers. One event is valid until the decoder that made it is fed again.

struct StreamStart {
  JsonText id;
  JsonText model;
};
struct TextDelta {
  JsonText text;
  JsonRaw logprobs{};  ///< As TextPart's.
};
/// Belongs to the text so far.
struct CitationDelta {
  Citation citation;
};
struct ThinkingDelta {
  JsonText text;
};
/// As in ThinkingPart: of the thinking so far, or of the tool call or text that follows.
struct ThinkingSignature {
  JsonText signature;
  Dialect issuer{};
};
struct RedactedThinking {
  JsonText data;
  Dialect issuer{};
};
struct RefusalDelta {
  JsonText text;
};
struct ToolCallStart {
  std::uint32_t index = 0;  ///< Counts tool calls of this answer from 0.
  JsonText id;
  JsonText name;
  bool custom = false;
};
struct ToolCallArguments {
  std::uint32_t index = 0;
  JsonText fragment;  ///< A piece of the arguments' JSON text (or a custom call's input), escaped as in a JSON string.
};
/// The end of a content block, so that two text blocks in a row stay two.
struct BlockEnd {};
/// Usage as known so far; later ones replace earlier ones whole.
struct UsageUpdate {
  Usage usage;
};
struct StreamFinish {
  FinishReason reason = FinishReason::kStop;
  JsonText stop_sequence;
};
/// The provider's own end of the stream (message_stop, [DONE]).
struct StreamEnd {};
/// An error inside a stream that began well. `type` and `message` as the provider gave them, decoded.
struct StreamError {
  std::string type;
  std::string message;
};
using ChatEvent = std::variant<StreamStart, TextDelta, CitationDelta, ThinkingDelta, ThinkingSignature,
                               RedactedThinking, RefusalDelta, ToolCallStart, ToolCallArguments, BlockEnd, UsageUpdate,
                               StreamFinish, StreamEnd, StreamError>;

}  // namespace switchyard
