#include "adapters/credentials_aws/xml.h"

#include <charconv>
#include <optional>

namespace switchyard::aws {
namespace {

// STS goes four deep with names of up to 33 bytes; bounds keep paths, and with them memory, small.
constexpr std::size_t kDepthMax = 8, kNameBytesMax = 64;
constexpr std::string_view kBlanks = " \t\r\n";

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}
bool is_name_start(char c) { return is_name_char(c) && c != '-' && c != '.' && !(c >= '0' && c <= '9'); }

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// False at the first thing that is not as expected.
  bool read(std::vector<XmlLeaf>& leaves) {
    if (take("<?xml")) {
      const std::size_t end = rest_.find("?>");
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 2);
    }
    skip_blanks();
    do {
      if (!(take("</") ? close(leaves) : take("<") ? open(leaves) : text())) return false;
    } while (!open_.empty());
    skip_blanks();
    return rest_.empty();
  }

 private:
  struct Element {
    std::string name;
    std::string text;
    bool has_elements = false;
  };

  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }

  std::string_view name() {
    std::size_t size = 0;
    while (size < rest_.size() && (size == 0 ? is_name_start(rest_[0]) : is_name_char(rest_[size]))) ++size;
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }

  bool attribute() {
    if (name().empty()) return false;
    skip_blanks();
    if (!take("=")) return false;
    skip_blanks();
    const char quote = rest_.empty() ? '\0' : rest_.front();
    if (quote != '"' && quote != '\'') return false;
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos || rest_.substr(0, end).find('<') != std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool open(std::vector<XmlLeaf>& leaves) {
    const std::string_view tag = name();
    if (tag.empty() || tag.size() > kNameBytesMax || open_.size() == kDepthMax) return false;
    if (!open_.empty()) {
      if (open_.back().text.find_first_not_of(kBlanks) != std::string::npos) return false;
      open_.back().has_elements = true;
    }
    open_.push_back({std::string(tag), {}});
    for (;;) {
      const std::size_t before = rest_.size();
      skip_blanks();
      if (take("/>")) return leave(leaves);
      if (take(">")) return true;
      if (rest_.size() == before || !attribute()) return false;
    }
  }

  bool close(std::vector<XmlLeaf>& leaves) {
    const std::string_view tag = name();
    skip_blanks();
    if (open_.empty() || tag != open_.back().name || !take(">")) return false;
    return leave(leaves);
  }

  bool leave(std::vector<XmlLeaf>& leaves) {
    Element& element = open_.back();
    if (!element.has_elements) {
      std::string path;
      for (const Element& each : open_) path.append(path.empty() ? "" : "/").append(each.name);
      leaves.push_back({std::move(path), std::move(element.text)});
    } else if (element.text.find_first_not_of(kBlanks) != std::string::npos) {
      return false;  // Text between elements.
    }
    open_.pop_back();
    return true;
  }

  bool text() {
    if (rest_.empty() || open_.empty()) return false;
    std::string& out = open_.back().text;
    const std::string_view plain = rest_.substr(0, rest_.find_first_of("<&"));
    out.append(plain);
    rest_.remove_prefix(plain.size());
    if (!rest_.starts_with('&')) return true;
    const std::size_t end = rest_.substr(0, kEntityBytesMax).find(';');
    if (end == std::string_view::npos) return false;
    const auto c = entity(rest_.substr(1, end - 1));
    if (!c) return false;
    out.push_back(*c);
    rest_.remove_prefix(end + 1);
    return true;
  }

  /// The five named entities and references to ASCII characters: STS sends no others.
  static std::optional<char> entity(std::string_view entity_name) {
    if (entity_name == "lt") return '<';
    if (entity_name == "gt") return '>';
    if (entity_name == "amp") return '&';
    if (entity_name == "quot") return '"';
    if (entity_name == "apos") return '\'';
    if (!entity_name.starts_with('#')) return std::nullopt;
    const bool is_hex = entity_name.starts_with("#x");
    const std::string_view digits = entity_name.substr(is_hex ? 2 : 1);
    unsigned value = 0;
    const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
    const bool whole = code == std::errc{} && stop == digits.data() + digits.size();
    if (!whole || value < ' ' || value > '~') return std::nullopt;
    return static_cast<char>(value);
  }

  static constexpr std::size_t kEntityBytesMax = 8;  ///< "&quot;" and references of up to five characters.
  std::string_view rest_;
  std::vector<Element> open_;
};

}  // namespace

Result<std::vector<XmlLeaf>> parse_xml(std::string_view text) {
  std::vector<XmlLeaf> leaves;
  if (!Reader(text).read(leaves)) return fail(ErrorKind::kInvalidRequest, "expected simple XML");
  return leaves;
}

}  // namespace switchyard::aws
