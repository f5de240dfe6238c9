#pragma once
/// \file
/// From an artifact's folder to the strategy that its manifest names.

#include <filesystem>
#include <memory>

#include "domain/catalog.h"
#include "scoring/scorer.h"

namespace switchyard::scoring {

/// What the folder's manifest names. Errors: kInvalidRequest for no manifest or a strategy that is not known.
Result<std::string> strategy_of(const std::filesystem::path& folder);

/// Errors: kInvalidRequest for an artifact that cannot be loaded or a strategy that is not known.
Result<std::shared_ptr<const Scorer>> load_scorer(const std::filesystem::path& folder, const Catalog& catalog);

/// The manifest of an artifact of any strategy, which has been loaded and checked. Errors: kInvalidRequest.
Result<std::string> checked_manifest(const std::filesystem::path& folder);

}  // namespace switchyard::scoring
