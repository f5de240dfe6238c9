#include "app/serve.h"

#include <malloc.h>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "app/gateway.h"
#include "cli/config_commands/config_commands.h"

namespace switchyard::app {
namespace {

constexpr timespec kTick{0, 250'000'000};  ///< How often keys are looked after: a revocation holds within a second.

}  // namespace

int serve(const config::Sources& sources) {
  // Large request buffers come and go; above these thresholds they go back to the system at once.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  mallopt(M_ARENA_MAX, 4);

  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // Inherited by every thread: only this one takes them.

  const SystemClock clock;
  auto gateway = Gateway::create(sources, clock);
  if (!gateway) {
    std::cerr << "switchyard: " << gateway.error().message << "\n";
    return 1;
  }
  Gateway& running = **gateway;
  running.start();
  running.log().line(Level::kInfo, "listening on port " + std::to_string(running.port()));
  for (;;) {
    const int signal = sigtimedwait(&signals, nullptr, &kTick);
    if (signal == SIGHUP) {
      running.reload();
    } else if (signal == SIGTERM || signal == SIGINT) {
      break;
    } else {
      running.tick();
    }
  }
  running.log().line(Level::kInfo, "draining");
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  for (const int again : {SIGTERM, SIGINT}) std::signal(again, [](int) { std::_Exit(130); });
  running.stop();
  return 0;
}

}  // namespace switchyard::app
