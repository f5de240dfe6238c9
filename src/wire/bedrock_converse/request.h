#pragma once
/// \file
/// Requests to AWS Bedrock's Converse and ConverseStream, written only: no client speaks this dialect to us.
/// The path names the model and whether to stream. Source: Amazon Bedrock API Reference, "Converse".

#include <string>

#include "domain/chat.h"
#include "wire/emit.h"

namespace switchyard::wire::bedrock_converse {

/// Appends the request for `target`; the same request always gives the same bytes. What the field rules refuse is left
/// out. Source: field_rules.cc says what becomes of each field.
///
/// Reasoning state: an answer's signatures are issued as Converse's, since an answer does not say which model wrote it
/// and not only Claude signs. A Claude model is sent signatures of Anthropic's own API too, which Anthropic documents
/// as valid on every platform that serves it; opaque (redacted) thinking goes back to Converse only, whose encoding of
/// it is its own.
void emit_request(const ChatRequest& request, const EmitTarget& target, std::string& out);

}  // namespace switchyard::wire::bedrock_converse
