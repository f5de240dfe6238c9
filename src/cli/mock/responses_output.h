#pragma once
/// \file
/// The response object of the mock's Responses dialect and its output items. Pure.

#include <string>
#include <vector>

#include "cli/mock/answer.h"

namespace switchyard::cli {

enum class ItemKind { kReasoning, kMessage, kFunctionCall, kCustomCall };

struct OutputItem {
  ItemKind kind;
  std::string id;
  std::string text;  ///< The summary, the message, the arguments or the input.
  Call call;         ///< Of a call.
  std::string open;  ///< The item as it is when it begins.
  std::string done;  ///< The item when it is complete.
};

std::string response_id_of(const MockRequest& request);
std::vector<OutputItem> output_of(const MockRequest& request, const Answer& answer);

enum class Phase { kInProgress, kDone };
/// The whole response object; in progress it has no output and no usage.
std::string response_object(const MockRequest& request, const Answer& answer, const MockScript& script, Phase phase);
/// "completed" or "incomplete".
std::string response_status(const Answer& answer);

}  // namespace switchyard::cli
