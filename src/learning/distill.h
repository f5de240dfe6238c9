#pragma once
/// \file
/// Teaches the static embedder what a transformer makes of texts. The teacher's vectors of texts are centred and
/// reduced to their principal axes. Every word's row starts as the teacher's vector of the word alone, the shorter the
/// more common the word; then all rows, pairs' too, move so that a text's vector, the normalised sum of its rows as it
/// is served, lies in the direction of the teacher's. (Stochastic gradients, one thread, fixed seed: the same data and
/// teacher vectors give the same table.)

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "learning/distill_words.h"
#include "learning/progress.h"

namespace switchyard::learning {

/// Defaults tried on the routing data with MiniLM as teacher (mean cosine on held-out questions): 128 dimensions 0.78,
/// 64 0.81, 256 0.70, each with its own target; rates from 0.05 to 0.2 and shares kept from 0.3 to 0.7 within 0.75 to
/// 0.78; 40 epochs no better than 20.
struct DistillSettings {
  std::uint32_t buckets = 32'768;  ///< A power of two.
  std::uint32_t dimension = 128;
  std::uint32_t epochs = 20;
  double rate = 0.15;    ///< Of a row's step, relative to the sizes of its steps so far; falls linearly to 0.
  double keep = 0.6;     ///< Share of a text's parts that one step looks at: rare parts must not be learned by heart.
  double common = 1e-2;  ///< A word with this share of all words starts at half its length.
  std::uint64_t seed = 42;
};

/// What the teacher said: rows of `dimension` numbers.
struct TeacherVectors {
  std::size_t dimension = 0;
  std::vector<float> texts;  ///< One a text.
  std::vector<float> words;  ///< One a word.
};

struct Distilled {
  std::vector<std::int8_t> weights;  ///< [buckets, dimension], for `scoring::StaticEmbedder`.
  double variance_share = 0;         ///< Of the teacher's, that the principal axes hold.
  double cosine = 0;                 ///< Mean, on the texts held out, with the teacher's reduced vector.
  double start_cosine = 0;           ///< The same before the rows moved.
};

/// `learned` and `held` are indices into `texts`; nothing is learned from those held out.
Distilled distill(std::span<const std::string_view> texts, std::span<const std::size_t> learned,
                  std::span<const std::size_t> held, const std::vector<CountedWord>& words,
                  const TeacherVectors& teacher, const DistillSettings& settings, const Progress& progress = {});

}  // namespace switchyard::learning
