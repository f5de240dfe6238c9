#pragma once
/// \file
/// Answers of AWS Bedrock's Converse, read only. Source: Amazon Bedrock API Reference, "Converse".

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire::bedrock_converse {

/// How opaque thinking (redactedContent) is issued: as a signature with this in front of it. Clients of other dialects
/// send state without text back in one shape only, so the two kinds must differ in themselves; base64 has no colon.
inline constexpr std::string_view kRedactedMark = "redacted:";

/// Views into the document's text. Errors: kInvalidRequest, naming what is missing.
Result<ChatResponse> parse_response(const json::Document& body);

/// Takes what a usage object says into `into`; false if it is not one. The buckets are disjoint: inputTokens does not
/// count what was read from the cache or written to it.
bool parse_usage(json::Value usage, Usage& into);

FinishReason finish_from(json::Value reason);
/// Where a `citation` of the answer points on the web; false if it is of a document in the request.
bool citation_from(json::Value citation, Citation& into);

/// Reads the usage of a whole answer.
bool tap_body(std::string_view body, Usage& usage);

}  // namespace switchyard::wire::bedrock_converse
