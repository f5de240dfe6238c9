#pragma once
/// \file
/// Looking for one thing in JSON or SSE bytes without parsing the rest.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace switchyard::wire {

/// The object that `text` begins with (blanks before it skipped), or an empty view if it does not end in `text`.
std::string_view balanced_object(std::string_view text);

/// What stands behind the last `key` (such as "\"usage\":") near the end of an object, as an object that begins with
/// it: providers write usage last, so the rest of a long answer need not be read. Copied into `buffer`; empty if the
/// key is not in the last `size` bytes. The caller parses it, which fails if the key was not one of the outermost
/// object.
std::string_view tail_from(std::string_view body, std::string_view key, char* buffer, std::size_t size);

/// Cuts a stream of SSE bytes into whole events, keeping only what has not ended yet. An event ends with an empty line
/// (LF, CR LF or CR). For taps: each event is shown where it lies, and copied only if it was cut.
class EventSplitter {
 public:
  static constexpr std::size_t kHeldBytesMax = 16u << 20;

  /// Calls `see(event)` for every event that ends in `bytes`; `event` holds its lines with the empty one.
  template <class See>
  void feed(std::string_view bytes, See&& see) {
    std::size_t begin = 0;
    while (const std::size_t length = event_end(bytes.substr(begin))) {
      const std::string_view piece = bytes.substr(begin, length);
      begin += length;
      if (held_.empty()) {
        see(piece);
      } else {
        held_.append(piece);
        const std::string whole = std::exchange(held_, {});
        see(std::string_view(whole));
      }
    }
    held_.append(bytes.substr(begin));
    if (held_.size() > kHeldBytesMax) {  // Never an event of a chat: seen as one, so that it does not pile up.
      const std::string whole = std::exchange(held_, {});
      see(std::string_view(whole));
    }
  }
  [[nodiscard]] std::string_view held() const { return held_; }
  void clear() { held_.clear(); }

 private:
  /// The length up to the first event's end in `bytes`, or 0. Remembers line ends across calls.
  std::size_t event_end(std::string_view bytes);
  std::string held_;
  bool line_empty_ = true;  ///< Nothing stands on the current line yet.
  bool after_cr_ = false;   ///< The last byte was a CR: an LF now belongs to it.
};

/// The payload of an event's only data line, or of its first; empty if it has none.
std::string_view data_of(std::string_view event);

}  // namespace switchyard::wire
