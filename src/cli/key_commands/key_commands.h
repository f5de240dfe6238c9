#pragma once
/// \file
/// `switchyard keys create|list|rotate|revoke`, as functions over a store and a stream.

#include <ostream>
#include <string>

#include "service/identity/key_store.h"

namespace switchyard::cli {

enum class Output : std::uint8_t { kText, kJson, kTokenOnly };

/// Prints the new key, which is shown this once. Errors: those of the store.
Result<void> create_key(identity::KeyStore& store, const std::string& name, Output output, std::ostream& out);
Result<void> list_keys(identity::KeyStore& store, Output output, std::ostream& out);
Result<void> rotate_key(identity::KeyStore& store, const std::string& id, Output output, std::ostream& out);
Result<void> revoke_key(identity::KeyStore& store, const std::string& id, Output output, std::ostream& out);

}  // namespace switchyard::cli
