#pragma once
/// \file
/// What a strategy learned, as a function: from a text's vector to the expected score of every measured model. All else
/// that an artifact needs (embedder, registry, prices, the dial) is the same for every strategy.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "scoring/npy.h"
#include "scoring/scorer.h"

namespace switchyard::scoring {

/// Safe to call from several threads; the same vector gives the same bits on every machine.
class Head {
 public:
  virtual ~Head() = default;
  /// Fills `expected`, one for each column, from 0 to 1. May add to `trace` what the scores come from.
  virtual void expect(std::span<const float> vector, std::span<float> expected, ScoreTrace& trace) const = 0;
};

struct HeadShape {
  std::size_t dimension = 0;  ///< Of the vectors.
  std::size_t columns = 0;    ///< Measured models.
};

/// Names and bytes; the bytes outlive the head.
using HeadFiles = std::map<std::string, std::string_view>;
/// Errors: kInvalidRequest, naming the file and what is wrong.
using MakeHead = Result<std::unique_ptr<const Head>> (*)(const HeadFiles& files, HeadShape shape);

struct HeadKind {
  std::string_view strategy;  ///< As the manifest names it.
  MakeHead make;
};

std::span<const HeadKind> head_kinds();
/// Null for a strategy that has no head.
const HeadKind* find_head(std::string_view strategy);

/// Beyond any trained weight, and small enough that no sum of products of a head overflows.
constexpr float kHeadValueMax = 1e6f;

/// The float32 matrix of that name, none of whose numbers exceeds `kHeadValueMax`; `rows` or `columns` 0 means any but
/// none. Errors: kInvalidRequest.
Result<Matrix<float>> head_matrix(const HeadFiles& files, const std::string& name, std::size_t rows,
                                  std::size_t columns);

}  // namespace switchyard::scoring
