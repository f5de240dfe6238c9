#pragma once
/// \file
/// One JSON object of a catalog file, read strictly: every error names the file, the line, the path and what was
/// expected.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/usage.h"

namespace switchyard::config {

/// The text that an entry stands in, and what it is called in messages.
struct CatalogText {
  std::string_view text, file_name;
};

/// "FILE:LINE: path: what" about `value`.
std::unexpected<Error> catalog_error(const CatalogText& file, json::Value value, std::string_view path,
                                     std::string_view what);

/// A view: the file's text and its document must outlive it. An absent key gives the fallback; null is a wrong type.
class CatalogEntry {
 public:
  /// Errors: kInvalidRequest unless `value` is an object without a key twice.
  static Result<CatalogEntry> read(const CatalogText& file, json::Value value, std::string path);

  /// Errors: kInvalidRequest at a key that is none of `keys`, with the nearest of them.
  [[nodiscard]] Result<void> only(std::initializer_list<std::string_view> keys) const;
  /// Its keys, in order.
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] bool has(std::string_view key) const { return value_[key].exists(); }

  [[nodiscard]] Result<std::string> text(std::string_view key, std::string fallback = {}) const;
  /// Text that is there and not empty.
  [[nodiscard]] Result<std::string> required(std::string_view key) const;
  /// One of `choices`, the first of which is the fallback if none is given here.
  [[nodiscard]] Result<std::string> choice(std::string_view key, std::string fallback,
                                           std::initializer_list<std::string_view> choices) const;
  [[nodiscard]] Result<std::int64_t> count(std::string_view key, std::int64_t fallback = 0) const;
  [[nodiscard]] Result<bool> flag(std::string_view key, bool fallback) const;
  /// USD per million tokens, as decimal text or number; nullopt if the key is absent.
  [[nodiscard]] Result<std::optional<Usd>> price(std::string_view key) const;
  /// The array behind `key`; missing if the key is absent.
  [[nodiscard]] Result<json::Value> array(std::string_view key) const;
  [[nodiscard]] Result<CatalogEntry> inner(std::string_view key) const {
    return read(file_, value_[key], path_ + "." + std::string(key));
  }

  /// An error about the value behind `key`, or about the entry itself if the key is absent.
  [[nodiscard]] std::unexpected<Error> bad(std::string_view key, std::string_view what) const;
  /// "FILE:LINE: path".
  [[nodiscard]] std::string place() const;

 private:
  CatalogEntry(const CatalogText& file, json::Value value, std::string path)
      : file_(file), value_(value), path_(std::move(path)) {}
  [[nodiscard]] std::unexpected<Error> wrong_type(std::string_view key, std::string_view expected) const;

  CatalogText file_;
  json::Value value_;
  std::string path_;
};

/// USD per million tokens as decimal text ("0.0375") to micro-USD, exactly. Errors: kInvalidRequest.
Result<std::int64_t> micro_usd(std::string_view decimal);

}  // namespace switchyard::config
