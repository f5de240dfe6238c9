// Any bytes as the files of any strategy's head: loading refuses, or gives a head whose scores are from 0 to 1. The
// first byte names the strategy, the second where the files part.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "scoring/head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::scoring;
  if (size < 2) return 0;
  const auto kinds = head_kinds();
  const HeadKind& kind = kinds[data[0] % kinds.size()];
  constexpr const char* kNames[] = {"vectors.npy",     "scores.npy",     "knn.json",   "linear.npy",
                                    "ranking.npy",     "projection.npy", "models.npy", "layer0.npy",
                                    "calibration.npy", "wins.npy",       "tiers.npy",  "layer1.npy"};
  // A text "NAME\n" of these, then the bytes up to the next 0xff 0xfe: enough for a corpus to hold several files.
  std::vector<std::string> bytes;
  HeadFiles files;
  std::string rest(reinterpret_cast<const char*>(data + 2), size - 2);
  bytes.reserve(std::size(kNames));
  for (std::size_t i = data[1]; bytes.size() < std::size(kNames) && !rest.empty(); ++i) {
    const std::size_t end = std::min(rest.find("\xff\xfe"), rest.size());
    bytes.push_back(rest.substr(0, end));
    rest.erase(0, std::min(end + 2, rest.size()));
    files[kNames[i % std::size(kNames)]] = bytes.back();
  }
  constexpr std::size_t kDimension = 4, kColumns = 2;
  const auto head = kind.make(files, {kDimension, kColumns});
  if (!head) return 0;
  const float vector[kDimension] = {0.5f, -0.5f, 0.5f, 0.5f};
  float expected[kColumns] = {};
  ScoreTrace trace;
  (*head)->expect(vector, expected, trace);
  for (const float e : expected) {
    if (!(e >= 0 && e <= 1)) std::abort();
  }
  return 0;
}
