#pragma once
/// \file
/// What becomes of each thing that a request can say on its way into another dialect: one row for each field and
/// target. Refusals, the reference page and the tests all come from these rows.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire {

/// Everything a request can say, whatever the dialect calls it.
enum class Field : std::uint8_t {
  kModel,
  kStream,
  kOutputTokensMax,
  kTemperature,
  kTopP,
  kTopK,
  kSeed,
  kAnswerCount,
  kFrequencyPenalty,
  kPresencePenalty,
  kLogitBias,
  kLogprobs,
  kTopLogprobs,
  kStop,
  kJsonObject,
  kJsonSchema,
  kReasoningEffort,
  kThinkingBudget,
  kVerbosity,
  kUser,
  kMetadata,
  kServiceTier,
  kFunctionTools,
  kStrictTools,
  kCustomTools,
  kWebSearch,
  kCodeExecution,
  kOtherServerTools,
  kToolChoice,
  kParallelToolCalls,
  kSystem,
  kText,
  kParticipantName,
  kImageData,
  kImageUrl,
  kAudio,
  kFileData,
  kFileUrl,
  kFileId,
  kToolCalls,
  kBrokenArguments,  ///< A tool call of the past whose arguments are not a JSON object.
  kToolResults,
  kToolResultImages,
  kToolResultFiles,
  kToolError,
  kThinking,
  kReasoningState,
  kRefusal,
  kCitations,
  kCacheControl,
  kOther,  ///< Fields that only the client's dialect has, or that we do not know.
};
constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::kOther) + 1;

enum class Carriage : std::uint8_t {
  kExact,       ///< The same meaning, perhaps under another name.
  kEquivalent,  ///< Something else that does the same.
  kHint,        ///< Changes speed, price or display only; left out.
  kRefused,     ///< The target is not eligible when the field says more than its default.
};
std::string_view carriage_name(Carriage carriage);

struct FieldRule {
  Field field{};
  Carriage carriage{};
  std::string_view note;
  /// JSON values that say no more than leaving the field out, separated by blanks.
  std::string_view defaults = {};
};

/// How `source` writes the field ("max_tokens", "messages[].content[].image_url"); empty if it cannot say it.
std::string_view field_path(Dialect source, Field field);

/// The rows of one target: each field once, in the order of `Field`.
struct TargetRules {
  Dialect target{};
  std::string_view name;  ///< "Anthropic Messages": begins the reasons.
  std::span<const FieldRule> rows;
  /// Fields of one client dialect that `kOther` does not refuse: hints that change speed, price or bookkeeping only,
  /// and values that say no more than leaving the field out ("store" "false").
  struct Other {
    std::string_view path;           ///< "[]" stands for any place in an array.
    std::string_view defaults = {};  ///< Empty: any value is a hint.
  };
  std::span<const Other> harmless;
  std::size_t stop_max = SIZE_MAX;  ///< Stop sequences that it takes.
  bool search_allows = true;        ///< Its web search can be kept to some sites,
  bool search_blocks = true;        ///< or off some.
};

/// What `request` says, as far as a row can tell (settings, tools and parts; not the plain text).
std::vector<Field> fields_said(const ChatRequest& request);

/// The fields that no target refuses.
std::span<const TargetRules::Other> harmless_anywhere();

/// What the rules refuse of `request`, each with the path as the client wrote it. Empty if the request is in the
/// target's own dialect.
std::vector<Refusal> find_refusals(const TargetRules& rules, const ChatRequest& request);

}  // namespace switchyard::wire
