#pragma once
/// \file
/// The line protocol of the embedder commands: a text is one JSON string on a line of its own.

#include <functional>
#include <istream>
#include <string>

#include "base/result.h"

namespace switchyard::cli {

/// Calls `see` with each text. Errors: kInvalidRequest with the number of the line that is no JSON string; those of
/// `see`.
Result<void> for_each_text(std::istream& in, const std::function<Result<void>(const std::string& text)>& see);

}  // namespace switchyard::cli
