#pragma once
/// \file
/// The mock provider's endpoints beside chat: deterministic vectors, verdicts, pictures and sounds; files in memory.
/// Pure.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/mock/form.h"

namespace switchyard::cli {

/// Whether a path belongs to one of these endpoints.
bool is_mock_endpoint(std::string_view path);

/// Eight numbers for each input (or `dimensions`), as floats or in base64, and the usage unless `no_usage`.
std::string mock_embeddings(json::Value request, bool no_usage);
/// Flags inputs that hold the word "violence".
std::string mock_moderations(json::Value request);
/// One pixel, `n` times.
std::string mock_images(std::string_view model, std::int64_t n);
/// Bytes that are no text: 0 to 255, again and again.
std::string mock_speech(std::size_t size);
/// Tells what was uploaded.
std::string mock_transcription(const FormReader& form);
/// A batch in the state that its path asks for. `tail` is what follows "/batches".
std::string mock_batch(std::string_view tail, json::Value request);
/// The first input or prompt, in which a directive may stand.
std::string mock_input_text(json::Value request);

/// Uploaded files; the oldest go when there are too many.
class MockFiles {
 public:
  static constexpr std::size_t kFilesMax = 64;
  static constexpr std::size_t kFileBytesKept = 1 << 20;  ///< Of larger ones the rest is only counted.

  struct Answer {
    int status = 200;
    std::string body;
    std::string_view content_type = "application/json";
  };
  Answer upload(const FormReader& form);
  /// `tail` is what follows "/files": "", "/file-1" or "/file-1/content".
  Answer handle(std::string_view method, std::string_view tail);

 private:
  struct File {
    std::string id, name, purpose, content;
    std::size_t size = 0;
  };
  static std::string object(const File& file);

  std::deque<File> files_;
  std::uint64_t next_ = 1;
};

}  // namespace switchyard::cli
