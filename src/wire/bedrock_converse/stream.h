#pragma once
/// \file
/// Streams of AWS Bedrock's ConverseStream, read only. One object per stream; not thread-safe.
/// Source: Amazon Bedrock API Reference, "ConverseStream".

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/sse/decoder.h"

namespace switchyard::wire::bedrock_converse {

class StreamDecoder {
 public:
  /// Appends what one event says: its name is the message's ":event-type", its data the payload. The chat events are
  /// valid until the next call. Events and blocks that have no counterpart are passed over. `metadata`, the last one,
  /// is the stream's end. Errors: kInvalidRequest for a payload that is not JSON.
  Result<void> decode(const sse::Event& event, std::vector<ChatEvent>& out);

 private:
  void block_start(json::Value start, std::int64_t index, std::vector<ChatEvent>& out);
  void block_delta(json::Value delta, std::int64_t index, std::vector<ChatEvent>& out);

  std::string bytes_;  ///< The payload that the last events point into.
  json::Document document_;
  std::string redacted_;  ///< Opaque thinking with its mark.
  Usage usage_;
  std::vector<std::int64_t> tool_blocks_;  ///< Block index of each tool call so far.
};

}  // namespace switchyard::wire::bedrock_converse
