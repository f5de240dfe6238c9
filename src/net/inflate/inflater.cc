#include "net/inflate/inflater.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace switchyard::net {
namespace {

constexpr std::size_t kStepBytes = 64 * 1024;
constexpr std::size_t kLayersMax = 2;
constexpr unsigned kZstdWindowLogMax = 23;  ///< 8 MiB, what RFC 8878 recommends to support.

std::unexpected<Error> broken(std::string_view coding) {
  return fail(ErrorKind::kInvalidRequest, "body: not valid " + std::string(coding));
}
std::unexpected<Error> too_large(std::size_t bytes_max) {
  return fail(ErrorKind::kTooLarge, "body: inflates to more than " + std::to_string(bytes_max) + " bytes");
}

/// Makes room behind `out`'s end for one step, at most one byte beyond the limit, so that going over it shows.
std::size_t room(const std::string& out, std::size_t bytes_max) {
  return std::min(kStepBytes, bytes_max + 1 - out.size());
}

class Zlib final : public Decompressor {
 public:
  enum class Kind : std::uint8_t { kGzip, kDeflate };
  explicit Zlib(Kind kind) : kind_(kind) {}
  ~Zlib() override {
    if (begun_) inflateEnd(&stream_);
  }

  Result<void> feed(std::string_view bytes, std::size_t bytes_max, std::string& out) override {
    if (bytes.empty()) return {};
    if (!begun_ && !begin(bytes)) return broken(name());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0 || full_) {
      if (done_ && !begin_next_member()) return broken(name());
      const std::size_t before = out.size(), step = room(out, bytes_max);
      out.resize(before + step);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(step);
      const int code = inflate(&stream_, Z_NO_FLUSH);
      out.resize(before + step - stream_.avail_out);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken(name());
      if (out.size() > bytes_max) return too_large(bytes_max);
      done_ = code == Z_STREAM_END;
      full_ = !done_ && stream_.avail_out == 0;
      if (code == Z_BUF_ERROR && stream_.avail_out != 0) break;
    }
    return {};
  }
  [[nodiscard]] bool complete() const override { return done_; }

 private:
  bool begin(std::string_view bytes) {
    // "deflate" means zlib's format; some clients send the raw one. A zlib header's low nibble is 8 and its check
    // holds.
    constexpr int kRaw = -MAX_WBITS, kGzipOnly = MAX_WBITS + 16;
    const bool zlib_header =
        (static_cast<unsigned char>(bytes[0]) & 0x0f) == 8 && (static_cast<unsigned char>(bytes[0]) >> 4) <= 7;
    const int bits = kind_ == Kind::kGzip ? kGzipOnly : zlib_header ? MAX_WBITS : kRaw;
    begun_ = inflateInit2(&stream_, bits) == Z_OK;
    return begun_;
  }
  /// A gzip body is one or more members in a row (RFC 1952, section 2.2); a deflate body ends once.
  bool begin_next_member() {
    if (kind_ != Kind::kGzip || inflateReset(&stream_) != Z_OK) return false;
    done_ = false;
    return true;
  }
  [[nodiscard]] std::string_view name() const { return kind_ == Kind::kGzip ? "gzip" : "deflate"; }

  Kind kind_;
  z_stream stream_{};
  bool begun_ = false, done_ = false, full_ = false;
};

class Brotli final : public Decompressor {
 public:
  Brotli() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  ~Brotli() override { BrotliDecoderDestroyInstance(state_); }

  Result<void> feed(std::string_view bytes, std::size_t bytes_max, std::string& out) override {
    const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    for (bool more = left > 0; more;) {
      if (done_) return broken("br");
      const std::size_t before = out.size(), step = room(out, bytes_max);
      out.resize(before + step);
      auto* into = reinterpret_cast<std::uint8_t*>(out.data() + before);
      std::size_t space = step;
      const auto code = BrotliDecoderDecompressStream(state_, &left, &next, &space, &into, nullptr);
      out.resize(before + step - space);
      if (code == BROTLI_DECODER_RESULT_ERROR) return broken("br");
      if (out.size() > bytes_max) return too_large(bytes_max);
      done_ = code == BROTLI_DECODER_RESULT_SUCCESS;
      more = code == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT || (done_ && left > 0);
    }
    return {};
  }
  [[nodiscard]] bool complete() const override { return done_; }

 private:
  BrotliDecoderState* state_;
  bool done_ = false;
};

class Zstd final : public Decompressor {
 public:
  Zstd() : stream_(ZSTD_createDStream()) { ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kZstdWindowLogMax); }
  ~Zstd() override { ZSTD_freeDStream(stream_); }

  Result<void> feed(std::string_view bytes, std::size_t bytes_max, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool full = false; in.pos < in.size || full;) {
      const std::size_t before = out.size(), step = room(out, bytes_max);
      out.resize(before + step);
      ZSTD_outBuffer into{out.data() + before, step, 0};
      const std::size_t code = ZSTD_decompressStream(stream_, &into, &in);
      out.resize(before + into.pos);
      if (ZSTD_isError(code)) return broken("zstd");
      if (out.size() > bytes_max) return too_large(bytes_max);
      between_frames_ = code == 0;
      full = into.pos == into.size && code != 0;
    }
    return {};
  }
  [[nodiscard]] bool complete() const override { return between_frames_; }

 private:
  ZSTD_DStream* stream_;
  bool between_frames_ = false;
};

std::string lower_trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

}  // namespace

Result<Inflater> Inflater::create(std::string_view content_encoding, std::size_t out_bytes_max) {
  Inflater inflater;
  inflater.out_bytes_max_ = out_bytes_max;
  std::string_view rest = content_encoding;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string coding = lower_trimmed(rest.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
    if (coding == "identity" || coding.empty()) continue;
    std::unique_ptr<Decompressor> layer;
    if (coding == "gzip" || coding == "x-gzip") layer = std::make_unique<Zlib>(Zlib::Kind::kGzip);
    if (coding == "deflate") layer = std::make_unique<Zlib>(Zlib::Kind::kDeflate);
    if (coding == "br") layer = std::make_unique<Brotli>();
    if (coding == "zstd") layer = std::make_unique<Zstd>();
    if (layer == nullptr || inflater.layers_.size() == kLayersMax) {
      return fail(ErrorKind::kUnsupportedMediaType,
                  "Content-Encoding: expected at most two of gzip, deflate, br, zstd, identity");
    }
    inflater.layers_.insert(inflater.layers_.begin(), std::move(layer));  // The last one named was applied last.
  }
  return inflater;
}

Result<void> Inflater::feed(std::string_view bytes, std::string& out) {
  if (layers_.empty()) {
    if (out.size() + bytes.size() > out_bytes_max_) return too_large(out_bytes_max_);
    out.append(bytes);
    return {};
  }
  if (layers_.size() == 1) return layers_[0]->feed(bytes, out_bytes_max_, out);
  between_.clear();
  SY_CHECK(layers_[0]->feed(bytes, out_bytes_max_, between_));
  return layers_[1]->feed(between_, out_bytes_max_, out);
}

Result<void> Inflater::finish() const {
  for (const auto& layer : layers_) {
    if (!layer->complete()) return fail(ErrorKind::kInvalidRequest, "body: its compressed bytes end too early");
  }
  return {};
}

}  // namespace switchyard::net
