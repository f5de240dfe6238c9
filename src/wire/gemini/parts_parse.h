#pragma once
/// \file
/// Gemini `parts`, read: of requests and of answers.

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chat.h"
#include "wire/gemini/call_ids.h"

namespace switchyard::wire::gemini {

/// Files of Google's Files API, which only Gemini can read: "https://generativelanguage.googleapis.com/v1beta/files/x".
constexpr std::string_view kFilesHost = "https://generativelanguage.googleapis.com/";

/// Who wrote the parts. Only a client may send back another dialect's reasoning state; a provider's is its own.
enum class Writer : std::uint8_t { kClient, kProvider };

/// Reads the parts of one conversation in their order. Views into the document and into `storage`.
class PartReader {
 public:
  PartReader(TextStorage& storage, Writer writer) : storage_(storage), writer_(writer) {}

  /// Appends what the part says: one part, with its thought signature as a ThinkingPart in front. A part with members
  /// that only Gemini knows (videoMetadata, ...) stays whole as an OpaquePart. Errors: kInvalidRequest, naming the
  /// field below `path`.
  Result<void> read(json::Value part, const std::string& path, std::vector<Part>& out);

 private:
  Result<void> thought(json::Value text, JsonText signature, const std::string& path, std::vector<Part>& out);
  Result<Part> inline_data(json::Value data, const std::string& path);
  Result<Part> file_data(json::Value data, const std::string& path);
  Result<Part> function_call(json::Value call, const std::string& path);
  Result<Part> function_response(json::Value part, json::Value response, const std::string& path);
  void response_value(json::Value value, ToolResultPart& result);

  void signature(JsonText shown, ThinkingPart& thought);

  TextStorage& storage_;
  Writer writer_;
  CallIds ids_;
};

}  // namespace switchyard::wire::gemini
