#pragma once
/// \file
/// Finds reasoning state that another dialect's provider issued in a request that goes on in its own dialect, so that
/// it can be cut out: only its issuer may be sent it.

#include <vector>

#include "domain/dialect.h"
#include "wire/cut.h"

namespace switchyard::wire {

/// The bytes to leave out of a request of a client in `dialect`: whole blocks, items or members.
std::vector<ByteSpan> foreign_state(Dialect dialect, json::Value root);

}  // namespace switchyard::wire
