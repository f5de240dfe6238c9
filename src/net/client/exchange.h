#pragma once
/// \file
/// One request on one connection: writes it, reads the answer's head, then its body piece by piece. Internal.

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/frame_pool.h"
#include "net/client/connection.h"

namespace switchyard::net {

/// Whether a connection whose answer was read to its end can serve again.
enum class Fit : std::uint8_t { kForReuse, kForClosing };

class Exchange final : public ClientExchange, public Pooled {
 public:
  using GiveBack = std::function<void(std::unique_ptr<ClientConnection>, Fit)>;

  /// `give_back` takes the connection once a complete answer was read.
  Exchange(EventLoop& loop, std::unique_ptr<ClientConnection> connection, const ClientRequest& request,
           const HeadLimits& limits, GiveBack give_back);
  ~Exchange() override;

  /// Sends and waits for the head. Errors as HttpClient::send.
  Task<Result<void>> open(const ClientRequest& request);
  /// Whether any byte of an answer has come.
  [[nodiscard]] bool answered() const { return answered_; }

  [[nodiscard]] const ResponseHead& head() const override { return head_; }
  Task<Result<std::string_view>> read() override;
  void cancel() override;
  [[nodiscard]] bool reused() const override { return reused_; }
  [[nodiscard]] bool complete() const override { return complete_; }

 private:
  Task<Result<std::size_t>> fill();
  Task<Result<void>> read_head();
  Result<std::string_view> take_piece(std::size_t count);
  void arm(std::chrono::milliseconds within, const char* what);
  void finish();

  EventLoop& loop_;
  std::unique_ptr<ClientConnection> connection_;
  HeadLimits limits_;
  ClientTimeouts timeouts_;
  Deadline deadline_;
  GiveBack give_back_;
  Timer timer_;
  const char* on_timeout_ = "";  ///< What to say when the time is up.
  ResponseHead head_;
  std::string head_bytes_;  ///< What `head_` points into.
  ChunkedDecoder chunks_;
  std::uint64_t left_ = 0;
  bool head_request_ = false, answered_ = false, complete_ = false, reused_ = false;
  bool filled_up_ = false;  ///< The last read took all the room there was.
};

}  // namespace switchyard::net
