#pragma once
/// \file
/// A JSON text as a table of values that point into the original bytes: parsed once, checked whole, nothing copied,
/// so that numbers keep their digits, strings their escapes and objects their order, and any value can be passed on or
/// spliced verbatim. (simdjson's DOM keeps none of the three and its on-demand API does not check what it skips;
/// simdjson checks the UTF-8 here.) Source: RFC 8259.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace switchyard::json {

enum class Type : std::uint8_t { kMissing, kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

/// "null", "boolean", "number", "string", "array", "object" or "missing": for error messages.
std::string_view type_name(Type type);

struct Limits {
  std::size_t depth_max = 200;  ///< Arrays and objects inside one another.
};

namespace detail {
/// One value or one object key. `next` is the index after the whole subtree; a key's value is the node behind it.
struct Node {
  std::uint32_t begin;  ///< Offset of the first byte (the quote of a string).
  std::uint32_t end;    ///< Offset behind the last byte.
  std::uint32_t next;
  Type type;
  bool escaped;  ///< A string with at least one backslash.
};
}  // namespace detail

class Elements;
class Members;

/// A cheap handle to one value; valid while its Document lives at its address. A missing value answers every question
/// with "no".
class Value {
 public:
  Value() = default;
  [[nodiscard]] Type type() const { return node_ ? node_->type : Type::kMissing; }
  [[nodiscard]] bool exists() const { return node_ != nullptr; }
  [[nodiscard]] bool is_null() const { return type() == Type::kNull; }
  [[nodiscard]] bool is_string() const { return type() == Type::kString; }
  [[nodiscard]] bool is_number() const { return type() == Type::kNumber; }
  [[nodiscard]] bool is_array() const { return type() == Type::kArray; }
  [[nodiscard]] bool is_object() const { return type() == Type::kObject; }
  [[nodiscard]] bool is_bool() const { return type() == Type::kTrue || type() == Type::kFalse; }
  /// Present and not null.
  [[nodiscard]] bool has_value() const { return exists() && !is_null(); }

  /// The value's bytes as they stand, quotes included; empty if missing.
  [[nodiscard]] std::string_view raw() const;
  /// Where `raw()` begins in the document's text.
  [[nodiscard]] std::size_t offset() const { return node_ ? node_->begin : 0; }
  /// A string's bytes between its quotes, still escaped; empty for other types.
  [[nodiscard]] std::string_view escaped() const;
  /// Whether the string's bytes hold a backslash, so that `escaped()` differs from `string()`.
  [[nodiscard]] bool has_escapes() const { return node_ && node_->escaped; }
  /// A string decoded to UTF-8 (lone surrogates become U+FFFD); empty for other types.
  [[nodiscard]] std::string string() const;
  /// Whether this is a string that decodes to `text`.
  [[nodiscard]] bool equals(std::string_view text) const;
  [[nodiscard]] std::optional<bool> boolean() const;
  /// A number written without fraction or exponent, or with a zero fraction ("7.0"), that fits.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<double> number() const;

  /// The member of an object by decoded key; the last one if the key stands twice. Missing otherwise. Linear.
  [[nodiscard]] Value operator[](std::string_view key) const;
  /// The elements of an array; empty for other types.
  [[nodiscard]] Elements elements() const;
  /// The members of an object in their order; empty for other types.
  [[nodiscard]] Members members() const;
  /// How many elements or members. Linear.
  [[nodiscard]] std::size_t size() const;

 private:
  friend class Document;
  friend class Elements;
  friend class Members;
  Value(const char* text, const detail::Node* nodes, const detail::Node* node)
      : text_(text), nodes_(nodes), node_(node) {}
  const char* text_ = nullptr;
  const detail::Node* nodes_ = nullptr;
  const detail::Node* node_ = nullptr;
};

struct Member {
  Value key;  ///< A string value: `key.escaped()` is its bytes, `key.equals("x")` compares decoded.
  Value value;
};

/// Range over an array.
class Elements {
 public:
  class Iterator {
   public:
    Iterator(Value parent, std::uint32_t at) : parent_(parent), at_(at) {}
    Value operator*() const { return {parent_.text_, parent_.nodes_, parent_.nodes_ + at_}; }
    Iterator& operator++() {
      at_ = parent_.nodes_[at_].next;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    Value parent_;
    std::uint32_t at_;
  };
  explicit Elements(Value array) : array_(array) {}
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  Value array_;
};

/// Range over an object.
class Members {
 public:
  class Iterator {
   public:
    Iterator(Value parent, std::uint32_t at) : parent_(parent), at_(at) {}
    Member operator*() const {
      const detail::Node* key = parent_.nodes_ + at_;
      return {{parent_.text_, parent_.nodes_, key}, {parent_.text_, parent_.nodes_, key + 1}};
    }
    Iterator& operator++() {
      at_ = parent_.nodes_[at_ + 1].next;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    Value parent_;
    std::uint32_t at_;
  };
  explicit Members(Value object) : object_(object) {}
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;

 private:
  Value object_;
};

/// One parsed text. Movable; values made from it stay valid across a move. Refers to the text, which the caller keeps.
class Document {
 public:
  Document() = default;
  /// Checks the whole of `text` (at most 4 GiB - 1), which must outlive the document.
  /// Errors: kInvalidRequest, with the byte offset and what was expected there.
  static Result<Document> parse(std::string_view text, Limits limits = {});
  /// The same into this document, keeping its memory for the next text.
  [[nodiscard]] Result<void> parse_again(std::string_view text, Limits limits = {});

  [[nodiscard]] Value root() const;
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::vector<detail::Node> nodes_;
};

/// Decodes the inside of a JSON string (no quotes), appending UTF-8 to `out`. `escaped` must come from a parsed string.
void unescape(std::string_view escaped, std::string& out);
std::string unescape(std::string_view escaped);
/// Appends `text` (UTF-8) as the inside of a JSON string, without quotes: the shortest escapes, non-ASCII as it is.
void escape(std::string_view text, std::string& out);
/// `text` as a JSON string with its quotes.
std::string quoted(std::string_view text);

}  // namespace switchyard::json
