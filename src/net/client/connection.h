#pragma once
/// \file
/// One connection to an origin, with what was read ahead on it. Internal to the client; used on its loop's thread.

#include <memory>
#include <string>

#include "net/buffer.h"
#include "net/http_client.h"
#include "net/stream.h"

namespace switchyard::net {

/// Owned by the pool while idle, by an exchange while used. Counts itself in `open_connections`.
class ClientConnection {
 public:
  ClientConnection(std::unique_ptr<Stream> stream, std::atomic<std::size_t>* open)
      : stream_(std::move(stream)), open_(open) {}
  ~ClientConnection() { open_->fetch_sub(1); }
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  [[nodiscard]] Stream& stream() { return *stream_; }

  Buffer buffer;  ///< What was read and not yet handed on lies in [begin, end).
  std::size_t begin = 0, end = 0;
  std::string head;  ///< The request head, rebuilt for each request in the same memory.
  SteadyTime idle_since{};
  bool used = false;  ///< Has served a request before.

 private:
  std::unique_ptr<Stream> stream_;
  std::atomic<std::size_t>* open_;
};

}  // namespace switchyard::net
