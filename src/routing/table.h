#pragma once
/// \file
/// What of a configuration does not depend on the request, worked out once: which bindings are usable, which models a
/// router may choose, and what the filters ask of each, side by side in memory. Immutable; many threads read it.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "domain/catalog.h"
#include "routing/query.h"
#include "scoring/scorer.h"

namespace switchyard::routing {

/// What a request may need of a model, as bits.
enum Need : std::uint8_t { kNeedsTools = 1, kNeedsImages = 2, kNeedsJsonSchema = 4, kNeedsReasoning = 8 };

/// One binding whose provider is not excluded.
struct BindingRow {
  std::uint32_t binding = 0, provider = 0;  ///< Catalog indices.
  TokenCount context_window = 0;
  TokenCount output_max = 0;  ///< Of the model; the largest number there is if the catalog does not know it.
  Dialect dialect{};
  bool passthrough = false;
};

/// One model of the catalog.
struct ModelRow {
  std::uint32_t bindings_begin = 0, bindings_end = 0;  ///< Of the table's binding rows, preferred first.
  std::uint8_t lacks = 0;                              ///< `Need` bits that it cannot serve.
  bool excluded = false;
};

class Table {
 public:
  /// `scorer` may be null: then routed requests fail with kUnavailable. `catalog` outlives the table.
  Table(const Catalog& catalog, Policy policy, std::shared_ptr<const scoring::Scorer> scorer);

  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const scoring::Scorer* scorer() const { return scorer_.get(); }
  /// Models that a router may choose, in the catalog's order: with a tier, known to the scorer, at a usable provider.
  [[nodiscard]] const std::vector<std::uint32_t>& routable() const { return routable_; }
  [[nodiscard]] const ModelRow& row(std::uint32_t model) const { return models_[model]; }
  [[nodiscard]] std::span<const BindingRow> usable_bindings(const ModelRow& row) const {
    return {bindings_.data() + row.bindings_begin, bindings_.data() + row.bindings_end};
  }

 private:
  const Catalog& catalog_;
  Policy policy_;
  std::shared_ptr<const scoring::Scorer> scorer_;
  std::vector<ModelRow> models_;  ///< By catalog index.
  std::vector<BindingRow> bindings_;
  std::vector<std::uint32_t> routable_;
};

}  // namespace switchyard::routing
