// A format of the tests' own, in the place of TIFF: what stands in a file is what its decoder does.
//
//   FAULTY abort       as a failed assertion does
//   FAULTY crash       is ended as if it had written where it must not
//   FAULTY exit        ends the process, as some libraries do
//   FAULTY loop        comes to no end
//   FAULTY hoard       takes memory without end
//   FAULTY open PATH   opens a file that is none of its business
//   FAULTY run         starts a program
//   FAULTY connect     reaches for the network
//   FAULTY fine        is a picture of 64×64
//   FAULTY poison      is one, too, and makes the process crash at the next
//   FAULTY count       says how many the process has had
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "codec/table.hpp"

namespace frugal::codec {

namespace {

constexpr std::string_view kMagic = "FAULTY ";
constexpr std::string_view kExtensions[] = {"tiff", "tif"};
constexpr std::uint32_t kSide = 64;

bool sniff(ByteView head) {
  return as_chars(head).starts_with(kMagic);
}

Result<Header> read_header(ByteView /*file*/, const Limits& /*limits*/) {
  return Header{.size = {kSide, kSide}};
}

[[noreturn]] void loop() {
  for (std::atomic<bool> never = false;;) {
    if (never) std::abort();
  }
}

/// Until there is none left, as a library without limits would.
Result<Decoded> hoard() {
  std::vector<std::unique_ptr<std::uint8_t[]>> taken;
  for (;;) {
    constexpr std::size_t kPiece = 16U << 20;
    taken.emplace_back(new std::uint8_t[kPiece]);
    for (std::size_t i = 0; i < kPiece; i += 4096) taken.back()[i] = 1;
  }
}

Result<Decoded> refused(const char* what) {
  return fail(ErrorKind::damaged,
              std::string("refused to ") + what + ": " + std::generic_category().message(errno));
}

Result<Decoded> open_file(const std::string& path) {
  return std::ifstream(path) ? fail(ErrorKind::damaged, "opened " + path) : refused("open");
}

Result<Decoded> run_program() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(child, nullptr, 0);
  if (child > 0) return fail(ErrorKind::damaged, "started a process");
  return refused("fork");
}

Result<Decoded> connect() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return refused("connect");
  ::close(fd);
  return fail(ErrorKind::damaged, "made a socket");
}

Result<Decoded> decode(ByteView file, const Limits& /*limits*/, int /*threads*/) {
  static std::atomic<int> count = 0;
  static std::atomic<bool> poisoned = false;
  ++count;
  if (poisoned) ::raise(SIGSEGV);
  auto text = as_chars(file).substr(kMagic.size());
  text = text.substr(0, text.find('\n'));
  if (text == "count")
    return fail(ErrorKind::damaged, "picture " + std::to_string(count) + " of its process");
  if (text == "poison") poisoned = true;
  if (text == "abort") std::abort();
  if (text == "crash") ::raise(SIGSEGV);
  if (text == "exit") std::_Exit(3);
  if (text == "loop") loop();
  if (text == "hoard") return hoard();
  if (text == "run") return run_program();
  if (text == "connect") return connect();
  if (text.starts_with("open ")) return open_file(std::string(text.substr(5)));
  auto image = Image::make({kSide, kSide}, 3, 8);
  if (!image) return std::unexpected(image.error());
  for (std::uint32_t y = 0; y < kSide; ++y) {
    for (std::uint32_t x = 0; x < kSide * 3; ++x) image->row(y)[x] = static_cast<std::uint8_t>(x + y);
  }
  return Decoded{.image = std::move(*image), .metadata = {}, .extras = {}};
}

std::string libraries() {
  return "a decoder with faults";
}

}  // namespace

const Codec kTiff{.format = Format::tiff,
                  .name = "tiff",
                  .label = "TIFF",
                  .extensions = kExtensions,
                  .max_depth = 8,
                  .alpha = false,
                  .gray = false,
                  .cicp = false,
                  .max_side = kSide,
                  .quality = {},
                  .samplings = {},
                  .has_lossless = false,
                  .recompresses = false,
                  .slow = false,
                  .sniff = sniff,
                  .read_header = read_header,
                  .decode = decode,
                  .encode = nullptr,
                  .libraries = libraries};

}  // namespace frugal::codec
