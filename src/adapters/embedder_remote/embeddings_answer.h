#pragma once
/// \file
/// The bodies of an OpenAI-compatible POST /v1/embeddings. Pure.
/// Source: OpenAI API reference, "Create embeddings".

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::embedder_remote {

constexpr std::size_t kDimensionMax = 8192;  ///< The largest in service have 4,096.

std::string embeddings_request(std::string_view model, std::span<const std::string_view> texts);

/// The vectors in the order of the texts, each brought to length 1, one behind the other: all of one dimension.
/// Errors: kUpstreamUnavailable, saying what was expected.
Result<std::vector<float>> read_embeddings(std::string_view json, std::size_t texts);

}  // namespace switchyard::embedder_remote
