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

/// The head: with the body's length, or chunked if the rest's is not known.
void Exchange::make_head(const ClientRequest& request) {
  std::uint64_t length = 0;
  for (const std::string_view piece : request.body) length += piece.size();
  const bool chunked = request.rest != nullptr && !request.rest->left();
  if (request.rest != nullptr && !chunked) length += *request.rest->left();
  std::string& head = connection_->head;
  head.clear();
  head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nhost: ");
  head.append(request.origin->authority).append("\r\n").append(request.header_lines);
  if (chunked) {
    head.append("transfer-encoding: chunked\r\n");
  } else if (length > 0 || request.method == "POST" || request.method == "PUT") {
    char digits[24];
    head.append("content-length: ");
    head.append(digits, std::to_chars(digits, digits + sizeof digits, length).ptr);
    head.append("\r\n");
  }
  head.append("\r\n");
}

Task<Result<void>> Exchange::open(const ClientRequest& request) {
  make_head(request);
  const std::string& head = connection_->head;
  if (request.rest != nullptr) {
    // The pieces in front are few and small beside the rest; each is sent like a piece of it.
    const bool chunked = !request.rest->left();
    arm(timeouts_.first_byte, "the provider did not take the request in time");
    auto sent = co_await connection_->stream().write_all(head);
    timer_.disarm();
    for (std::size_t i = 0; sent && i < request.body.size(); ++i) sent = co_await send_piece(request.body[i], chunked);
    if (sent) sent = co_await send_rest(*request.rest, chunked);
    if (!sent) co_return sent;
    arm(timeouts_.first_byte, "the provider did not answer in time");
    auto got = co_await read_head();
    timer_.disarm();
    co_return got;
  }

  std::array<iovec, kPiecesOnStack> few;
  std::vector<iovec> many;
  std::span<iovec> pieces(few);
  if (request.body.size() + 1 > kPiecesOnStack) {
    many.resize(request.body.size() + 1);
    pieces = many;
  }
  pieces[0] = {const_cast<char*>(head.data()), head.size()};
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

Task<Result<void>> Exchange::send_piece(std::string_view bytes, bool chunked) {
  if (bytes.empty()) co_return Result<void>{};
  char line[24];
  iovec pieces[3] = {{}, {const_cast<char*>(bytes.data()), bytes.size()}, {}};
  if (chunked) {
    char* end = std::to_chars(line, line + 20, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    pieces[0] = {line, static_cast<std::size_t>(end - line)};
    pieces[2] = {const_cast<char*>("\r\n"), 2};
  }
  arm(timeouts_.between_bytes, "the provider stopped taking the request");
  auto sent = co_await connection_->stream().write_all(std::span(pieces));
  timer_.disarm();
  co_return sent;
}

/// Hands the rest on piece by piece. A provider may answer before it has taken everything (a refusal, mostly); then
/// what is left is not sent. Over TLS only a closed connection says so: what waits there may be the protocol's own.
Task<Result<void>> Exchange::send_rest(BodySource& rest, bool chunked) {
  Stream& stream = connection_->stream();
  bool left = false;
  stream.on_peer_gone([&stream, &left] {
    left = true;
    stream.cancel(broke("closed while the request was sent"));
  });
  Result<void> sent;
  for (;;) {
    if (!stream.secure() && !stream.cancelled() && stream.has_input()) {
      cut_short_ = true;
      break;
    }
    auto piece = co_await rest.read_some();
    if (!piece) {
      stream.on_peer_gone({});
      co_return std::unexpected(std::move(piece).error());
    }
    if (piece->empty()) {
      if (chunked) {
        arm(timeouts_.between_bytes, "the provider stopped taking the request");
        sent = co_await stream.write_all("0\r\n\r\n");
        timer_.disarm();
      }
      break;
    }
    sent = deadline_.reached(loop_.now())
               ? fail(ErrorKind::kUpstreamTimeout, "the request took too long", {}, Retry::kNever)
               : co_await send_piece(*piece, chunked);
    if (!sent) break;
  }
  stream.on_peer_gone({});
  // A write fails once the other side has closed; what it said before may still be waiting to be read.
  if (left) stream.revive();
  if (!left && (sent || sent.error().kind != ErrorKind::kUpstreamUnavailable)) co_return sent;
  cut_short_ = true;
  co_return Result<void>{};
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
  const bool clean = !cut_short_ && head_.keep_alive && head_.framing != Framing::kUntilClose && c.begin == c.end &&
                     !c.stream().cancelled();
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
