#include "cli/key_commands/key_commands.h"

#include <ctime>

#include "base/json_writer.h"

namespace switchyard::cli {
namespace {

std::string date(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

void write_key(const ApiKey& key, json::Writer& w) {
  w.begin_object().field("id", key.id).field("name", key.name).field("prefix", key.prefix).field("suffix", key.suffix);
  w.field("created_ms", key.created_ms).key("revoked_ms");
  if (key.revoked_ms) {
    w.number(*key.revoked_ms);
  } else {
    w.null();
  }
}

void print_new(const identity::NewKey& made, Output output, std::ostream& out) {
  if (output == Output::kTokenOnly) {
    out << made.token << "\n";
  } else if (output == Output::kJson) {
    std::string text;
    json::Writer w(text);
    write_key(made.record, w);
    w.field("token", made.token).end_object();
    out << text << "\n";
  } else {
    out << made.record.id << "  " << made.record.name << "\n" << made.token << "\nKeep it: it is not shown again.\n";
  }
}

}  // namespace

Result<void> create_key(identity::KeyStore& store, const std::string& name, Output output, std::ostream& out) {
  SY_TRY(const identity::NewKey made, store.create(name));
  print_new(made, output, out);
  return {};
}

Result<void> list_keys(identity::KeyStore& store, Output output, std::ostream& out) {
  SY_TRY(const std::vector<ApiKey> keys, store.list());
  if (output == Output::kJson) {
    std::string text;
    json::Writer w(text);
    w.begin_array();
    for (const ApiKey& key : keys) {
      write_key(key, w);
      w.end_object();
    }
    w.end_array();
    out << text << "\n";
    return {};
  }
  for (const ApiKey& key : keys) {
    out << key.id << "  " << key.prefix << "..." << key.suffix << "  " << date(key.created_ms) << "  "
        << (key.revoked_ms ? "revoked " + date(*key.revoked_ms) : std::string("active")) << "  " << key.name << "\n";
  }
  return {};
}

Result<void> rotate_key(identity::KeyStore& store, const std::string& id, Output output, std::ostream& out) {
  SY_TRY(const identity::NewKey made, store.rotate(id));
  print_new(made, output, out);
  return {};
}

Result<void> revoke_key(identity::KeyStore& store, const std::string& id, Output output, std::ostream& out) {
  SY_TRY(const ApiKey key, store.revoke(id));
  if (output == Output::kJson) {
    std::string text;
    json::Writer w(text);
    write_key(key, w);
    w.end_object();
    out << text << "\n";
  } else {
    out << "revoked " << key.id << "  " << key.name << "\n";
  }
  return {};
}

}  // namespace switchyard::cli
