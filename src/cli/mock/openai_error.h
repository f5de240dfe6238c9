#pragma once
/// \file
/// OpenAI's words for what it refuses; its three dialects share them. Pure.

#include "cli/mock/dialect.h"

namespace switchyard::cli {

MockRefusal openai_unknown(const std::string& path);
MockRefusal openai_missing(const std::string& path);
/// `want` as in "a string".
MockRefusal openai_type(const std::string& path, std::string_view want, json::Value got);
/// `supported` is a list of words.
MockRefusal openai_value(const std::string& path, std::string_view got, std::string_view supported);
MockRefusal openai_refusal(std::string message, std::string param = {}, std::string code = {});

/// A function's schema, or an output format's, in strict mode.
Checked openai_strict_schema(json::Value holder, json::Value schema, const std::string& what, const std::string& path);

/// {"error":{...}}
std::string openai_error(const MockRefusal& refusal);
std::string openai_error_event();

}  // namespace switchyard::cli
