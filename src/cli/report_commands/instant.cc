#include "cli/report_commands/instant.h"

#include <chrono>
#include <optional>

namespace switchyard::cli {
namespace {

using namespace std::chrono;

/// Reads a text from its front; once something did not fit, `good` stays false.
struct Scanner {
  std::string_view rest;
  bool good = true;

  /// Exactly `count` digits as a number from `least` to `most`.
  int number(std::size_t count, int least, int most) {
    int value = 0;
    good &= rest.size() >= count;
    for (std::size_t i = 0; good && i < count; ++i) {
      good &= rest[i] >= '0' && rest[i] <= '9';
      value = value * 10 + (rest[i] - '0');
    }
    if (good) rest.remove_prefix(count);
    good &= value >= least && value <= most;
    return value;
  }
  /// One of `wanted`; returns which.
  char one_of(std::string_view wanted) {
    good = good && !rest.empty() && wanted.find(rest.front()) != std::string_view::npos;
    if (!good) return 0;
    const char found = rest.front();
    rest.remove_prefix(1);
    return found;
  }
};

sys_days scan_date(Scanner& scan) {
  const int y = scan.number(4, 0, 9999);
  scan.one_of("-");
  const int m = scan.number(2, 1, 12);
  scan.one_of("-");
  const int d = scan.number(2, 1, 31);
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  scan.good &= date.ok();
  return scan.good ? sys_days(date) : sys_days();
}

/// The digits behind the seconds' point.
microseconds scan_fraction(Scanner& scan) {
  microseconds::rep value = 0, place = 100'000;
  scan.number(1, 0, 9);
  if (!scan.good) return {};
  scan.rest = {scan.rest.data() - 1, scan.rest.size() + 1};
  for (; !scan.rest.empty() && scan.rest.front() >= '0' && scan.rest.front() <= '9'; scan.rest.remove_prefix(1)) {
    value += place * (scan.rest.front() - '0');
    place /= 10;
  }
  return microseconds(value);
}

microseconds scan_time(Scanner& scan) {
  microseconds time = hours(scan.number(2, 0, 23));
  scan.one_of(":");
  time += minutes(scan.number(2, 0, 59));
  scan.one_of(":");
  time += seconds(scan.number(2, 0, 60));
  if (scan.good && scan.rest.starts_with('.')) {
    scan.rest.remove_prefix(1);
    time += scan_fraction(scan);
  }
  const char zone = scan.one_of("Zz+-");
  if (zone != '+' && zone != '-') return time;
  microseconds offset = hours(scan.number(2, 0, 23));
  scan.one_of(":");
  offset += minutes(scan.number(2, 0, 59));
  return zone == '+' ? time - offset : time + offset;
}

}  // namespace

Result<std::int64_t> parse_instant(std::string_view text) {
  Scanner scan{text};
  sys_time<microseconds> at = scan_date(scan);
  if (scan.good && !scan.rest.empty()) {
    scan.one_of("Tt ");
    at += scan_time(scan);
  }
  if (scan.good && scan.rest.empty()) return at.time_since_epoch().count();
  return fail(ErrorKind::kInvalidRequest,
              "expected a date (2026-11-21) or a date-time with its zone (2026-11-21T08:00:00Z), not '" +
                  std::string(text) + "'");
}

}  // namespace switchyard::cli
