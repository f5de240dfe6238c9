#pragma once
/// \file
/// Request paths as clients write them. Base URLs are given with and without a version, so the same endpoint comes
/// under several paths. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "domain/dialect.h"

namespace switchyard::http {

/// The path in its one form: "/v1/v1/messages" and "/messages" become "/v1/messages", "/v1beta/openai/chat/completions"
/// becomes "/v1/chat/completions", "/v1/models/m:generateContent" becomes "/v1beta/models/m:generateContent". Views
/// `path` or `made`.
std::string_view normal_path(std::string_view path, std::string& made);

/// Percent-decoded; nullopt for broken escapes and for control characters.
std::optional<std::string> decoded_segment(std::string_view segment);

/// The value of a query's parameter, as it stands; nullopt if it is not there.
std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

/// "/v1beta/models/{model}:{action}" taken apart.
struct ModelAction {
  std::string model;
  std::string_view action;
};
std::optional<ModelAction> model_action(std::string_view path);

/// Whose errors clients of a normal path understand, if the path tells.
std::optional<Dialect> dialect_of_path(std::string_view path);

}  // namespace switchyard::http
