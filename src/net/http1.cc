#include "net/http1.h"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace switchyard::net {
namespace {

/// RFC 9110 section 5.6.2: the characters of methods and header names.
constexpr auto kTokenTable = [] {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token_char(char c) { return kTokenTable[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// The first byte that may not stand in a field value: a control character other than tab.
const char* skip_field_value(const char* p, const char* end) {
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i bad = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), control), _mm_cmpeq_epi8(bytes, del));
    const int mask = _mm_movemask_epi8(bad);
    if (mask != 0) return p + std::countr_zero(static_cast<unsigned>(mask));
    p += 16;
  }
  while (p != end && (static_cast<unsigned char>(*p) > 0x1f || *p == '\t') && *p != 0x7f) ++p;
  return p;
}

std::unexpected<Error> bad_request(std::string message) { return fail(ErrorKind::kInvalidRequest, std::move(message)); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether a comma-separated list holds `word`, ignoring case.
bool list_has(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (same_name(trim(list.substr(0, comma)), word)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

/// What the framing fields of a head say, before the rules of requests and responses differ.
struct FramingFields {
  std::size_t lengths = 0, codings = 0, hosts = 0;
  std::uint64_t length = 0;
  std::string_view coding;
  bool close = false, keep_alive = false;
  std::string_view expect;
};

Result<void> note_field(const Header& field, FramingFields& framing) {
  switch (field.name.size()) {
    case 4:
      if (same_name(field.name, "host")) ++framing.hosts;
      break;
    case 6:
      if (same_name(field.name, "expect")) framing.expect = field.value;
      break;
    case 10:
      if (same_name(field.name, "connection")) {
        framing.close |= list_has(field.value, "close");
        framing.keep_alive |= list_has(field.value, "keep-alive");
      }
      break;
    case 14:
      if (same_name(field.name, "content-length")) {
        ++framing.lengths;
        const std::string_view digits = field.value;
        if (digits.empty() || !std::ranges::all_of(digits, is_digit)) {
          return bad_request("Content-Length: expected digits only");
        }
        const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), framing.length);
        if (code != std::errc{}) return bad_request("Content-Length: expected a number below 2^64");
      }
      break;
    case 17:
      if (same_name(field.name, "transfer-encoding")) {
        ++framing.codings;
        framing.coding = field.value;
      }
      break;
    default:
      break;
  }
  return {};
}

/// The header lines behind the first line, up to and with the empty line.
Result<void> parse_fields(const char* p, const char* end, const HeadLimits& limits, Headers& headers,
                          FramingFields& framing) {
  while (p != end) {
    if (*p == '\r') {
      if (end - p == 2 && p[1] == '\n') return {};
      return bad_request("header: expected CR only before LF");
    }
    if (*p == ' ' || *p == '\t') return bad_request("header: folded lines are not accepted");
    const char* const name = p;
    while (p != end && is_token_char(*p)) ++p;
    if (p == name || p == end || *p != ':') return bad_request("header: expected a name followed by ':'");
    const std::string_view name_text(name, p);
    const char* const value = ++p;
    p = skip_field_value(p, end);
    if (end - p < 2 || p[0] != '\r' || p[1] != '\n') {
      return bad_request("header: expected no control character in a value, and CR LF at its end");
    }
    if (headers.fields().size() >= limits.fields_max) {
      return fail(ErrorKind::kHeadersTooLarge, "header: more than " + std::to_string(limits.fields_max) + " fields");
    }
    headers.add(name_text, trim(std::string_view(value, p)));
    SY_CHECK(note_field(headers.fields().back(), framing));
    p += 2;
  }
  return bad_request("header: expected an empty line at the head's end");
}

/// "HTTP/1.x": the minor version, or -1.
int minor_version(std::string_view text) {
  if (text.size() != 8 || !text.starts_with("HTTP/1.") || !is_digit(text[7])) return -1;
  return text[7] - '0';
}

Result<void> frame_request(const FramingFields& fields, RequestHead& head) {
  if (fields.codings > 0) {
    if (fields.lengths > 0) return bad_request("Content-Length: not accepted beside Transfer-Encoding");
    if (head.minor == 0) return bad_request("Transfer-Encoding: not accepted in HTTP/1.0");
    if (fields.codings > 1 || !same_name(fields.coding, "chunked")) {
      return fail(ErrorKind::kNotImplemented, "Transfer-Encoding: expected 'chunked' alone");
    }
    head.framing = Framing::kChunked;
  } else if (fields.lengths > 1) {
    return bad_request("Content-Length: stands twice");
  } else if (fields.lengths == 1) {
    head.framing = fields.length > 0 ? Framing::kLength : Framing::kNone;
    head.content_length = fields.length;
  }
  if (fields.hosts > 1 || (fields.hosts == 0 && head.minor >= 1)) return bad_request("Host: expected exactly one");
  head.keep_alive = head.minor >= 1 ? !fields.close : fields.keep_alive && !fields.close;
  if (!fields.expect.empty()) {
    if (!same_name(fields.expect, "100-continue")) {
      return fail(ErrorKind::kExpectationFailed, "Expect: expected '100-continue'");
    }
    head.expect_continue = head.minor >= 1;
  }
  return {};
}

bool is_target_char(char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Header& field : fields_) {
    if (same_name(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [&](const Header& f) { return same_name(f.name, name); }));
}

std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t& scanned) {
  // An end with bare LFs counts as well, so that such a head is refused at once instead of timing out.
  const auto ends_at = [&](std::size_t at) {
    if (bytes[at] != '\n') return false;
    return (at >= 1 && bytes[at - 1] == '\n') || (at >= 2 && bytes[at - 1] == '\r' && bytes[at - 2] == '\n');
  };
  std::size_t at = scanned;
  for (; at < std::min<std::size_t>(2, bytes.size()); ++at) {
    if (ends_at(at)) return at + 1;
  }
  const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
  const auto same = [&](std::size_t from, __m128i what) {
    return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + from)), what);
  };
  for (; at + 16 <= bytes.size(); at += 16) {
    const __m128i behind = _mm_or_si128(same(at - 1, lf), _mm_and_si128(same(at - 1, cr), same(at - 2, lf)));
    const int ends = _mm_movemask_epi8(_mm_and_si128(same(at, lf), behind));
    if (ends != 0) return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(ends))) + 1;
  }
  for (; at < bytes.size(); ++at) {
    if (ends_at(at)) return at + 1;
  }
  scanned = bytes.size();
  return std::nullopt;
}

