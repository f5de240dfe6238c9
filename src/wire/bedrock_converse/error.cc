#include "wire/bedrock_converse/error.h"

#include "base/json.h"

namespace switchyard::wire::bedrock_converse {

ProviderError parse_error(int status, std::string_view body) {
  ProviderError found{status, {}, {}, {}};
  const auto document = json::Document::parse(body);
  if (!document) return found;
  const json::Value root = document->root();
  found.type = root["__type"].string();
  // "com.amazon.coral.service#ThrottlingException" -> "ThrottlingException".
  if (const std::size_t hash = found.type.rfind('#'); hash != std::string::npos) found.type.erase(0, hash + 1);
  // Old services of AWS write "Message".
  for (const json::Value message : {root["message"], root["Message"], root["error"]["message"]}) {
    if (found.message.empty()) found.message = message.string();
  }
  return found;
}

}  // namespace switchyard::wire::bedrock_converse
