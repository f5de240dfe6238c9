#include "net/client/exchange.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

namespace switchyard::net {
namespace {

constexpr std::size_t kFirstBufferBytes = 4 * 1024;  ///< What an idle connection holds.
constexpr std::size_t kBufferBytesMax = 64 * 1024;   ///< What one read may fetch of a body.
constexpr std::size_t kPiecesOnStack = 8;
constexpr int kInterimHeadsMax = 8;  ///< 1xx heads before the answer.

Error broke(std::string detail) {
  return Error{ErrorKind::kUpstreamUnavailable, Retry::kOtherUpstream, "the provider broke the connection off",
               std::move(detail), std::nullopt};
}

Error late(const char* what) {
  return Error{ErrorKind::kUpstreamTimeout, Retry::kOtherUpstream, what, {}, std::nullopt};
}

}  // namespace

Exchange::Exchange(EventLoop& loop, std::unique_ptr<ClientConnection> connection, const ClientRequest& request,
                   const HeadLimits& limits, GiveBack give_back)
    : loop_(loop),
      connection_(std::move(connection)),
      limits_(limits),
      timeouts_(request.timeouts),
      deadline_(request.deadline),
      give_back_(std::move(give_back)),
      timer_(loop, [this] { connection_->stream().cancel(late(on_timeout_)); }),
      head_request_(request.method == "HEAD"),
      reused_(connection_->used) {
  connection_->used = true;
}

Exchange::~Exchange() {
  if (connection_ && complete_) finish();
}

void Exchange::arm(std::chrono::milliseconds within, const char* what) {
  on_timeout_ = what;
  timer_.arm(std::min(loop_.now() + within, deadline_.at()));
}

Task<Result<void>> Exchange::open(const ClientRequest& request) {
  std::size_t length = 0;
  for (const std::string_view piece : request.body) length += piece.size();
  std::string& head = connection_->head;
  head.clear();
  head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nhost: ");
  head.append(request.origin->authority).append("\r\n").append(request.header_lines);
  if (length > 0 || request.method == "POST" || request.method == "PUT") {
    char digits[24];
    head.append("content-length: ");
    head.append(digits, std::to_chars(digits, digits + sizeof digits, length).ptr);
    head.append("\r\n");
  }
  head.append("\r\n");

  std::array<iovec, kPiecesOnStack> few;
  std::vector<iovec> many;
  std::span<iovec> pieces(few);
  if (request.body.size() + 1 > kPiecesOnStack) {
    many.resize(request.body.size() + 1);
    pieces = many;
  }
  pieces[0] = {head.data(), head.size()};
  for (std::size_t i = 0; i < request.body.size(); ++i) {
    pieces[i + 1] = {const_cast<char*>(request.body[i].data()), request.body[i].size()};
  }
  arm(timeouts_.first_byte, "the provider did not answer in time");
  auto sent = co_await connection_->stream().write_all(pieces.first(request.body.size() + 1));
  if (!sent) co_return sent;
  auto got = co_await read_head();
  timer_.disarm();
  co_return got;
}

Task<Result<std::size_t>> Exchange::fill() {
  ClientConnection& c = *connection_;
  if (c.begin == c.end) c.begin = c.end = 0;
  const std::size_t capacity = c.buffer.capacity();
  if (c.end == capacity || (filled_up_ && capacity < kBufferBytesMax)) {
    // A large body is fetched in larger pieces; a head may need more than one piece's room.
    c.buffer.reserve(std::max({kFirstBufferBytes, std::min(capacity * 4, kBufferBytesMax), c.end * 2}), c.end);
  }
  const std::size_t room = c.buffer.capacity() - c.end;
  auto got = co_await c.stream().read_some(c.buffer.span(c.end, room));
  if (got && *got > 0) {
    answered_ = true;
    filled_up_ = *got == room;
    c.end += *got;
  }
  co_return got;
}

Task<Result<void>> Exchange::read_head() {
  ClientConnection& c = *connection_;
  for (int heads = 0; heads <= kInterimHeadsMax; ++heads) {
    std::size_t scanned = 0;
    std::optional<std::size_t> size;
    while (!(size = find_head_end(std::string_view(c.buffer.data() + c.begin, c.end - c.begin), scanned))) {
      if (c.end - c.begin > limits_.head_bytes_max) co_return std::unexpected(broke("a head of too many bytes"));
      auto got = co_await fill();
      if (!got) co_return std::unexpected(std::move(got).error());
      if (*got == 0) co_return std::unexpected(broke("closed before the answer's head"));
    }
    head_bytes_.assign(c.buffer.data() + c.begin, *size);
    c.begin += *size;
    auto parsed = parse_response_head(head_bytes_, head_request_ ? "HEAD" : "POST", limits_, head_);
    if (!parsed) co_return parsed;
    if (head_.status >= 200) {
      left_ = head_.content_length;
      complete_ = head_.framing == Framing::kNone;
      co_return Result<void>{};
    }
  }
  co_return std::unexpected(broke("too many interim answers"));
}

Result<std::string_view> Exchange::take_piece(std::size_t count) {
  ClientConnection& c = *connection_;
  char* const data = c.buffer.data() + c.begin;
  if (head_.framing != Framing::kChunked) {
    c.begin += count;
    if (head_.framing == Framing::kLength) {
      left_ -= count;
      complete_ = left_ == 0;
    }
    return std::string_view(data, count);
  }
  std::size_t consumed = 0;
  auto size = chunks_.decode(std::span(data, count), consumed);
  if (!size) return std::unexpected(broke(size.error().message));
  c.begin += consumed;
  complete_ = chunks_.done();
  return std::string_view(data, *size);
}

Task<Result<std::string_view>> Exchange::read() {
  if (complete_) co_return std::string_view();
  for (;;) {
    ClientConnection& c = *connection_;
    if (c.begin == c.end) {
      arm(timeouts_.between_bytes, "the provider stopped sending");
      auto got = co_await fill();
      timer_.disarm();
      if (!got) co_return std::unexpected(std::move(got).error());
      if (*got == 0) {
        if (head_.framing != Framing::kUntilClose) co_return std::unexpected(broke("closed inside the answer's body"));
        complete_ = true;
        co_return std::string_view();
      }
    }
    std::size_t count = c.end - c.begin;
    if (head_.framing == Framing::kLength) count = static_cast<std::size_t>(std::min<std::uint64_t>(count, left_));
    auto piece = take_piece(count);
    if (!piece || !piece->empty() || complete_) co_return piece;
  }
}

void Exchange::cancel() {
  connection_->stream().cancel(
      Error{ErrorKind::kCancelled, Retry::kNever, "the request was cancelled", {}, std::nullopt});
}

void Exchange::finish() {
  ClientConnection& c = *connection_;
  const bool clean =
      head_.keep_alive && head_.framing != Framing::kUntilClose && c.begin == c.end && !c.stream().cancelled();
  timer_.cancel();
  if (!clean) {
    give_back_(std::move(connection_), Fit::kForClosing);
    return;
  }
  if (c.buffer.capacity() > kFirstBufferBytes) c.buffer.release();
  c.begin = c.end = 0;
  if (c.head.capacity() > kFirstBufferBytes) c.head = {};
  give_back_(std::move(connection_), Fit::kForReuse);
}

}  // namespace switchyard::net
