#include "base/json.h"

#include <emmintrin.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

namespace switchyard::json {
namespace {

using detail::Node;

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The next byte that ends a plain run inside a string: quote, backslash or control character.
const char* skip_plain(const char* p, const char* end) {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1f);
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i hit =
        _mm_or_si128(control, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    const int mask = _mm_movemask_epi8(hit);
    if (mask != 0) return p + std::countr_zero(static_cast<unsigned>(mask));
    p += 16;
  }
  while (p != end && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) > 0x1f) ++p;
  return p;
}

/// A parser without recursion: each open container's `next` is the one around it until its end is known.
class Parser {
 public:
  Parser(std::string_view text, Limits limits, std::vector<Node>& nodes)
      : begin_(text.data()), p_(begin_), end_(begin_ + text.size()), limits_(limits), nodes_(nodes) {}

  Result<void> run() {
    skip_space();
    SY_CHECK(value());
    while (depth_ > 0) SY_CHECK(step());
    skip_space();
    if (p_ != end_) return error("expected the end of the text");
    return {};
  }

 private:
  /// One element or member of the innermost open container, or its end. `p_` is behind '[', '{', or a finished value.
  Result<void> step() {
    skip_space();
    Node& container = nodes_[open_];
    const bool object = container.type == Type::kObject;
    const char close = object ? '}' : ']';
    if (p_ != end_ && *p_ == close) {
      ++p_;
      container.end = at();
      open_ = std::exchange(container.next, static_cast<std::uint32_t>(nodes_.size()));
      --depth_;
      fresh_ = false;
      return {};
    }
    if (!fresh_) {
      if (p_ == end_ || *p_ != ',') return error(object ? "expected ',' or '}'" : "expected ',' or ']'");
      ++p_;
      skip_space();
    }
    if (object) {
      if (p_ == end_ || *p_ != '"') return error("expected a string as the key");
      SY_CHECK(string());
      skip_space();
      if (p_ == end_ || *p_ != ':') return error("expected ':'");
      ++p_;
      skip_space();
    }
    return value();
  }

  Result<void> value() {
    fresh_ = false;
    if (p_ == end_) return error("expected a value");
    switch (*p_) {
      case '"':
        return string();
      case '{':
        return open(Type::kObject);
      case '[':
        return open(Type::kArray);
      case 't':
        return literal("true", Type::kTrue);
      case 'f':
        return literal("false", Type::kFalse);
      case 'n':
        return literal("null", Type::kNull);
      default:
        return number();
    }
  }

  Result<void> open(Type type) {
    if (depth_ >= limits_.depth_max) {
      return error("nested deeper than " + std::to_string(limits_.depth_max) + " levels");
    }
    const std::uint32_t around = std::exchange(open_, static_cast<std::uint32_t>(nodes_.size()));
    nodes_.push_back({at(), 0, around, type, false});
    ++depth_;
    ++p_;
    fresh_ = true;
    return {};
  }

  Result<void> literal(std::string_view word, Type type) {
    if (static_cast<std::size_t>(end_ - p_) < word.size() || std::string_view(p_, word.size()) != word) {
      return error("expected a value");
    }
    const std::uint32_t from = at();
    p_ += word.size();
    push(from, type, false);
    return {};
  }

  Result<void> number() {
    const std::uint32_t from = at();
    const char* p = p_;
    if (p != end_ && *p == '-') ++p;
    if (p == end_ || !is_digit(*p)) return error("expected a value");
    if (*p == '0' && end_ - p > 1 && is_digit(p[1])) return error("expected no leading zero");
    while (p != end_ && is_digit(*p)) ++p;
    if (p != end_ && *p == '.') {
      ++p;
      if (p == end_ || !is_digit(*p)) return error("expected a digit behind the point");
      while (p != end_ && is_digit(*p)) ++p;
    }
    if (p != end_ && (*p == 'e' || *p == 'E')) {
      ++p;
      if (p != end_ && (*p == '+' || *p == '-')) ++p;
      if (p == end_ || !is_digit(*p)) return error("expected a digit in the exponent");
      while (p != end_ && is_digit(*p)) ++p;
    }
    p_ = p;
    push(from, Type::kNumber, false);
    return {};
  }

