// The writing half of a server connection: heads, whole bodies, chunks.

#include <charconv>

#include "net/server_connection.h"

namespace switchyard::net {
namespace {

iovec piece(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

/// "1f4\r\n" at the end of `digits`.
std::string_view chunk_line(std::size_t size, std::span<char, 24> digits) {
  char* end = std::to_chars(digits.data(), digits.data() + 20, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return {digits.data(), end};
}

Error write_failed() {
  return Error{ErrorKind::kCancelled, Retry::kNever, "the client closed the connection", {}, std::nullopt};
}

}  // namespace

void ServerConnection::write_head(const Answer& answer, std::optional<std::size_t> length) {
  char digits[24];
  out_.assign("HTTP/1.1 ");
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, answer.status).ptr);
  out_.push_back(' ');
  out_.append(reason_phrase(answer.status));
  out_.append("\r\n").append(shared_.date_line());
  if (!answer.content_type.empty()) out_.append("content-type: ").append(answer.content_type).append("\r\n");
  out_.append(answer.header_lines);
  const bool bodiless = answer.status == 204 || answer.status == 304;
  if (length && !bodiless) {
    out_.append("content-length: ");
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, *length).ptr);
    out_.append("\r\n");
  } else if (chunked_) {
    out_.append("transfer-encoding: chunked\r\n");
  }
  if (!keep_alive_) {
    out_.append("connection: close\r\n");
  } else if (head_.minor == 0) {
    out_.append("connection: keep-alive\r\n");
  }
  out_.append("\r\n");
}

Task<Result<void>> ServerConnection::send(std::span<iovec> pieces) {
  on_timeout_ = write_failed;
  timer_.arm_after(shared_.options.limits.write_time);
  auto sent = co_await stream_.write_all(pieces);
  timer_.disarm();
  if (!sent) {
    gone_ = true;
    keep_alive_ = false;
    co_return std::unexpected(write_failed());
  }
  co_return sent;
}

Task<Result<void>> ServerConnection::respond(const Answer& answer, std::string_view body) {
  // An answer before the body was read ends the connection: the rest of the body is not worth reading.
  if (!body_read_ && head_.framing != Framing::kNone) keep_alive_ = false;
  write_head(answer, body.size());
  begun_ = head_sent_ = finished_ = true;
  iovec pieces[] = {piece(out_), piece(head_.method == "HEAD" ? std::string_view() : body)};
  return send_owned(pieces[0], pieces[1]);
}

void ServerConnection::begin(const Answer& answer) {
  chunked_ = head_.minor >= 1;
  if (!chunked_) keep_alive_ = false;  // HTTP/1.0: the end of the body is the end of the connection.
  if (!body_read_ && head_.framing != Framing::kNone) keep_alive_ = false;
  write_head(answer, std::nullopt);
  begun_ = true;
}

Task<Result<void>> ServerConnection::send_owned(iovec first, iovec second) {
  iovec pieces[] = {first, second};
  co_return co_await send(pieces);
}

Task<Result<void>> ServerConnection::write(std::string_view bytes) {
  if (bytes.empty()) co_return Result<void>{};
  if (gone_) co_return std::unexpected(write_failed());
  char digits[24];
  iovec pieces[4];
  std::size_t count = 0;
  if (!head_sent_) pieces[count++] = piece(out_);
  if (chunked_) pieces[count++] = piece(chunk_line(bytes.size(), digits));
  pieces[count++] = piece(bytes);
  if (chunked_) pieces[count++] = piece("\r\n");
  head_sent_ = true;
  co_return co_await send(std::span(pieces, count));
}

Task<Result<void>> ServerConnection::flush() {
  if (head_sent_) co_return Result<void>{};
  head_sent_ = true;
  iovec pieces[] = {piece(out_)};
  co_return co_await send(pieces);
}

Task<Result<void>> ServerConnection::finish(std::string_view last) {
  if (gone_) co_return std::unexpected(write_failed());
  char digits[24];
  iovec pieces[5];
  std::size_t count = 0;
  if (!head_sent_) pieces[count++] = piece(out_);
  if (!last.empty()) {
    if (chunked_) pieces[count++] = piece(chunk_line(last.size(), digits));
    pieces[count++] = piece(last);
    if (chunked_) pieces[count++] = piece("\r\n");
  }
  if (chunked_) pieces[count++] = piece("0\r\n\r\n");
  head_sent_ = finished_ = true;
  co_return co_await send(std::span(pieces, count));
}

}  // namespace switchyard::net
