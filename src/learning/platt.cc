#include "learning/platt.h"

#include <algorithm>
#include <cmath>

#include "scoring/vector_math.h"

namespace switchyard::learning {

PlattLine fit_platt(std::span<const float> scores, std::span<const float> targets, double ridge) {
  constexpr int kStepsMax = 60;
  constexpr double kStepMax = 4.0;
  PlattLine line;
  for (int step = 0; step < kStepsMax; ++step) {
    double g0 = ridge * line.slope, g1 = ridge * line.offset, h00 = ridge, h11 = ridge, h01 = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double p = scoring::portable_sigmoid(line.slope * scores[i] + line.offset), bend = p * (1 - p);
      g0 += (p - targets[i]) * scores[i];
      g1 += p - targets[i];
      h00 += bend * scores[i] * scores[i];
      h01 += bend * scores[i];
      h11 += bend;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    double d0 = (h11 * g0 - h01 * g1) / determinant, d1 = (h00 * g1 - h01 * g0) / determinant;
    const double longest = std::max(std::abs(d0), std::abs(d1));
    if (longest > kStepMax) {
      d0 *= kStepMax / longest;
      d1 *= kStepMax / longest;
    }
    line.slope -= d0;
    line.offset -= d1;
    if (longest < 1e-11) break;
  }
  return line;
}

}  // namespace switchyard::learning
