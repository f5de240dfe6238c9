#include "wire/codec/dialect_page.h"

#include "wire/codec/codec.h"

namespace switchyard::wire {
namespace {

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

/// One table: clients of `source` asking providers of `target`.
void pair_table(Dialect source, Dialect target, std::string& out) {
  const TargetRules& rules = wire::rules(target);
  out.append("### ").append(dialect_name(source)).append(" to ").append(dialect_name(target));
  out.append("\n\n| field | carried | how |\n|---|---|---|\n");
  for (const FieldRule& rule : rules.rows) {
    const std::string_view path = field_path(source, rule.field);
    if (path.empty()) continue;
    const bool other = rule.field == Field::kOther;
    out.append("| ").append(other ? "any other field" : code(path)).append(" | ").append(carriage_name(rule.carriage));
    out.append(" | ");
    if (rule.carriage == Carriage::kRefused) out.append("it has ");
    out.append(rule.note);
    if (!rule.defaults.empty()) out.append("; no refusal for ").append(code(rule.defaults));
    out.append(" |\n");
  }
  out.append("\n");
}

}  // namespace

std::string dialect_page() {
  std::string out =
      "# What becomes of each field\n\n"
      "Written by `switchyard docs dialects` from the table that the gateway itself goes by; a test compares the "
      "two.\n\n"
      "Client and provider of one dialect: the client's bytes go through with the model's name and what the "
      "provider's\n"
      "quirks ask for replaced, and nothing else. Between two dialects each field is carried *exact*ly, carried by an\n"
      "*equivalent*, left out as a *hint* (it changes speed, price or display only), or *refused*: then the target is "
      "not\n"
      "eligible, and when no target is left the client gets a 400 that names the field.\n\n"
      "## Fields that no target refuses\n\n"
      "They are bookkeeping, price or speed, or come from answers that clients send back.\n\n| field | for the value "
      "|\n|---|---|\n";
  for (const TargetRules::Other& other : harmless_anywhere()) {
    out.append("| ")
        .append(code(other.path))
        .append(" | ")
        .append(other.defaults.empty() ? "any" : code(other.defaults));
    out.append(" |\n");
  }
  out.append("\n## Pairs\n\n");
  for (const Dialect source : kDialects) {
    if (!of_clients(source)) continue;
    for (const Dialect target : kDialects) {
      if (target != source && of_providers(target)) pair_table(source, target, out);
    }
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace switchyard::wire
