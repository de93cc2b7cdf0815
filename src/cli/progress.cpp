#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "cli/messages.hpp"
#include "util/text.hpp"

namespace frugal::cli {

namespace {

constexpr std::chrono::milliseconds kInterval{100};

std::size_t terminal_columns() {
  winsize size{};
  constexpr std::size_t kUsual = 80;
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

std::string minutes(double seconds) {
  const long whole = std::lround(seconds);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  return text.data();
}

std::string bar(std::size_t done, std::size_t total, std::size_t width) {
  const auto filled = total == 0 ? width : width * done / total;
  std::string text(filled, '=');
  if (filled < width) text += '>';
  text.resize(width, ' ');
  return "[" + text + "]";
}

}  // namespace

std::string progress_line(const batch::Summary& so_far, std::size_t done, std::size_t sources, double seconds,
                          std::size_t columns) {
  auto tail = " " + std::to_string(done) + "/" + std::to_string(sources);
  if (so_far.output_bytes > 0) {
    tail += "  " + human_bytes(so_far.input_bytes) + " to " + human_bytes(so_far.output_bytes) + ", " +
            saving(so_far.input_bytes, so_far.output_bytes);
  }
  if (done > 0 && seconds > 1) {
    tail +=
        "  " + minutes(seconds * static_cast<double>(sources - done) / static_cast<double>(done)) + " left";
  }
  constexpr std::size_t kLeast = 10;
  constexpr std::size_t kMost = 40;
  const auto room = columns > tail.size() + 3 ? columns - tail.size() - 3 : 0;
  auto line = room < kLeast ? tail : bar(done, sources, std::min(room, kMost)) + tail;
  if (line.size() >= columns) line.resize(columns > 0 ? columns - 1 : 0);
  return line;
}

void Progress::begin(std::size_t sources) {
  sources_ = sources;
  start_ = last_ = Clock::now();
}

void Progress::update(const batch::Summary& so_far, std::size_t done) {
  const auto now = Clock::now();
  if (!enabled_ || now - last_ < kInterval) return;
  last_ = now;
  const std::chrono::duration<double> elapsed = now - start_;
  const auto line = progress_line(so_far, done, sources_, elapsed.count(), terminal_columns());
  std::fprintf(stderr, "\r%s\033[K", line.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace frugal::cli
