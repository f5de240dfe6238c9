#pragma once
/// \file
/// Log lines on the error stream, as text or JSON. Callers never give it keys or prompts.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "service/ledger/entry.h"

namespace switchyard::app {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };

/// Safe to call from any thread; one write a line.
class Log {
 public:
  Log(std::string_view level, std::string_view format);
  void line(Level level, std::string_view message) const;
  /// The line of one answered request, at info.
  void access(const ledger::Entry& entry) const;
  [[nodiscard]] bool shows(Level level) const { return level >= least_; }

 private:
  Level least_;
  bool json_;
};

}  // namespace switchyard::app