  Result<void> string() {
    const std::uint32_t from = at();
    bool escaped = false;
    ++p_;
    for (;;) {
      p_ = skip_plain(p_, end_);
      if (p_ == end_) return error("expected '\"' at the string's end");
      if (*p_ == '"') break;
      if (*p_ != '\\') return error("expected no control character in a string");
      escaped = true;
      if (end_ - p_ < 2) return error("expected an escape");
      if (p_[1] == 'u') {
        if (end_ - p_ < 6) return error("expected four hexadecimal digits");
        for (int i = 2; i < 6; ++i) {
          if (hex_digit(p_[i]) < 0) return error("expected four hexadecimal digits");
        }
        p_ += 6;
      } else if (std::string_view("\"\\/bfnrt").find(p_[1]) != std::string_view::npos) {
        p_ += 2;
      } else {
        return error("expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u");
      }
    }
    ++p_;
    push(from, Type::kString, escaped);
    return {};
  }

  void push(std::uint32_t from, Type type, bool escaped) {
    nodes_.push_back({from, at(), static_cast<std::uint32_t>(nodes_.size() + 1), type, escaped});
  }
  void skip_space() {
    while (p_ != end_ && is_space(*p_)) ++p_;
  }
  [[nodiscard]] std::uint32_t at() const { return static_cast<std::uint32_t>(p_ - begin_); }
  [[nodiscard]] std::unexpected<Error> error(std::string what) const {
    return fail(ErrorKind::kInvalidRequest, "JSON, byte " + std::to_string(at()) + ": " + std::move(what));
  }

  const char* begin_;
  const char* p_;
  const char* end_;
  Limits limits_;
  std::vector<Node>& nodes_;
  std::uint32_t open_ = 0;  ///< The innermost open container, if any is.
  std::size_t depth_ = 0;   ///< How many are open.
  bool fresh_ = true;       ///< Right behind '[' or '{': no comma is due.
};

void append_utf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | (code >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | (code >> 18)));
    out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3f)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

std::uint32_t hex4(const char* p) {
  std::uint32_t code = 0;
  for (int i = 0; i < 4; ++i) code = code << 4 | static_cast<std::uint32_t>(hex_digit(p[i]));
  return code;
}

/// Reads the \u escape at `p` (on the 'u'), joining surrogate pairs; returns the first byte behind it.
const char* unescape_unicode(const char* p, const char* end, std::string& out) {
  constexpr std::uint32_t kReplacement = 0xfffd;
  std::uint32_t code = hex4(p + 1);
  p += 5;
  if (code >= 0xd800 && code < 0xdc00) {
    if (end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
      const std::uint32_t low = hex4(p + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        append_utf8(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), out);
        return p + 6;
      }
    }
    code = kReplacement;
  } else if (code >= 0xdc00 && code < 0xe000) {
    code = kReplacement;
  }
  append_utf8(code, out);
  return p;
}

}  // namespace

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kMissing:
      return "missing";
    case Type::kNull:
      return "null";
    case Type::kFalse:
    case Type::kTrue:
      return "boolean";
    case Type::kNumber:
      return "number";
    case Type::kString:
      return "string";
    case Type::kArray:
      return "array";
    case Type::kObject:
      return "object";
  }
  return "missing";
}

std::string_view Value::raw() const {
  return node_ ? std::string_view(text_ + node_->begin, node_->end - node_->begin) : std::string_view();
}

std::string_view Value::escaped() const {
  return is_string() ? std::string_view(text_ + node_->begin + 1, node_->end - node_->begin - 2) : std::string_view();
}

std::string Value::string() const { return has_escapes() ? unescape(escaped()) : std::string(escaped()); }

bool Value::equals(std::string_view text) const {
  if (!is_string()) return false;
  return has_escapes() ? unescape(escaped()) == text : escaped() == text;
}

std::optional<bool> Value::boolean() const {
  if (!is_bool()) return std::nullopt;
  return type() == Type::kTrue;
}

