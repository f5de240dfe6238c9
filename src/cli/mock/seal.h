#pragma once
/// \file
/// Opaque reasoning state as the mock's vendors issue it (thinking signatures, encrypted_content, thought signatures):
/// bound to its issuer and to the content that it vouches for, and recognised without remembering it. A request that
/// carries one to another vendor, or a changed one, is refused: so tests prove where such state travels. Pure.

#include <string>
#include <string_view>

namespace switchyard::cli {

enum class Issuer { kAnthropic, kResponses, kGemini };

/// The same for the same issuer and content.
std::string sealed(Issuer issuer, std::string_view content);
/// Whether `issuer` made this, whatever it vouches for.
bool is_sealed_by(Issuer issuer, std::string_view seal);

}  // namespace switchyard::cli
