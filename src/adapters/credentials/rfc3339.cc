#include "adapters/credentials/rfc3339.h"

namespace switchyard::credentials {
namespace {

/// `digits` digits at the front of `text`, taken off; -1 if there are fewer.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// "Z" or "+01:30": how far local time is ahead.
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, "Zz")) return std::chrono::minutes(0);
  const bool west = text.starts_with('-');
  if (!take(text, "+-")) return std::nullopt;
  const int hours = take_number(text, 2);
  const bool colon = take(text, ":");
  const int minutes = take_number(text, 2);
  if (!colon || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return west ? -ahead : ahead;
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  const int year = take_number(text, 4);
  const bool dash = take(text, "-");
  const int month = take_number(text, 2);
  const bool second_dash = take(text, "-");
  const int day = take_number(text, 2);
  const bool separator = take(text, "Tt ");
  const int hour = take_number(text, 2);
  const bool colon = take(text, ":");
  const int minute = take_number(text, 2);
  const bool second_colon = take(text, ":");
  const int second = take_number(text, 2);
  if (!dash || !second_dash || !separator || !colon || !second_colon) return std::nullopt;
  if (take(text, ".")) {
    if (take_number(text, 1) < 0) return std::nullopt;
    while (take_number(text, 1) >= 0) {
    }
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  // A clock of nanoseconds in 64 bits ends in 2262.
  if (year < 1970 || year > 2261 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) - *offset;
}

}  // namespace switchyard::credentials
