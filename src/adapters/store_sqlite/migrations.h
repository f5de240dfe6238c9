#pragma once
/// \file
/// The schema as numbered steps. A step that has shipped is never changed; new ones are appended.

#include <span>
#include <string_view>

namespace switchyard::store_sqlite {

std::span<const std::string_view> migrations();

}  // namespace switchyard::store_sqlite
