// Temporary files that have a name: what is to be removed by a signal handler that ends the process.
#pragma once

#include <string>

namespace frugal {

/// A file that is of no use to anybody while this lives. Beyond so many at a time it is not noted, which
/// leaves it to the next run to remove it.
class Unfinished {
 public:
  Unfinished() = default;
  /// `folder`: a descriptor that stays open for as long.
  Unfinished(int folder, const std::string& name);
  Unfinished(Unfinished&& other) noexcept;
  Unfinished& operator=(Unfinished&& other) noexcept;
  ~Unfinished();

 private:
  int slot_ = -1;
};

/// Removes all of them. For signal handlers: takes no lock, asks for no memory.
void remove_unfinished();

}  // namespace frugal
