#include "util/unfinished.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <utility>

namespace frugal {

namespace {

enum class State : int { free, filling, noted };

struct Slot {
  std::atomic<State> state{State::free};
  int folder = -1;
  std::array<char, 256> name{};
};
static_assert(std::atomic<State>::is_always_lock_free, "a signal handler must not wait for a lock");

/// A signal handler can reach nothing but what is global.
std::array<Slot, 256> slots;

}  // namespace

Unfinished::Unfinished(int folder, const std::string& name) {
  if (name.size() >= slots[0].name.size()) return;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    auto& slot = slots[i];
    auto expected = State::free;
    if (!slot.state.compare_exchange_strong(expected, State::filling)) continue;
    slot.folder = folder;
    std::memcpy(slot.name.data(), name.c_str(), name.size() + 1);
    slot.state = State::noted;
    slot_ = static_cast<int>(i);
    return;
  }
}

Unfinished::Unfinished(Unfinished&& other) noexcept : slot_(std::exchange(other.slot_, -1)) {}

Unfinished& Unfinished::operator=(Unfinished&& other) noexcept {
  std::swap(slot_, other.slot_);
  return *this;
}

Unfinished::~Unfinished() {
  if (slot_ >= 0) slots[static_cast<std::size_t>(slot_)].state = State::free;
}

void remove_unfinished() {
  for (auto& slot : slots) {
    if (slot.state == State::noted) ::unlinkat(slot.folder, slot.name.data(), 0);
  }
}

}  // namespace frugal
