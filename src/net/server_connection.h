#pragma once
/// \file
/// One accepted connection: reads requests one after another, hands each to the handler, writes the answers.
/// Internal to the server; used on its loop's thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/buffer.h"
#include "net/http_server.h"
#include "net/stream.h"

namespace switchyard::net {

class ServerConnection;

/// What all connections of one server share.
struct ServerShared {
  ServerShared(EventLoop& event_loop, Handler serve, ServerOptions settings)
      : loop(event_loop),
        handler(std::move(serve)),
        options(std::move(settings)),
        buffer_timer_(event_loop, [this] { buffers_.clear(); }) {}

  EventLoop& loop;
  Handler handler;
  ServerOptions options;
  bool draining = false;
  std::function<void(ServerConnection&)> on_closed;  ///< Called last; destroys the connection.

  /// The Date field's line, made once a second.
  std::string_view date_line();
  /// A buffer for a large body, from the few kept, and back.
  Buffer take_buffer();
  void give_buffer(Buffer buffer);

 private:
  std::string date_line_;
  std::int64_t date_second_ = -1;
  std::vector<Buffer> buffers_;
  Timer buffer_timer_;  ///< An idle server lets go of them.
};

/// Whether a connection above the cap is told so instead of served.
enum class Admission : std::uint8_t { kServe, kRefuse };

class ServerConnection final : public ServerExchange {
 public:
  ServerConnection(ServerShared& shared, int fd, Admission admission);
  ~ServerConnection() override;

  /// Runs until the connection ends, then calls `ServerShared::on_closed`.
  Task<void> run();
  /// Closes if no request is running; otherwise after the running answer.
  void drain();
  /// Ends whatever goes on.
  void cut();

  [[nodiscard]] const RequestHead& head() const override { return head_; }
  Task<Result<std::string_view>> read_body() override;
  Task<Result<void>> respond(const Answer& answer, std::string_view body) override;
  void begin(const Answer& answer) override;
  Task<Result<void>> write(std::string_view bytes) override;
  Task<Result<void>> flush() override;
  Task<Result<void>> finish(std::string_view last) override;
  void abort() override;
  void close_after() override { keep_alive_ = false; }
  [[nodiscard]] bool begun() const override { return begun_; }
  void on_client_gone(std::function<void()> callback) override { client_gone_callback_ = std::move(callback); }
  [[nodiscard]] bool client_gone() const override { return gone_; }
  [[nodiscard]] EventLoop& loop() override { return shared_.loop; }
  [[nodiscard]] std::string_view peer() const override;

 private:
  enum class Got : std::uint8_t { kRequest, kClosed, kError };

  Task<Got> read_head();
  Task<void> serve_one();
  Task<void> answer_error(Error error);
  Task<Result<void>> fill_body();
  Task<Result<void>> fill_body_chunked();
  Result<void> inflate_body(std::string_view body, std::string_view coding);
  void grow_body(std::size_t wanted);
  void keep_sent_ahead(std::string_view taken, std::size_t at);
  Task<Result<std::size_t>> read_more(std::span<char> into);
  Task<Result<void>> send(std::span<iovec> pieces);
  Task<Result<void>> send_owned(iovec first, iovec second);
  void write_head(const Answer& answer, std::optional<std::size_t> length);
  void drop_request();
  Task<void> linger();
  void note_gone();
  [[nodiscard]] std::string_view buffered() const { return {input_.data() + input_begin_, input_end_ - input_begin_}; }

  ServerShared& shared_;
  Stream stream_;
  Timer timer_;
  Error (*on_timeout_)() = nullptr;  ///< Made when the time is up: most requests need none.

  Buffer input_;                                 ///< Heads, small bodies, and what the client sent ahead.
  std::size_t input_begin_ = 0, input_end_ = 0;  ///< The unread part.
  std::size_t head_size_ = 0;
  RequestHead head_;

  Buffer body_;  ///< A body that did not come with its head.
  std::size_t body_size_ = 0;
  std::string inflated_;
  bool body_read_ = false, continue_sent_ = false;

  std::string out_;  ///< The answer's head, then the chunk lines.
  bool begun_ = false, head_sent_ = false, finished_ = false, chunked_ = false;
  bool keep_alive_ = true, running_ = false, gone_ = false, refused_;
  std::function<void()> client_gone_callback_;
  mutable std::string peer_;
};

}  // namespace switchyard::net