std::optional<std::int64_t> Value::integer() const {
  if (!is_number()) return std::nullopt;
  std::string_view digits = raw();
  // A count of tokens, say: what needs no thought about signs, fractions and overflow.
  constexpr std::size_t kPlainDigits = 18;
  std::int64_t plain = 0;
  std::size_t at = 0;
  while (at < std::min(digits.size(), kPlainDigits) && is_digit(digits[at])) plain = plain * 10 + (digits[at++] - '0');
  if (at == digits.size()) return plain;
  if (const std::size_t point = digits.find('.'); point != std::string_view::npos) {
    if (digits.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    digits = digits.substr(0, point);
  }
  std::int64_t value = 0;
  const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<double> Value::number() const {
  if (!is_number()) return std::nullopt;
  const std::string_view digits = raw();
  double value = 0;
  const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc{}) return std::nullopt;
  return value;
}

Value Value::operator[](std::string_view key) const {
  Value found;
  for (const Member member : members()) {
    // Few keys have the right length, and hardly any are written with escapes.
    const detail::Node& name = *member.key.node_;
    const bool same = name.escaped ? member.key.equals(key)
                                   : name.end - name.begin - 2 == key.size() &&
                                         std::memcmp(text_ + name.begin + 1, key.data(), key.size()) == 0;
    if (same) found = member.value;
  }
  return found;
}

Elements Value::elements() const { return Elements(is_array() ? *this : Value()); }
Members Value::members() const { return Members(is_object() ? *this : Value()); }

std::size_t Value::size() const {
  std::size_t count = 0;
  for ([[maybe_unused]] Value element : elements()) ++count;
  for ([[maybe_unused]] Member member : members()) ++count;
  return count;
}

Elements::Iterator Elements::begin() const {
  return {array_, array_.node_ ? static_cast<std::uint32_t>(array_.node_ - array_.nodes_ + 1) : 0};
}
Elements::Iterator Elements::end() const { return {array_, array_.node_ ? array_.node_->next : 0}; }
Members::Iterator Members::begin() const {
  return {object_, object_.node_ ? static_cast<std::uint32_t>(object_.node_ - object_.nodes_ + 1) : 0};
}
Members::Iterator Members::end() const { return {object_, object_.node_ ? object_.node_->next : 0}; }

Result<Document> Document::parse(std::string_view text, Limits limits) {
  Document document;
  SY_CHECK(document.parse_again(text, limits));
  return document;
}

Result<void> Document::parse_again(std::string_view text, Limits limits) {
  text_ = {};
  nodes_.clear();
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorKind::kTooLarge, "JSON: expected less than 4 GiB");
  }
  if (!simdjson::validate_utf8(text)) return fail(ErrorKind::kInvalidRequest, "JSON: expected UTF-8");
  nodes_.reserve(text.size() / 24 + 8);  // Chat bodies measured 30 to 60 bytes a node; a short prompt about 20.
  auto parsed = Parser(text, limits, nodes_).run();
  if (!parsed) {
    nodes_.clear();
    return parsed;
  }
  text_ = text;
  return {};
}

Value Document::root() const { return nodes_.empty() ? Value() : Value(text_.data(), nodes_.data(), nodes_.data()); }

void unescape(std::string_view escaped, std::string& out) {
  const char* p = escaped.data();
  const char* const end = p + escaped.size();
  while (p != end) {
    const char* const backslash = std::char_traits<char>::find(p, static_cast<std::size_t>(end - p), '\\');
    if (backslash == nullptr) {
      out.append(p, end);
      return;
    }
    out.append(p, backslash);
    p = backslash + 1;
    if (p == end) return;
    switch (*p) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u':
        p = unescape_unicode(p, end, out);
        continue;
      default:
        out.push_back(*p);
    }
    ++p;
  }
}

std::string unescape(std::string_view escaped) {
  std::string out;
  out.reserve(escaped.size());
  unescape(escaped, out);
  return out;
}

void escape(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  const char* p = text.data();
  const char* const end = p + text.size();
  for (;;) {
    const char* const stop = skip_plain(p, end);
    out.append(p, stop);
    if (stop == end) return;
    p = stop + 1;
    switch (*stop) {
      case '"':
        out.append("\\\"");
        break;
      case '\\':
        out.append("\\\\");
        break;
      case '\n':
        out.append("\\n");
        break;
      case '\r':
        out.append("\\r");
        break;
      case '\t':
        out.append("\\t");
        break;
      case '\b':
        out.append("\\b");
        break;
      case '\f':
        out.append("\\f");
        break;
      default:
        out.append("\\u00");
        out.push_back(kHex[static_cast<unsigned char>(*stop) >> 4]);
        out.push_back(kHex[static_cast<unsigned char>(*stop) & 15]);
    }
  }
}

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out.push_back('"');
  escape(text, out);
  out.push_back('"');
  return out;
}

}  // namespace switchyard::json
