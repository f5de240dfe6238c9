#include "app/log.h"

#include <unistd.h>

#include <chrono>
#include <ctime>

#include "base/json_writer.h"

namespace switchyard::app {
namespace {

constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};

std::string timestamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
  return std::string(text, size) + "." + fraction + "Z";
}

void put(std::string text) {
  text.push_back('\n');
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Log::Log(std::string_view level, std::string_view format) : least_(Level::kInfo), json_(format == "json") {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == level) least_ = static_cast<Level>(i);
  }
}

void Log::line(Level level, std::string_view message) const {
  if (!shows(level)) return;
  const std::string_view name = kNames[static_cast<std::size_t>(level)];
  if (json_) {
    std::string text;
    json::Writer(text)
        .begin_object()
        .field("time", timestamp())
        .field("level", name)
        .field("message", message)
        .end_object();
    return put(std::move(text));
  }
  put(timestamp() + " " + std::string(name) + " " + std::string(message));
}

void Log::access(const ledger::Entry& e) const {
  if (!shows(Level::kInfo)) return;
  if (json_) {
    std::string text;
    json::Writer w(text);
    w.begin_object()
        .field("time", timestamp())
        .field("level", "info")
        .field("message", "request")
        .field("request_id", e.id);
    w.field("key_id", e.key_id).field("dialect", dialect_name(e.dialect)).field("requested_model", e.requested_model);
    w.field("model", e.model).field("provider", e.provider).field("outcome", ledger::outcome_name(e.outcome));
    w.field("status", e.status).field("input_tokens", e.usage.prompt()).field("output_tokens", e.usage.completion());
    if (e.cost_unknown) {
      w.field_raw("cost_pico_usd", "null");
    } else {
      w.field("cost_pico_usd", e.cost.pico());
    }
    w.field("first_byte_us", e.first_byte_us).field("total_us", e.total_us);
    w.field("attempts", e.attempts).end_object();
    return put(std::move(text));
  }
  put(timestamp() + " info " + e.id + " " + std::to_string(e.status) + " " +
      std::string(ledger::outcome_name(e.outcome)) + " " + (e.model.empty() ? "-" : e.provider + "/" + e.model) + " " +
      std::to_string(e.usage.prompt()) + "+" + std::to_string(e.usage.completion()) + " tokens " +
      std::to_string(e.total_us / 1000) + " ms");
}

}  // namespace switchyard::app
