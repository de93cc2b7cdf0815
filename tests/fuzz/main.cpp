// Runs the harnesses over mutations of files made by program; README.md says how.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#include "fuzz/folder.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/trial.hpp"

namespace fs = std::filesystem;

using namespace frugal;
using namespace frugal::fuzz;

namespace {

struct Arguments {
  std::vector<const Harness*> harnesses;
  std::uint64_t count = 500;
  std::uint64_t from = 0;
  std::uint64_t seed = 1;
  Bounds bounds;
  std::string seeds;                ///< folder to write the seeds to, and nothing else
  std::vector<std::string> inputs;  ///< files to run, and nothing else
};

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::runtime_error("no number: " + std::string(text));
  return value;
}

void add_harnesses(std::string_view names, std::vector<const Harness*>& to) {
  while (!names.empty()) {
    const auto name = names.substr(0, names.find(','));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    to.push_back(harness_named(name));
    if (!to.back()) throw std::runtime_error("no harness " + std::string(name));
  }
}

Arguments read_arguments(std::span<char*> words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!word.starts_with("--")) {
      arguments.inputs.emplace_back(word);
      continue;
    }
    if (++i == words.size()) throw std::runtime_error(std::string(word) + " wants a value");
    const std::string_view value = words[i];
    if (word == "--format")
      add_harnesses(value, arguments.harnesses);
    else if (word == "--count")
      arguments.count = number_in(value);
    else if (word == "--from")
      arguments.from = number_in(value);
    else if (word == "--seed")
      arguments.seed = number_in(value);
    else if (word == "--batch")
      arguments.bounds.batch = std::max<std::uint64_t>(number_in(value), 1);
    else if (word == "--memory")
      arguments.bounds.memory = number_in(value) << 20;
    else if (word == "--faults")
      arguments.bounds.faults = value;
    else if (word == "--seeds")
      arguments.seeds = value;
    else
      throw std::runtime_error("unknown option " + std::string(word));
  }
  if (arguments.harnesses.empty()) {
    for (const auto& harness : harnesses()) arguments.harnesses.push_back(&harness);
  }
  return arguments;
}

/// Writes the seeds of a harness, in a process of their own: encoders start threads, and what comes after is
/// forked.
void write_seeds(const Harness& harness, const fs::path& folder) {
  fs::create_directories(folder);
  const pid_t id = ::fork();
  if (id == 0) {
    try {
      int number = 1000;
      for (const auto& seed : harness.seeds()) write_file(folder / std::to_string(++number), seed);
      std::_Exit(EXIT_SUCCESS);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      std::_Exit(EXIT_FAILURE);
    }
  }
  int status = 0;
  if (id < 0 || ::waitpid(id, &status, 0) != id || status != 0) {
    throw std::runtime_error("no seeds for " + std::string(harness.name));
  }
}

std::vector<Bytes> seeds_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<Bytes> seeds;
  for (const auto& path : paths) seeds.push_back(contents_of(path));
  return seeds;
}

std::string_view name_of(ErrorKind kind) {
  constexpr std::array<std::string_view, kKinds> kNames{
      "usage", "missing", "io", "not image", "unsupp.", "damaged", "limit", "left alone", "internal"};
  return kNames.at(static_cast<std::size_t>(kind));
}

void print_row(const Harness& harness, const Tally& tally) {
  std::uint64_t ours = 0, libraries = 0;
  for (const auto& fault : tally.faults) (fault.ours ? ours : libraries) += fault.count;
  const auto name = std::string(harness.name);
  std::printf("%-9s %7llu %7llu", name.c_str(), static_cast<unsigned long long>(tally.runs),
              static_cast<unsigned long long>(tally.read));
  for (const auto count : tally.refused) std::printf(" %9llu", static_cast<unsigned long long>(count));
  std::printf(" %7llu %7llu %5llu %5llu\n", static_cast<unsigned long long>(tally.slowest),
              static_cast<unsigned long long>(tally.memory >> 20), static_cast<unsigned long long>(ours),
              static_cast<unsigned long long>(libraries));
  std::fflush(stdout);
}

/// True when nothing of ours is at fault.
bool run_all(const Arguments& arguments, const fs::path& folder) {
  std::printf("%-9s %7s %7s", "harness", "inputs", "read");
  for (std::size_t i = 0; i < kKinds; ++i)
    std::printf(" %9s", std::string(name_of(static_cast<ErrorKind>(i))).c_str());
  std::printf(" %7s %7s %5s %5s\n", "most ms", "most MB", "ours", "libs'");
  std::vector<std::string> lines;
  bool sound = true;
  for (const auto* harness : arguments.harnesses) {
    write_seeds(*harness, folder / harness->name);
    const Inputs inputs(seeds_in(folder / harness->name), arguments.seed);
    const auto tally =
        run_trials(*harness, inputs, arguments.from, arguments.from + arguments.count, arguments.bounds);
    print_row(*harness, tally);
    for (const auto& fault : tally.faults) {
      sound = sound && !fault.ours;
      lines.push_back(std::string(fault.ours ? "ours" : "library") + ", " + std::to_string(fault.count) +
                      " times: " + fault.file.string() + ": " + fault.what + "; in " +
                      (fault.where.empty() ? "?" : fault.where));
    }
  }
  for (const auto& line : lines) std::printf("%s\n", line.c_str());
  return sound;
}

}  // namespace

int main(int argc, char** argv) try {
  const auto arguments = read_arguments({argv + 1, argv + argc});
  if (!arguments.seeds.empty()) {
    for (const auto* harness : arguments.harnesses)
      write_seeds(*harness, fs::path(arguments.seeds) / harness->name);
    return EXIT_SUCCESS;
  }
  for (const auto& path : arguments.inputs) {
    for (const auto* harness : arguments.harnesses) {
      const auto outcome = harness->run(contents_of(path));
      std::printf("%s: %s\n", path.c_str(), outcome ? std::string(name_of(*outcome)).c_str() : "read");
    }
  }
  if (!arguments.inputs.empty()) return EXIT_SUCCESS;
  // Databases are flushed to the disk often; where that is memory it takes less time.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  const Folder folder;
  ::setenv("TMPDIR", folder.path().c_str(), 1);  // what a process that crashes leaves goes with it
  return run_all(arguments, folder.path()) ? EXIT_SUCCESS : EXIT_FAILURE;
} catch (const std::exception& error) {
  std::fprintf(stderr, "fuzz-mutate: %s\n", error.what());
  return EXIT_FAILURE;
}

#ifdef __SANITIZE_ADDRESS__
/// Memory is refused as without a sanitizer, and a process that is ended for taking too long says where it
/// was.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1:handle_abort=1:quarantine_size_mb=8";
}
#endif
