// The page of `switchyard eval --html`: plain SVG, no scripts, nothing loaded from elsewhere.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/train_commands/eval.h"

namespace switchyard::cli {
namespace {

using learning::Point;
using learning::PoolDetails;
using learning::RouterReport;

constexpr const char* kColours[] = {"#2563eb", "#d97706", "#059669", "#9333ea", "#dc2626"};
constexpr double kWidth = 420, kHeight = 300, kLeft = 52, kBottom = 40, kTop = 12, kRight = 14;

const char* colour(std::size_t router) { return kColours[router % std::size(kColours)]; }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

template <class... Args>
std::string format(const char* pattern, Args... args) {
  char text[512];
  std::snprintf(text, sizeof text, pattern, args...);
  return text;
}

/// One chart: data coordinates in, SVG out.
class Chart {
 public:
  Chart(Point low, Point high, const std::string& x_name, const std::string& y_name) : low_(low), high_(high) {
    if (!(high_.cost > low_.cost)) high_.cost = low_.cost + 1;
    if (!(high_.score > low_.score)) high_.score = low_.score + 1;
    svg_ = format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", kWidth, kHeight);
    for (int i = 0; i <= 4; ++i) {
      const double x = low_.cost + (high_.cost - low_.cost) * i / 4,
                   y = low_.score + (high_.score - low_.score) * i / 4;
      svg_ += format("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", kLeft, at_y(y),
                     kWidth - kRight, at_y(y));
      svg_ += format("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>", kLeft - 6,
                     at_y(y) + 3.5, y);
      // The last number ends where the axis does, so that none is cut off.
      svg_ += format("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%.3g</text>", at_x(x),
                     kHeight - kBottom + 15, i == 4 ? "end" : "middle", x);
    }
    svg_ += format("<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                   (kLeft + kWidth - kRight) / 2, kHeight - 6, x_name.c_str());
    svg_ += format("<text class=\"axis\" transform=\"translate(12 %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                   (kTop + kHeight - kBottom) / 2, y_name.c_str());
  }
  void line(const std::vector<Point>& points, const char* stroke, const char* extra = "") {
    svg_ += "<polyline fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke=\"" + std::string(stroke) +
            "\" " + extra + " points=\"";
    for (const Point p : points) svg_ += format("%.1f,%.1f ", at_x(p.cost), at_y(p.score));
    svg_ += "\"/>";
  }
  void dot(Point p, double radius, const char* fill, const std::string& title) {
    svg_ += format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" class=\"dot\">", at_x(p.cost), at_y(p.score),
                   radius, fill) +
            "<title>" + escaped(title) + "</title></circle>";
  }
  [[nodiscard]] std::string done() const { return svg_ + "</svg>"; }

 private:
  [[nodiscard]] double at_x(double x) const {
    return kLeft + (x - low_.cost) / (high_.cost - low_.cost) * (kWidth - kLeft - kRight);
  }
  [[nodiscard]] double at_y(double y) const {
    return kHeight - kBottom - (y - low_.score) / (high_.score - low_.score) * (kHeight - kTop - kBottom);
  }
  Point low_, high_;
  std::string svg_;
};

std::string curves(const std::vector<RouterReport>& reports, std::size_t pool) {
  const PoolDetails& first = reports.front().pools[pool];
  std::vector<Point> all = first.curves.singles;
  for (const RouterReport& r : reports)
    all.insert(all.end(), r.pools[pool].curves.routed.begin(), r.pools[pool].curves.routed.end());
  all.insert(all.end(), first.curves.oracle.begin(), first.curves.oracle.end());
  Point low = all.front(), high = all.front();
  for (const Point p : all) {
    low = {std::min(low.cost, p.cost), std::min(low.score, p.score)};
    high = {std::max(high.cost, p.cost), std::max(high.score, p.score)};
  }
  // Weak models far below would press the curves flat.
  low.score = std::max(low.score, high.score - 3 * (high.score - first.curves.singles_mean));
  Chart chart(low, high, "mean cost of a query", "mean score");
  chart.line(first.curves.oracle, "#94a3b8", "stroke-dasharray=\"5 4\"");
  for (std::size_t m = 0; m < first.curves.singles.size(); ++m) {
    if (first.curves.singles[m].score < low.score) continue;
    chart.dot(first.curves.singles[m], 4, "#94a3b8",
              format("%s: score %.3f, cost %.3g", first.model_names[m].c_str(), first.curves.singles[m].score,
                     first.curves.singles[m].cost));
  }
  for (std::size_t r = 0; r < reports.size(); ++r) {
    chart.line(reports[r].pools[pool].curves.routed, colour(r));
    for (const Point p : {reports[r].pools[pool].curves.routed.front(), reports[r].pools[pool].curves.routed.back()})
      chart.dot(p, 3.5, colour(r), format("%s: score %.3f, cost %.3g", reports[r].name.c_str(), p.score, p.cost));
  }
  return chart.done();
}

std::string calibration(const std::vector<RouterReport>& reports, std::size_t pool) {
  Chart chart({0, 0}, {1, 1}, "expected score", "observed score");
  chart.line({{0, 0}, {1, 1}}, "#94a3b8", "stroke-dasharray=\"5 4\"");
  for (std::size_t r = 0; r < reports.size(); ++r) {
    const PoolDetails& details = reports[r].pools[pool];
    std::vector<Point> points;
    std::size_t most = 1;
    for (const auto& bin : details.reliability) most = std::max(most, bin.count);
    for (const auto& bin : details.reliability) {
      if (bin.count > 0) points.push_back({bin.expected, bin.observed});
    }
    chart.line(points, colour(r));
    for (const auto& bin : details.reliability) {
      if (bin.count == 0) continue;
      chart.dot({bin.expected, bin.observed},
                2 + 4 * std::sqrt(static_cast<double>(bin.count) / static_cast<double>(most)), colour(r),
                format("%s: expected %.3f, observed %.3f, %zu outcomes", reports[r].name.c_str(), bin.expected,
                       bin.observed, bin.count));
    }
  }
  return chart.done();
}

std::string regret(const std::vector<RouterReport>& reports, std::size_t pool) {
  double high = 0;
  for (const RouterReport& r : reports) {
    for (const double value : r.pools[pool].curves.regret) high = std::max(high, value);
  }
  const auto settings = static_cast<double>(reports.front().pools[pool].curves.regret.size());
  Chart chart({0, 0}, {1, high}, "trade-off: quality only (0) to cheapest only (1)", "utility short of an oracle");
  for (std::size_t r = 0; r < reports.size(); ++r) {
    std::vector<Point> points;
    for (const double value : reports[r].pools[pool].curves.regret)
      points.push_back({static_cast<double>(points.size()) / std::max(settings - 1, 1.0), value});
    chart.line(points, colour(r));
  }
  return chart.done();
}

std::string figures(const std::vector<RouterReport>& reports, std::size_t pool) {
  std::string out =
      "<table><thead><tr><th>artifact</th><th>NG (95 %)</th><th>AIQ</th><th>AIQ zero</th><th>AIQ oracle</th>"
      "<th>APGR</th><th>gap closed</th><th>accuracy</th><th>ECE</th></tr></thead><tbody>";
  for (std::size_t r = 0; r < reports.size(); ++r) {
    const PoolDetails& d = reports[r].pools[pool];
    out += format("<tr><td><i style=\"background:%s\"></i>", colour(r)) + escaped(reports[r].name) +
           format("</td><td>%.3f <small>%.3f to %.3f</small></td><td>%.3f</td><td>%.3f</td><td>%.3f</td>", d.gain.value,
                  d.gain.low, d.gain.high, d.curves.routed_mean, d.curves.singles_mean, d.curves.oracle_mean) +
           (d.pair ? format("<td>%.3f</td>", d.gap.routed) : std::string("<td>&ndash;</td>")) +
           format("<td>%.3f</td><td>%.3f</td><td>%.3f</td></tr>", d.gap_closed, d.accuracy, d.calibration_error);
  }
  return out + "</tbody></table>";
}

std::string tasks(const std::vector<RouterReport>& reports, std::size_t pool) {
  std::string out =
      "<details><summary>Scores by task, where only quality counts</summary><table><thead><tr><th>task</th>"
      "<th>rows</th><th>best single</th>";
  for (const RouterReport& r : reports) out += "<th>" + escaped(r.name) + "</th>";
  out += "<th>oracle</th></tr></thead><tbody>";
  const auto& first = reports.front().pools[pool].tasks;
  for (std::size_t t = 0; t < first.size(); ++t) {
    out += "<tr><td>" + escaped(first[t].name) +
           format("</td><td>%zu</td><td>%.3f</td>", first[t].rows, first[t].best_single);
    for (const RouterReport& r : reports) out += format("<td>%.3f</td>", r.pools[pool].tasks[t].score);
    out += format("<td>%.3f</td></tr>", first[t].oracle);
  }
  return out + "</tbody></table></details>";
}

std::string cards(const std::vector<RouterReport>& reports) {
  std::string out = "<div class=\"cards\">";
  for (std::size_t r = 0; r < reports.size(); ++r) {
    const RouterReport& report = reports[r];
    out += format("<div class=\"card\" style=\"border-color:%s\"><h2>", colour(r)) + escaped(report.name) +
           format("</h2><b>%.3f</b> RGI<br><small>95 %%: %.3f to %.3f</small>", report.rgi.value, report.rgi.low,
                  report.rgi.high);
    if (r > 0) {
      out += format("<br><small>ahead of the first by %.3f (%.3f to %.3f)</small>", report.ahead.value,
                    report.ahead.low, report.ahead.high);
    }
    out +=
        format("<br><small>decision: p50 %.1f &micro;s, p99 %.1f &micro;s</small></div>", report.p50_us, report.p99_us);
  }
  return out + "</div>";
}

constexpr const char* kHead = R"(<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Routing quality</title><style>
:root{color-scheme:light dark;--ink:#0f172a;--soft:#64748b;--line:#e2e8f0;--paper:#fff;--page:#f8fafc}
@media(prefers-color-scheme:dark){:root{--ink:#e2e8f0;--soft:#94a3b8;--line:#334155;--paper:#1e293b;--page:#0f172a}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);margin:0 auto;max-width:1320px;padding:28px 20px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:0 0 6px}h3{font-size:13px;margin:0 0 2px;color:var(--soft);font-weight:600}
p{color:var(--soft);margin:0 0 18px;max-width:80ch}small{color:var(--soft)}
.cards{display:flex;flex-wrap:wrap;gap:14px;margin-bottom:22px}
.card{background:var(--paper);border:1px solid var(--line);border-left:5px solid;border-radius:10px;padding:12px 18px;min-width:210px}.card b{font-size:28px}
section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:18px 20px;margin-bottom:20px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:14px}svg{width:100%;height:auto}
.grid{stroke:var(--line)}.tick{font-size:10.5px;fill:var(--soft)}.axis{font-size:11.5px;fill:var(--soft)}.dot{stroke:var(--paper);stroke-width:1}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin:8px 0}th,td{text-align:right;padding:4px 10px;border-bottom:1px solid var(--line)}
th{font-size:12.5px;color:var(--soft);font-weight:600}th:first-child,td:first-child{text-align:left}
i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:7px}summary{cursor:pointer;color:var(--soft)}
</style></head><body>)";

}  // namespace

std::string eval_page(const std::vector<RouterReport>& reports) {
  std::string out = kHead;
  out +=
      "<h1>Routing quality</h1><p>Questions that no artifact was trained on. NG: 0 is the best fixed mixture of single "
      "models, 1 an oracle that knows every answer; RGI is its mean over the data sets with enough rows. Grey dots are "
      "single models, the dashed line is the oracle. Point at a dot for its numbers.</p>";
  if (reports.empty()) return out + "</body></html>\n";
  out += cards(reports);
  for (std::size_t p = 0; p < reports.front().pools.size(); ++p) {
    const PoolDetails& pool = reports.front().pools[p];
    out += "<section><h2>" + escaped(pool.name) +
           format(" <small>%zu questions, %zu models%s</small></h2>", pool.rows, pool.models,
                  pool.counted ? "" : ", too few to count") +
           figures(reports, p) + "<div class=\"charts\"><div><h3>Cost and quality</h3>" + curves(reports, p) +
           "</div><div><h3>Calibration</h3>" + calibration(reports, p) + "</div><div><h3>Regret</h3>" +
           regret(reports, p) + "</div></div>" + tasks(reports, p) + "</section>";
  }
  return out + "</body></html>\n";
}

}  // namespace switchyard::cli
