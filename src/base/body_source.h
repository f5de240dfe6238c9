#pragma once
/// \file
/// A body that is handed on while it arrives. One reader, one thread; whoever reads slowly slows the sender down.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/task.h"

namespace switchyard {

class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The next bytes; empty at the body's end. Valid until the next call. Errors: the source's own.
  virtual Task<Result<std::string_view>> read_some() = 0;
  /// How many bytes are still to come, if that is known before they do.
  [[nodiscard]] virtual std::optional<std::uint64_t> left() const = 0;
};

}  // namespace switchyard
