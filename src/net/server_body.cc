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
    if (ahead == 0) {
      if (auto sent = co_await send_continue(); !sent) co_return std::unexpected(std::move(sent).error());
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

/// Tells a client that waits before it sends its body to go on.
Task<Result<void>> ServerConnection::send_continue() {
  if (!head_.expect_continue || continue_sent_) co_return Result<void>{};
  continue_sent_ = true;
  co_return co_await stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
}

Task<Result<std::string_view>> ServerConnection::read_some() {
  if (head_.framing == Framing::kNone || (head_.framing == Framing::kLength && head_.content_length == 0)) {
    body_read_ = true;
  }
  if (head_.framing == Framing::kChunked && !body_chunks_) body_chunks_.emplace();
  while (!body_read_) {
    if (input_begin_ + head_size_ + body_ahead_ < input_end_) {
      auto piece = take_ahead();
      if (!piece || !piece->empty()) co_return piece;
      continue;
    }
    if (auto sent = co_await send_continue(); !sent) co_return std::unexpected(std::move(sent).error());
    // What came with the head is used up: its place is free again, for what may be sent ahead behind a chunked body.
    input_end_ = input_begin_ + head_size_;
    body_ahead_ = 0;
    if (body_.capacity() < kFirstBodyBytes) grow_body(kFirstBodyBytes);
    std::size_t room = body_.capacity();
    if (head_.framing == Framing::kLength) {
      room = static_cast<std::size_t>(std::min<std::uint64_t>(room, head_.content_length - body_handed_));
    }
    auto got = co_await read_more(body_.span(0, room));
    if (!got) co_return std::unexpected(std::move(got).error());
    if (head_.framing == Framing::kLength) {
      body_handed_ += *got;
      body_read_ = body_handed_ == head_.content_length;
      co_return std::string_view(body_.data(), *got);
    }
    std::size_t consumed = 0;
    auto piece = take_chunked(body_.span(0, *got), consumed);
    if (piece && body_read_) {
      keep_sent_ahead(std::string_view(body_.data() + consumed, *got - consumed), input_end_);
    }
    if (!piece || !piece->empty()) co_return piece;
  }
  co_return std::string_view();
}

/// The body's next bytes of those that came with the head.
Result<std::string_view> ServerConnection::take_ahead() {
  const std::size_t begin = input_begin_ + head_size_ + body_ahead_;
  const std::size_t there = input_end_ - begin;
  if (head_.framing == Framing::kChunked) {
    std::size_t consumed = 0;
    SY_TRY(const std::string_view piece, take_chunked(input_.span(begin, there), consumed));
    body_ahead_ += consumed;
    return piece;
  }
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(there, head_.content_length - body_handed_));
  body_ahead_ += size;
  body_handed_ += size;
  body_read_ = body_handed_ == head_.content_length;
  return std::string_view(input_.data() + begin, size);
}

Result<std::string_view> ServerConnection::take_chunked(std::span<char> bytes, std::size_t& consumed) {
  SY_TRY(const std::size_t size, body_chunks_->decode(bytes, consumed));
  body_read_ = body_chunks_->done();
  return std::string_view(bytes.data(), size);
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
/// input from `at` on was not. They wait elsewhere until this request ends: its head points into the input.
void ServerConnection::keep_sent_ahead(std::string_view taken, std::size_t at) {
  sent_ahead_.assign(taken).append(input_.data() + at, input_end_ - at);
  input_end_ = input_begin_ + head_size_;
}

}  // namespace switchyard::net
