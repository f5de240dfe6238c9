#include "scoring/word_blocks.h"

#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>

namespace switchyard::scoring {
namespace {

constexpr std::size_t kBlock = 64;  ///< Bytes whose classes fit one mask.
constexpr std::size_t kLanes = 8;   ///< Words hashed side by side.
constexpr std::uint32_t kOffset = 0x811c9dc5, kPrime = 0x01000193;
constexpr std::uint32_t kPairAdd = 0x9e3779b9;

/// A text in lower case, and what each of its bytes is: a bit for every byte of a block.
struct Classes {
  std::array<char, kBlockTextBytesMax + kBlock> lower;  ///< Zeros behind the text: hashing reads four bytes at a time.
  std::array<std::uint64_t, kBlockTextBytesMax / kBlock> starts, lasts;  ///< First and last byte of each word.
  std::size_t blocks = 0;
};

struct BlockMasks {
  std::uint64_t word = 0, alone = 0;
  bool wide = false;
};

/// low <= byte <= high, as unsigned bytes.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i between(__m256i bytes, unsigned char low,
                                                                   unsigned char high) {
  const __m256i shifted = _mm256_sub_epi8(bytes, _mm256_set1_epi8(static_cast<char>(low)));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(high - low));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(shifted, most), shifted);
}

[[gnu::target("avx2"), gnu::always_inline]] inline std::uint64_t mask_of(__m256i bytes) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}

[[gnu::target("avx2")]] BlockMasks classify(const char* from, char* lower) {
  BlockMasks masks;
  for (unsigned half = 0; half < kBlock; half += 32) {
    const __m256i raw = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + half));
    const __m256i upper = between(raw, 'A', 'Z');
    const __m256i low = _mm256_or_si256(raw, _mm256_and_si256(upper, _mm256_set1_epi8(0x20)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(lower + half), low);
    __m256i word = _mm256_or_si256(between(low, 'a', 'z'), between(low, '0', '9'));
    word = _mm256_or_si256(word, _mm256_cmpeq_epi8(low, _mm256_set1_epi8('_')));
    const std::uint64_t words = mask_of(word) | mask_of(raw);  // Every byte from 0x80 on is a letter.
    masks.word |= words << half;
    masks.alone |= (mask_of(between(raw, 0x21, 0x7e)) & ~words) << half;
    masks.wide |= mask_of(between(raw, 0xe3, 0xed)) != 0;
  }
  return masks;
}

/// False if the text has characters that are words without blanks around them.
[[gnu::target("avx2")]] bool classify_all(std::string_view text, Classes& out) {
  out.blocks = (text.size() + kBlock - 1) / kBlock;
  std::uint64_t before = 0;  // Whether the block before ended inside a word.
  for (std::size_t block = 0; block < out.blocks; ++block) {
    const std::size_t at = block * kBlock;
    char padded[kBlock];
    const char* from = text.data() + at;
    if (text.size() - at < kBlock) {
      std::memset(padded, 0, kBlock);
      from = static_cast<const char*>(std::memcpy(padded, from, text.size() - at));
    }
    const BlockMasks masks = classify(from, out.lower.data() + at);
    if (masks.wide) return false;
    out.starts[block] = (masks.word & ~(masks.word << 1 | before)) | masks.alone;
    // The last byte of a word is known once the byte behind it is.
    if (before != 0 && (masks.word & 1) == 0) out.lasts[block - 1] |= std::uint64_t{1} << (kBlock - 1);
    out.lasts[block] = (masks.word & ~(masks.word >> 1) & ~(std::uint64_t{1} << (kBlock - 1))) | masks.alone;
    before = masks.word >> (kBlock - 1);
  }
  if (before != 0) out.lasts[out.blocks - 1] |= std::uint64_t{1} << (kBlock - 1);
  std::memset(out.lower.data() + out.blocks * kBlock, 0, kBlock);
  return true;
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i mixed(__m256i h) {
  h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
  h = _mm256_mullo_epi32(h, _mm256_set1_epi32(0x7feb352d));
  h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 15));
  h = _mm256_mullo_epi32(h, _mm256_set1_epi32(static_cast<int>(0x846ca68b)));
  return _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
}

/// FNV-1a of eight words at once; the shorter ones keep their hash while the longest goes on.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i hash_words(std::string_view text, __m256i starts,
                                                                      __m256i sizes) {
  const __m256i end = _mm256_set1_epi32(static_cast<int>(text.size()));
  const __m256i prime = _mm256_set1_epi32(kPrime), byte = _mm256_set1_epi32(0xff);
  __m256i h = _mm256_set1_epi32(static_cast<int>(kOffset)), left = sizes, at = starts;
  do {
    // Lanes whose word has ended read what stands behind it, or the zeros behind the text, in vain.
    at = _mm256_min_epi32(at, end);
    __m256i four = _mm256_i32gather_epi32(reinterpret_cast<const int*>(text.data()), at, 1);
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; ++i) {
      const __m256i next = _mm256_mullo_epi32(_mm256_xor_si256(h, _mm256_and_si256(four, byte)), prime);
      h = _mm256_blendv_epi8(h, next, _mm256_cmpgt_epi32(left, _mm256_set1_epi32(i)));
      four = _mm256_srli_epi32(four, 8);
    }
    at = _mm256_add_epi32(at, _mm256_set1_epi32(4));
    left = _mm256_sub_epi32(left, _mm256_set1_epi32(4));
  } while (_mm256_movemask_epi8(_mm256_cmpgt_epi32(left, _mm256_setzero_si256())) != 0);
  return h;
}

