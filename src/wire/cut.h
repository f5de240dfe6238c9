#pragma once
/// \file
/// Taking elements or members out of JSON bytes with the commas that belong to them.

#include <cstddef>
#include <vector>

#include "base/json.h"

namespace switchyard::wire {

/// Bytes of a document to leave out.
struct ByteSpan {
  std::size_t begin = 0, end = 0;
  friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

/// Walks the children of one array or object in order; each is kept or cut. What is left is valid JSON.
class Cutter {
 public:
  /// `container` is an array or an object; spans are appended to `spans`.
  Cutter(json::Value container, std::vector<ByteSpan>& spans) : spans_(spans), inside_(container.offset() + 1) {}

  void keep(std::size_t begin, std::size_t end) {
    // Nothing was kept so far: what was cut in front of this child goes with the comma behind it.
    if (!kept_any_ && cut_any_) spans_.push_back({inside_, begin});
    kept_any_ = true;
    end_ = end;
  }
  void cut(std::size_t end) {
    cut_any_ = true;
    if (kept_any_) spans_.push_back({end_, end});
    end_ = end;
  }
  void finish() {
    if (!kept_any_ && cut_any_) spans_.push_back({inside_, end_});
  }
  [[nodiscard]] bool kept_any() const { return kept_any_; }

 private:
  std::vector<ByteSpan>& spans_;
  std::size_t inside_, end_ = 0;
  bool kept_any_ = false, cut_any_ = false;
};

inline std::size_t end_of(json::Value value) { return value.offset() + value.raw().size(); }

/// Cuts the members of `object` that `unwanted(key, value)` names. Returns whether any is left.
template <class Unwanted>
bool cut_members(json::Value object, std::vector<ByteSpan>& spans, Unwanted&& unwanted) {
  Cutter cutter(object, spans);
  for (const json::Member member : object.members()) {
    if (unwanted(member.key.escaped(), member.value)) {
      cutter.cut(end_of(member.value));
    } else {
      cutter.keep(member.key.offset(), end_of(member.value));
    }
  }
  cutter.finish();
  return cutter.kept_any();
}

/// Cuts the elements of `array` that `unwanted(element)` names. Returns whether any is left.
template <class Unwanted>
bool cut_elements(json::Value array, std::vector<ByteSpan>& spans, Unwanted&& unwanted) {
  Cutter cutter(array, spans);
  for (const json::Value element : array.elements()) {
    if (unwanted(element)) {
      cutter.cut(end_of(element));
    } else {
      cutter.keep(element.offset(), end_of(element));
    }
  }
  cutter.finish();
  return cutter.kept_any();
}

}  // namespace switchyard::wire
