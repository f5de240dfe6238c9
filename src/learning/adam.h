#pragma once
/// \file
/// Adam (Kingma and Ba 2014) over one array of weights.

#include <cmath>
#include <cstddef>
#include <vector>

namespace switchyard::learning {

class Adam {
 public:
  Adam(std::size_t size, double rate) : rate_(rate), first_(size), second_(size) {}

  /// One step down `gradient` (one for each weight).
  void step(std::vector<float>& weights, const std::vector<float>& gradient) {
    power1_ *= kBeta1;
    power2_ *= kBeta2;
    const auto rate = static_cast<float>(rate_ * std::sqrt(1 - power2_) / (1 - power1_));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      first_[i] = static_cast<float>(kBeta1) * first_[i] + static_cast<float>(1 - kBeta1) * gradient[i];
      second_[i] = static_cast<float>(kBeta2) * second_[i] + static_cast<float>(1 - kBeta2) * gradient[i] * gradient[i];
      weights[i] -= rate * first_[i] / (std::sqrt(second_[i]) + kEpsilon);
    }
  }

 private:
  static constexpr double kBeta1 = 0.9, kBeta2 = 0.999;
  static constexpr float kEpsilon = 1e-8f;
  double rate_, power1_ = 1, power2_ = 1;
  std::vector<float> first_, second_;
};

}  // namespace switchyard::learning
