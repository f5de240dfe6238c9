// Any bytes as a forest: reading refuses, or gives one whose predictions are finite numbers.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "scoring/estimator/forest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::scoring::estimator;
  const auto forest = Forest::read({reinterpret_cast<const char*>(data), size});
  if (!forest) return 0;
  std::vector<float> x(forest->features), values(forest->outputs()), doubts(forest->outputs());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 7) - 3.0f;
  for (std::size_t g = 0; g < forest->groups.size(); ++g) {
    forest->predict(g, x, values, doubts);
    for (const float value : values) {
      if (std::isnan(value)) std::abort();
    }
  }
  // What was read is written as it was.
  if (forest->write() != std::string(reinterpret_cast<const char*>(data), size)) std::abort();
  return 0;
}
