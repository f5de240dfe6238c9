#pragma once
/// \file
/// `switchyard embedder embed` and `bench`: texts to vectors through any encoder, and how long each takes.

#include <istream>
#include <ostream>

#include "base/clock.h"
#include "base/result.h"
#include "scoring/encoder.h"

namespace switchyard::cli {

/// One line in, a text as a JSON string; one line out, its vector as a JSON array. Ends with `in`.
/// Errors: kInvalidRequest with the number of the line that is no JSON string; the encoder's.
Result<void> embed(const scoring::Encoder& encoder, std::istream& in, std::ostream& out);

/// The same lines in; out comes {"micros": n}, the time that the encoder took for the text, tokenizer included. Line by
/// line, so that a program can take turns with what it compares.
Result<void> bench_encoder(const scoring::Encoder& encoder, const Clock& clock, std::istream& in, std::ostream& out);

}  // namespace switchyard::cli
