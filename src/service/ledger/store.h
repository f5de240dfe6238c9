#pragma once
/// \file
/// What the ledger needs of the place where entries end up, and what a report asks of it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "service/ledger/entry.h"

namespace switchyard::ledger {

/// Called on one thread of the ledger only, which may wait for it: requests and the journal do not.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;
  /// All of them or none; entries that are there already by id are left as they are, so that a replay counts nothing
  /// twice. On success they outlive a power cut: the journal forgets them next. Errors: kUnavailable, within a second,
  /// if the store is locked or away; the call is repeated later.
  virtual Result<void> insert(std::span<const Entry> entries) = 0;
};

struct ReportQuery {
  std::string group_by = "model";               ///< model, provider, key, day or outcome.
  std::int64_t from_us = 0, to_us = INT64_MAX;  ///< Half-open, since the Unix epoch.
};
struct ReportRow {
  std::string group;
  std::int64_t requests = 0, errors = 0;
  Usage usage;
  Usd cost;
  std::int64_t p50_us = 0, p95_us = 0;  ///< Nearest rank.
  friend bool operator==(const ReportRow&, const ReportRow&) = default;
};

class LedgerReader {
 public:
  virtual ~LedgerReader() = default;
  /// Entries that are in the journal: this reader's reports count those that are not in the store by then.
  /// Errors: kUnavailable.
  virtual Result<void> add_journalled(std::span<const Entry> entries) = 0;
  /// Rows by descending cost, then by name; days in their order. Memory grows with the groups, not with the entries.
  /// Errors: kUnavailable; kInvalidRequest for an unknown group.
  virtual Result<std::vector<ReportRow>> report(const ReportQuery& query) = 0;
};

}  // namespace switchyard::ledger
