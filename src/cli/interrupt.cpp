#include "cli/interrupt.hpp"

#include <csignal>

#include "util/unfinished.hpp"

namespace frugal::cli {

namespace {

std::atomic<bool> stop{false};
std::atomic<int> received{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler must not wait for a lock");

extern "C" void on_signal(int number) {
  if (!stop.exchange(true)) {
    received = number;
    return;
  }
  remove_unfinished();
  ::signal(number, SIG_DFL);  // and now what the system does
  ::raise(number);
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
    return;  // nohup's wish, or a shell's
  action = {};
  action.sa_handler = handler;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  stop = false;
  received = 0;
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
}

const std::atomic<bool>& InterruptGuard::stopped() const {
  return stop;
}

int InterruptGuard::exit_status() const {
  return received == 0 ? 0 : 128 + received;
}

}  // namespace frugal::cli
