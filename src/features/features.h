#pragma once
/// \file
/// What a request is, as far as routing asks: the words to embed, the kind of turn, how much there is to read.

#include <string>
#include <string_view>

#include "domain/request_view.h"
#include "domain/usage.h"

namespace switchyard::features {

/// Text behind this many bytes from the end is not embedded: the newest words say what is wanted.
constexpr std::size_t kTextBytesMax = 2048;

enum class TurnType : std::uint8_t { kMain, kToolResult, kTitle, kCompaction, kSubAgent, kProbe, kClassifier };
std::string_view turn_name(TurnType turn);

struct TextOptions {
  bool user_only = true;  ///< ROUTER_EMBED_ONLY_USER_MESSAGE
};

/// The text to embed, into `out`: the user's words joined by newlines, decoded, without what coding agents inject
/// between known tags; everything if nothing is left of them; then its last `kTextBytesMax` bytes from a UTF-8
/// boundary. Walks from the end, so that a long conversation costs no more than a short one.
void text_to_embed(const RequestView& view, TextOptions options, std::string& out);

/// `agent_client`: the client is a coding agent. Only those send probes and classifier calls; a small request of
/// another client is a request like any other.
TurnType turn_type(const RequestView& view, bool agent_client);

/// Prompt tokens, estimated from the body's bytes: four bytes a token without image data, 1,600 an image. Within 15 %
/// on English and code; too low by up to half on Chinese, Japanese and Korean.
TokenCount estimate_input_tokens(const RequestView& view, std::size_t body_bytes);

}  // namespace switchyard::features
