#include <algorithm>
#include <charconv>

#include "routing/query.h"

namespace switchyard::routing {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, [](char a, char b) { return lower(a) == b; });
}

std::unexpected<Error> expected(std::string_view name, std::string_view what) {
  return fail(ErrorKind::kInvalidRequest, std::string(name) + ": expected " + std::string(what));
}

Result<double> number(std::string_view name, std::string_view value, double most) {
  double number = 0;
  const auto [stop, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc{} || stop != value.data() + value.size() || !(number >= 0 && number <= most)) {
    return expected(name, "a number from 0 to " + std::to_string(static_cast<int>(most)));
  }
  return number;
}

}  // namespace

Result<void> take_header(std::string_view name, std::string_view value, Overrides& overrides) {
  constexpr std::string_view kOurs = "x-switchyard-", kWeave = "x-weave-";
  if (name.size() < 9 || lower(name[0]) != 'x' || name[1] != '-') return {};
  const bool ours = starts_with_ignoring_case(name, kOurs);
  if (!ours && !starts_with_ignoring_case(name, kWeave)) return {};
  std::string wish(name.substr(ours ? kOurs.size() : kWeave.size()));
  std::ranges::transform(wish, wish.begin(), lower);
  if (wish == "model" && ours) {
    if (value != "honor" && value != "route") return expected(name, "honor or route");
    overrides.honor_named_models = value == "honor";
  } else if (wish == "force-model") {
    overrides.force_model = value;
  } else if (wish == "cluster-version") {
    overrides.cluster_version = value;
  } else if (wish == "embed-only-user-message") {
    if (value != "true" && value != "false") return expected(name, "true or false");
    overrides.embed_only_user_message = value == "true";
  } else if (wish == "routing-alpha") {
    SY_TRY(overrides.alpha, number(name, value, 1));
  } else if (wish == "output-cost-ratio") {
    SY_TRY(overrides.output_cost_ratio, number(name, value, 10));
  }
  return {};
}

}  // namespace switchyard::routing