/// Words found and not yet hashed, and the features of those that are.
class Batch {
 public:
  /// `text`: whole blocks, with four zeros behind them.
  Batch(std::string_view text, SeeFeatures see, void* context) : text_(text), see_(see), context_(context) {}

  /// Room for one more block's words.
  [[nodiscard]] bool has_room() const { return count_ <= kBlockWords - kBlock; }

  [[gnu::target("avx2,bmi")]] void add(std::uint32_t at, std::uint64_t starts, std::uint64_t lasts) {
    for (; starts != 0; starts &= starts - 1) {
      starts_[started_++] = at + static_cast<std::uint32_t>(std::countr_zero(starts));
    }
    for (; lasts != 0; lasts &= lasts - 1) {
      ends_[count_++] = at + static_cast<std::uint32_t>(std::countr_zero(lasts)) + 1;
    }
  }

  /// Hashes and hands on all words that have ended.
  [[gnu::target("avx2")]] void flush() {
    std::array<std::uint32_t, 2 * kBlockWords + 2 * kLanes> found;
    std::size_t size = 0;
    for (std::size_t i = 0; i < count_; i += kLanes) {
      const __m256i starts = load(starts_.data() + i);
      // Lanes behind the last word hold what an earlier batch left there.
      const __m256i sizes =
          i + kLanes <= count_ ? _mm256_sub_epi32(load(ends_.data() + i), starts) : last_sizes(i, starts);
      store(hashes_.data() + 1 + i, hash_words(text_, starts, sizes));
      size = add_features(i, std::min(kLanes, count_ - i), found.data(), size);
    }
    see_(context_, std::span(found).first(size));
    if (count_ > 0) hashes_[0] = hashes_[count_];
    if (started_ > count_) starts_[0] = starts_[count_];  // At most one word is open.
    started_ -= count_;
    count_ = 0;
  }

 private:
  [[gnu::target("avx2"), gnu::always_inline]] static __m256i load(const std::uint32_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  [[gnu::target("avx2"), gnu::always_inline]] static void store(std::uint32_t* to, __m256i values) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), values);
  }

  [[gnu::target("avx2")]] __m256i last_sizes(std::size_t from, __m256i starts) const {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i real = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count_ - from)), lane);
    return _mm256_and_si256(_mm256_sub_epi32(load(ends_.data() + from), starts), real);
  }

  /// The words from `from` on, and each with the word before it.
  [[gnu::target("avx2"), gnu::always_inline]] std::size_t add_features(std::size_t from, std::size_t count,
                                                                       std::uint32_t* found, std::size_t size) const {
    const __m256i before = load(hashes_.data() + from), h = load(hashes_.data() + from + 1);
    store(found + size, mixed(h));
    size += count;
    const __m256i times31 = _mm256_sub_epi32(_mm256_slli_epi32(before, 5), before);
    const __m256i sum = _mm256_add_epi32(_mm256_add_epi32(times31, h), _mm256_set1_epi32(static_cast<int>(kPairAdd)));
    store(found + size, mixed(sum));
    const __m256i none = _mm256_cmpeq_epi32(before, _mm256_setzero_si256());
    if (_mm256_movemask_epi8(none) == 0) return size + count;
    // A text's first word has none before it; a hash of 0 counts as none, too.
    std::array<std::uint32_t, kLanes> pairs;
    std::memcpy(pairs.data(), found + size, sizeof pairs);
    for (std::size_t i = 0; i < count; ++i) {
      if (hashes_[from + i] != 0) found[size++] = pairs[i];
    }
    return size;
  }

  std::string_view text_;
  SeeFeatures see_;
  void* context_;
  std::size_t started_ = 0, count_ = 0;  ///< Words that have begun, and ended.
  std::array<std::uint32_t, kBlockWords + kLanes> starts_{}, ends_{};
  std::array<std::uint32_t, kBlockWords + kLanes + 1> hashes_{};  ///< First that of the word before the batch.
};

}  // namespace

bool has_word_blocks() { return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0; }

bool for_feature_blocks(std::string_view text, SeeFeatures see, void* context) {
  if (text.size() > kBlockTextBytesMax) return false;
  Classes classes;
  if (!classify_all(text, classes)) return false;
  Batch batch({classes.lower.data(), classes.blocks * kBlock}, see, context);
  for (std::size_t block = 0; block < classes.blocks; ++block) {
    if (!batch.has_room()) batch.flush();
    batch.add(static_cast<std::uint32_t>(block * kBlock), classes.starts[block], classes.lasts[block]);
  }
  batch.flush();
  return true;
}

}  // namespace switchyard::scoring
