// Any file: profiles whose names and settings are trimmed, or an error that names a line.

#include <cstdint>
#include <cstdlib>

#include "adapters/credentials_aws/profile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace switchyard::aws;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const ProfileFile kind : {ProfileFile::kCredentials, ProfileFile::kConfig}) {
    const auto profiles = parse_profiles(text, kind, "f");
    if (!profiles) {
      if (!profiles.error().message.starts_with("f:")) std::abort();
      continue;
    }
    for (const auto& [name, settings] : *profiles) {
      if (name.empty()) std::abort();
      for (const auto& [setting, value] : settings) {
        if (setting.empty() || setting.find_first_of("=\n") != std::string::npos) std::abort();
        if (value.find('\n') != std::string::npos) std::abort();
      }
    }
  }
  return 0;
}
