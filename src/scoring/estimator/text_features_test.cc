#include "scoring/estimator/text_features.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

namespace switchyard::scoring::estimator {
namespace {

using Features = std::array<float, kTextFeatures>;

Features read(std::string_view text) {
  Features out;
  out.fill(std::nanf(""));
  text_features(text, out);
  return out;
}

TEST(TextFeatures, AreFiniteWhateverTheBytes) {
  std::string every;
  for (int c = 0; c < 256; ++c) every.push_back(static_cast<char>(c));
  const std::string texts[] = {
      "", " ", "\n", "\nA. ", "a", "7", every, std::string(100'000, 'x'), std::string(5000, '\n')};
  for (const std::string& text : texts) {
    for (const float value : read(text)) EXPECT_TRUE(std::isfinite(value)) << text.size();
  }
}

TEST(TextFeatures, CountOptionsNumbersAndWords) {
  const Features f = read("How many apples are 12.5 and 3?\nA. two\nB. four\nAnswer:");
  EXPECT_FLOAT_EQ(f[1], std::log2(1.0f + 10));  // Words: the seven before, A, two, B, four, Answer: less 12.5 and 3.
  EXPECT_FLOAT_EQ(f[2], std::log2(1.0f + 31));  // The stem's bytes.
  EXPECT_FLOAT_EQ(f[3], 2);                     // Options.
  EXPECT_FLOAT_EQ(f[6], 2);                     // Numbers: 12.5 is one.
  EXPECT_FLOAT_EQ(f[kTextFeatures - 2], 1);     // Ends with "Answer:".
  EXPECT_FLOAT_EQ(f[kTextFeatures - 1], 1);     // The stem ends with a question mark.
  EXPECT_NE(f, read("How many apples are 12.5 and 3?\nA. two\nB. four"));
}

TEST(TextFeatures, LookAtTheEndOfALongText) {
  const std::string end(kTextBytesMax, 'q');
  EXPECT_EQ(read("What?\nA. 1\n" + end), read(end));
  EXPECT_EQ(seen_part("abc"), "abc");
  EXPECT_EQ(seen_part("x" + end), end);
}

// A forest learned from these numbers is void if they change: then kTextFeaturesVersion must grow.
TEST(TextFeatures, StayWhatArtifactsWereTrainedOn) {
  const Features f =
      read("Which of the following statements is NOT true, if x^2 = 16 (in %)?\nA. x = 4\nB. None of \"these\"");
  double sum = 0;
  for (std::size_t i = 0; i < f.size(); ++i) sum += static_cast<double>(i + 1) * f[i];
  EXPECT_NEAR(sum, 1004.84974, 1e-3);
}

}  // namespace
}  // namespace switchyard::scoring::estimator
