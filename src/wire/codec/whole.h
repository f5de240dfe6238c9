#pragma once
/// \file
/// Streams made of whole answers, for providers that do not stream, and whole answers collected from streams, for
/// providers that do nothing else.

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/chat.h"

namespace switchyard::wire {

/// Tells a whole answer as the events of a stream, from StreamStart to StreamEnd. Events are valid during the call.
void tell(const ChatResponse& response, const std::function<void(const ChatEvent&)>& see);

/// Puts the events of one stream together. Copies what it keeps.
class Collector {
 public:
  /// `bytes_max` bounds what one answer may hold.
  explicit Collector(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  /// Errors: kUpstreamUnavailable if the answer outgrows `bytes_max`.
  Result<void> add(const ChatEvent& event);
  /// The answer so far; views into the collector.
  [[nodiscard]] ChatResponse take();

 private:
  enum class Kind : std::uint8_t { kText, kThinking, kRedacted, kRefusal, kCall };
  struct Source {
    std::string url, title, quoted;  ///< Escaped.
    std::int64_t start = -1, end = -1;
  };
  struct Piece {
    Kind kind{};
    std::string text, id, name, signature;  ///< Escaped.
    std::vector<Source> sources;
    std::uint32_t call = 0;
    Dialect issuer{};
    bool custom = false;
  };
  Piece& piece(Kind kind);
  Result<void> append(std::string& to, std::string_view text);

  std::size_t bytes_max_, bytes_ = 0;
  std::deque<Piece> pieces_;
  bool fresh_ = true;  ///< The next piece of any kind begins a part of its own.
  std::string id_, model_, stop_sequence_;
  FinishReason finish_ = FinishReason::kUnknown;
  Usage usage_;
  bool has_usage_ = false;
};

}  // namespace switchyard::wire
