#include "adapters/store_sqlite/migrations.h"

namespace switchyard::store_sqlite {
namespace {

constexpr std::string_view kMigrations[] = {
    // 1: keys. change_counter has one row, which every change of the keys raises.
    R"sql(
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), prefix TEXT NOT NULL,
  suffix TEXT NOT NULL, created_ms INTEGER NOT NULL, revoked_ms INTEGER) STRICT;
CREATE TABLE change_counter (keys INTEGER NOT NULL) STRICT;
INSERT INTO change_counter VALUES (0);
)sql",
    // 2: the ledger.
    R"sql(
CREATE TABLE ledger (
  id TEXT PRIMARY KEY, decision_id TEXT NOT NULL, started_us INTEGER NOT NULL, key_id TEXT NOT NULL, dialect TEXT NOT NULL,
  streamed INTEGER NOT NULL, requested_model TEXT NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL,
  outcome TEXT NOT NULL, status INTEGER NOT NULL, error_kind TEXT NOT NULL, attempts TEXT NOT NULL,
  input_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, usage_estimated INTEGER NOT NULL,
  cost_pico_usd INTEGER NOT NULL, routing_us INTEGER NOT NULL, first_byte_us INTEGER NOT NULL, total_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_by_time ON ledger (started_us);
)sql",
};

}  // namespace

std::span<const std::string_view> migrations() { return kMigrations; }

}  // namespace switchyard::store_sqlite
