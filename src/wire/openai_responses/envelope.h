#pragma once
/// \file
/// The response object around the output: what it repeats of the request, rendered once for an answer and for all the
/// events of a stream that carry the object. Inside of this folder only.

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::openai_responses {

struct EnvelopeState {
  std::string_view status;             ///< "in_progress", "completed", "incomplete", "failed".
  std::string_view incomplete_reason;  ///< With "incomplete"; may be empty.
  std::string_view error_code;         ///< With "failed".
  std::string_view error_message;      ///< Plain text.
  std::string_view output;             ///< Items separated by commas.
  const Usage* usage = nullptr;        ///< Null if not known (yet).
  JsonText service_tier;               ///< As the provider said.
};

class Envelope {
 public:
  /// `given_id` is the provider's id for the answer, kept if it has this dialect's shape. Copies what it needs.
  Envelope(JsonText given_id, std::int64_t created_unix, const AnswerContext& context);
  void write(const EnvelopeState& state, std::string& out) const;

 private:
  std::string head_;    ///< From the id to created_at.
  std::string echoed_;  ///< The model and the request's fields.
};

/// "msg_<id>_<n>" and the like: the same answer always gets the same ids.
std::string item_id(std::string_view prefix, std::string_view answer_id, std::size_t index);

}  // namespace switchyard::wire::openai_responses
