// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace frugal::cache {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  /// True where there is one: opening it did not fail.
  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }

  /// False where the system reports, only now, that a write failed.
  bool close() {
    const int number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
  }

 private:
  int number_;
};

}  // namespace frugal::cache