Result<void> parse_request_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head) {
  head.headers.clear();
  head.framing = Framing::kNone;
  head.content_length = 0;
  head.expect_continue = false;
  head.keep_alive = false;
  head.path = {};

  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* p = begin;
  while (p != end && is_token_char(*p)) ++p;
  if (p == begin || p == end || *p != ' ' || p - begin > 32) return bad_request("request line: expected a method");
  head.method = std::string_view(begin, p);

  const char* const target = ++p;
  while (p != end && is_target_char(*p)) ++p;
  head.target = std::string_view(target, p);
  if (static_cast<std::size_t>(p - begin) > limits.line_bytes_max) {
    return fail(ErrorKind::kUriTooLong, "request line: more than " + std::to_string(limits.line_bytes_max) + " bytes");
  }
  if (p == end || *p != ' ' || head.target.empty()) return bad_request("request line: expected a target");
  const bool origin_form = head.target.front() == '/';
  if (!origin_form && head.target != "*") return bad_request("request line: expected a target that begins with '/'");
  const std::size_t question = head.target.find('?');
  head.path = head.target.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : head.target.substr(question + 1);

  const char* const version = ++p;
  if (end - p < 10 || p[8] != '\r' || p[9] != '\n') return bad_request("request line: expected HTTP/1.1 and CR LF");
  head.minor = minor_version(std::string_view(version, 8));
  if (head.minor < 0) return bad_request("request line: expected HTTP/1.1");

  FramingFields fields;
  SY_CHECK(parse_fields(p + 10, end, limits, head.headers, fields));
  return frame_request(fields, head);
}

Result<void> parse_response_head(std::string_view bytes, std::string_view method, const HeadLimits& limits,
                                 ResponseHead& head) {
  const auto bad = [](std::string detail) {
    return fail(ErrorKind::kUpstreamUnavailable, "the provider's answer was not HTTP", std::move(detail),
                Retry::kOtherUpstream);
  };
  head.headers.clear();
  head.framing = Framing::kUntilClose;
  head.content_length = 0;

  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  if (bytes.size() < 15 || begin[8] != ' ') return bad("status line: too short");
  head.minor = minor_version(bytes.substr(0, 8));
  if (head.minor < 0) return bad("status line: expected HTTP/1.1");
  const char* p = begin + 9;
  if (!is_digit(p[0]) || !is_digit(p[1]) || !is_digit(p[2]) || p[0] < '1' || p[0] > '5')
    return bad("status line: bad status");
  head.status = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
  p += 3;
  if (*p == ' ') ++p;
  const char* const reason = p;
  p = skip_field_value(p, end);
  if (end - p < 2 || p[0] != '\r' || p[1] != '\n') return bad("status line: bad reason");
  head.reason = std::string_view(reason, p);

  FramingFields fields;
  if (auto parsed = parse_fields(p + 2, end, limits, head.headers, fields); !parsed) return bad(parsed.error().message);
  head.keep_alive = head.minor >= 1 ? !fields.close : fields.keep_alive && !fields.close;

  const bool bodiless = method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304;
  if (bodiless) {
    head.framing = Framing::kNone;
  } else if (fields.codings > 0) {
    if (fields.codings > 1 || !same_name(fields.coding, "chunked") || fields.lengths > 0) {
      return bad("Transfer-Encoding: expected 'chunked' alone and no Content-Length");
    }
    head.framing = Framing::kChunked;
  } else if (fields.lengths > 1) {
    return bad("Content-Length stands twice");
  } else if (fields.lengths == 1) {
    head.framing = fields.length > 0 ? Framing::kLength : Framing::kNone;
    head.content_length = fields.length;
  } else {
    head.keep_alive = false;
  }
  return {};
}

}  // namespace switchyard::net
