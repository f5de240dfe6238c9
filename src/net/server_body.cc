// The reading half of a server connection's bodies.

#include <algorithm>
#include <cstring>

#include "net/inflate/inflater.h"
#include "net/server_connection.h"

namespace switchyard::net {
namespace {

constexpr std::size_t kFirstBodyBytes = 64 * 1024;  ///< A client that only claims to send a lot gets no more than this.

Error too_large(std::size_t bytes_max) {
  return Error{
      ErrorKind::kTooLarge, Retry::kNever, "body: more than " + std::to_string(bytes_max) + " bytes", {}, std::nullopt};
}

}  // namespace

Task<Result<std::string_view>> ServerConnection::read_body() {
  const std::size_t bytes_max = shared_.options.limits.body_bytes_max;
  if (head_.framing == Framing::kNone) {
    body_read_ = true;
    co_return std::string_view();
  }
  if (head_.framing == Framing::kLength && head_.content_length > bytes_max)
    co_return std::unexpected(too_large(bytes_max));

  std::string_view body;
  const std::size_t ahead = input_end_ - input_begin_ - head_size_;
  if (head_.framing == Framing::kLength && ahead >= head_.content_length) {
    body = buffered().substr(head_size_, static_cast<std::size_t>(head_.content_length));
  } else {
    if (head_.expect_continue && ahead == 0 && !continue_sent_) {
      continue_sent_ = true;
      auto sent = co_await stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
      if (!sent) co_return std::unexpected(std::move(sent).error());
    }
    auto filled = head_.framing == Framing::kLength ? co_await fill_body() : co_await fill_body_chunked();
    timer_.disarm();
    if (!filled) co_return std::unexpected(std::move(filled).error());
    body = std::string_view(body_.data(), body_size_);
  }
  body_read_ = true;
  if (const auto coding = head_.headers.get("content-encoding"); coding && !same_name(*coding, "identity")) {
    if (auto inflated = inflate_body(body, *coding); !inflated) co_return std::unexpected(std::move(inflated).error());
    body = inflated_;
  }
  co_return body;
}

Result<void> ServerConnection::inflate_body(std::string_view body, std::string_view coding) {
  SY_TRY(Inflater inflater, Inflater::create(coding, shared_.options.limits.body_bytes_max));
  SY_CHECK(inflater.feed(body, inflated_));
  return inflater.finish();
}

Task<Result<std::size_t>> ServerConnection::read_more(std::span<char> into) {
  on_timeout_ = [] { return Error{ErrorKind::kRequestTimeout, Retry::kNever, "body: too slow", {}, std::nullopt}; };
  timer_.arm_after(shared_.options.limits.body_time);
  auto got = co_await stream_.read_some(into);
  timer_.disarm();
  const bool slow = !got && got.error().kind == ErrorKind::kRequestTimeout;
  if (slow) stream_.revive();
  if (!slow && (!got || *got == 0)) {
    gone_ = true;
    keep_alive_ = false;
    co_return fail(ErrorKind::kCancelled, "the client closed the connection");
  }
  co_return got;
}

/// Makes room for up to `wanted` bytes in all: at once if memory is there, else by doubling what has been filled.
void ServerConnection::grow_body(std::size_t wanted) {
  if (body_.capacity() == 0) body_ = shared_.take_buffer();
  body_.reserve(std::min(wanted, std::max(kFirstBodyBytes, body_size_ * 2)), body_size_);
}

Task<Result<void>> ServerConnection::fill_body() {
  const std::size_t wanted = static_cast<std::size_t>(head_.content_length);
  const std::string_view ahead = buffered().substr(head_size_);
  body_size_ = 0;
  grow_body(wanted);
  std::memcpy(body_.data(), ahead.data(), ahead.size());
  body_size_ = ahead.size();
  input_end_ = input_begin_ + head_size_;
  while (body_size_ < wanted) {
    if (body_size_ == body_.capacity()) grow_body(wanted);
    auto got = co_await read_more(body_.span(body_size_, std::min(body_.capacity(), wanted) - body_size_));
    if (!got) co_return std::unexpected(std::move(got).error());
    body_size_ += *got;
  }
  co_return Result<void>{};
}

Task<Result<void>> ServerConnection::fill_body_chunked() {
  const std::size_t bytes_max = shared_.options.limits.body_bytes_max;
  ChunkedDecoder decoder;
  grow_body(kFirstBodyBytes);
  // First what came with the head, which `ahead` counts; a chunk's payload moves over its own framing.
  std::size_t at = input_begin_ + head_size_;
  for (;;) {
    std::size_t raw = std::min(input_end_ - at, body_.capacity() - body_size_);
    if (raw > 0) {
      std::memcpy(body_.data() + body_size_, input_.data() + at, raw);
      at += raw;
    } else {
      auto got = co_await read_more(body_.span(body_size_, body_.capacity() - body_size_));
      if (!got) co_return std::unexpected(std::move(got).error());
      raw = *got;
    }
    std::size_t consumed = 0;
    auto size = decoder.decode(body_.span(body_size_, raw), consumed);
    if (!size) co_return std::unexpected(std::move(size).error());
    if (decoder.done()) {
      keep_sent_ahead(std::string_view(body_.data() + body_size_ + consumed, raw - consumed), at);
      body_size_ += *size;
      break;
    }
    body_size_ += *size;
    if (body_size_ > bytes_max) break;
    if (body_.capacity() - body_size_ < kFirstBodyBytes / 4) body_.reserve(body_.capacity() * 2, body_size_);
  }
  if (body_size_ > bytes_max) co_return std::unexpected(too_large(bytes_max));
  co_return Result<void>{};
}

/// Bytes behind a chunked body belong to the client's next request: `taken` was already moved out of the input, the
/// input from `at` on was not.
void ServerConnection::keep_sent_ahead(std::string_view taken, std::size_t at) {
  const std::size_t front = input_begin_ + head_size_;
  const std::size_t rest = input_end_ - at;
  input_.reserve(front + taken.size() + rest, input_end_);
  std::memmove(input_.data() + front + taken.size(), input_.data() + at, rest);
  if (!taken.empty()) std::memcpy(input_.data() + front, taken.data(), taken.size());
  input_end_ = front + taken.size() + rest;
}

}  // namespace switchyard::net
