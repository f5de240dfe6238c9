#include "cli/config_commands/config_commands.h"

#include <algorithm>

#include "base/json_writer.h"
#include "config/base_url.h"
#include "config/registry.h"

namespace switchyard::cli {

void list_variables(bool as_json, std::ostream& out) {
  if (!as_json) {
    for (const config::Variable& v : config::variables()) {
      out << v.name << "  (" << config::type_text(v.type) << (v.fallback.empty() ? "" : ", default ") << v.fallback
          << ")\n    " << v.doc << "\n";
    }
    return;
  }
  std::string text;
  json::Writer w(text);
  w.begin_array();
  for (const config::Variable& v : config::variables()) {
    w.begin_object().field("name", v.name).field("group", v.group).field("type", config::type_text(v.type));
    w.field("default", v.fallback).field("doc", v.doc);
    if (!v.choices.empty()) w.field("choices", v.choices);
    w.end_object();
  }
  w.end_array();
  out << text << "\n";
}

void explain_config(const config::RuntimeConfig& c, bool as_json, std::ostream& out) {
  if (!as_json) {
    for (const config::Setting& s : c.settings)
      out << s.name << " = " << config::shown_value(s) << "    # " << s.origin << "\n";
    out << config_summary(c) << "\n";
    return;
  }
  std::string text;
  json::Writer w(text);
  w.begin_object().key("settings").begin_array();
  for (const config::Setting& s : c.settings) {
    w.begin_object()
        .field("name", s.name)
        .field("value", config::shown_value(s))
        .field("origin", s.origin)
        .end_object();
  }
  w.end_array().key("providers").begin_array();
  for (const Provider& p : c.catalog.providers()) {
    w.begin_object()
        .field("name", p.name)
        .field("dialect", dialect_name(p.dialect))
        .field("base_url", config::masked_url(p.base_url));
    w.field("passthrough", p.passthrough).field("key", p.api_key.empty() ? "" : "set").end_object();
  }
  w.end_array().field("models", c.catalog.models().size()).field("bindings", c.catalog.bindings().size()).end_object();
  out << text << "\n";
}

std::string config_summary(const config::RuntimeConfig& c) {
  std::string names;
  for (const Provider& p : c.catalog.providers()) {
    if (!names.empty()) names += ", ";
    names += p.name + (p.passthrough ? " (pass-through)" : "");
  }
  const auto unpriced = std::ranges::count(c.catalog.bindings(), Pricing::kUnknown, &Binding::pricing);
  return std::to_string(c.catalog.models().size()) + " models, " + std::to_string(c.catalog.bindings().size()) +
         " bindings" + (unpriced == 0 ? "" : " (" + std::to_string(unpriced) + " without a known price)") +
         ", providers: " + (names.empty() ? "none" : names);
}

}  // namespace switchyard::cli
