#pragma once
/// \file
/// `switchyard mock`: a provider that answers without a model.
///     POST /v1/embeddings, /v1/moderations, /v1/images/..., /v1/audio/...   /v1/files, /v1/batches
///     POST /v1/chat/completions (any path that is none of the others), /v1/completions
///     POST /v1/messages, /v1/messages/count_tokens
///     POST /v1/responses   GET or DELETE /v1/responses/{id}   GET /v1/responses/{id}/input_items
///     POST /v1beta/models/{m}:generateContent, streamGenerateContent (?alt=sse or an array), countTokens,
///     embedContent,
///          batchEmbedContents   GET /v1beta/models, /v1beta/models/{m}
///     GET  /v1/models
///     POST /mock/rules {"match":{"model":"..."},"times":2,"fault":"status=503"}   DELETE /mock
///     GET  /mock/requests   the last requests' method, path, headers and bodies
/// It refuses what the vendor of each dialect refuses, and opaque reasoning state that it did not issue.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace switchyard::cli {

struct MockOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9090;
};

/// Serves until SIGTERM or SIGINT. Errors: kUnavailable if the port is taken.
Result<void> run_mock(const MockOptions& options);

}  // namespace switchyard::cli
