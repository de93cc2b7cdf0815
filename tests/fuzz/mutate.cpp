#include "fuzz/mutate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace frugal::fuzz {

namespace {

constexpr std::size_t kMostBytes = 1U << 20;

enum class Order : std::uint8_t { big, little };

std::uint64_t number_at(ByteView bytes, std::size_t at, std::size_t width, Order order) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) {
    const std::size_t shift = 8 * (order == Order::big ? width - 1 - i : i);
    value |= std::uint64_t{bytes[at + i]} << shift;
  }
  return value;
}

void put_number(Bytes& bytes, std::size_t at, std::size_t width, Order order, std::uint64_t value) {
  for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) {
    const std::size_t shift = 8 * (order == Order::big ? width - 1 - i : i);
    bytes[at + i] = static_cast<std::uint8_t>(value >> shift);
  }
}

std::string_view text_at(ByteView bytes, std::size_t at, std::size_t count) {
  return as_chars(bytes).substr(std::min(at, bytes.size()), count);
}

/// A part of a file that can be moved as one, and where it says how long it is.
struct Piece {
  std::size_t at = 0;
  std::size_t size = 0;
  std::size_t length_at = 0;
  std::size_t length_width = 0;  ///< 0: it does not say
  Order order = Order::big;
};
using Pieces = std::vector<Piece>;

void add_boxes(ByteView file, std::size_t from, std::size_t to, Pieces& pieces) {
  struct Container {
    std::string_view type;
    std::size_t head;
  };
  static constexpr auto kContainers = std::to_array<Container>({{"meta", 12},
                                                                {"iprp", 8},
                                                                {"ipco", 8},
                                                                {"iinf", 14},
                                                                {"iref", 12},
                                                                {"dinf", 8},
                                                                {"moov", 8},
                                                                {"trak", 8},
                                                                {"mdia", 8},
                                                                {"minf", 8},
                                                                {"stbl", 8}});
  while (from + 8 <= to) {
    const auto size = number_at(file, from, 4, Order::big);
    if (size < 8 || size > to - from) return;
    pieces.push_back({from, size, from, 4});
    const auto* known = std::ranges::find(kContainers, text_at(file, from + 4, 4), &Container::type);
    if (known != kContainers.end()) add_boxes(file, from + known->head, from + size, pieces);
    from += size;
  }
}

void add_png_chunks(ByteView file, Pieces& pieces) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const auto size = number_at(file, at, 4, Order::big) + 12;
    if (size > file.size() - at) return;
    pieces.push_back({at, size, at, 4});
    at += size;
  }
}

void add_riff_chunks(ByteView file, Pieces& pieces) {
  pieces.push_back({0, file.size(), 4, 4, Order::little});
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const auto size = (number_at(file, at + 4, 4, Order::little) + 9) / 2 * 2;
    if (size > file.size() - at) return;
    pieces.push_back({at, size, at + 4, 4, Order::little});
    at += size;
  }
}

void add_jpeg_segments(ByteView file, Pieces& pieces) {
  for (std::size_t at = 2; at + 4 <= file.size() && file[at] == 0xff;) {
    const bool scan = file[at + 1] == 0xda;
    const auto size = number_at(file, at + 2, 2, Order::big) + 2;
    if (size > file.size() - at) return;
    pieces.push_back({at, size, at + 2, 2});
    at += size;
    const auto is_marker = [&](std::size_t i) {
      return file[i] == 0xff && (file[i + 1] & 0xf8) != 0xd0 && file[i + 1] != 0;
    };
    while (scan && at + 1 < file.size() && !is_marker(at)) ++at;
  }
}

void add_tiff_entries(ByteView file, Pieces& pieces) {
  const auto order = file[0] == 'M' ? Order::big : Order::little;
  const bool big = number_at(file, 2, 2, order) == 43;
  const std::size_t word = big ? 8 : 4;
  const std::size_t entry = big ? 20 : 12;
  auto at = number_at(file, big ? 8 : 4, word, order);
  for (int directories = 0; directories < 4 && at > 0 && at + 2 <= file.size(); ++directories) {
    const auto count = number_at(file, at, big ? 8 : 2, order);
    at += big ? 8 : 2;
    for (std::uint64_t i = 0; i < count && at + entry <= file.size(); ++i, at += entry)
      pieces.push_back({at, entry});
    at = number_at(file, at, word, order);
  }
}

Pieces pieces_of(ByteView file) {
  using namespace std::string_view_literals;
  Pieces pieces;
  const auto head = text_at(file, 0, 16);
  if (head.starts_with("\x89PNG")) add_png_chunks(file, pieces);
  if (head.starts_with("RIFF")) add_riff_chunks(file, pieces);
  if (head.starts_with("\xff\xd8")) add_jpeg_segments(file, pieces);
  if (head.starts_with("II*\0"sv) || head.starts_with("MM\0*"sv) || head.starts_with("II+\0"sv))
    add_tiff_entries(file, pieces);
  if (text_at(file, 4, 4) == "ftyp") add_boxes(file, 0, file.size(), pieces);
  if (head.starts_with("SQLite format 3")) {
    for (std::size_t at = 0; at + 4096 <= file.size(); at += 4096) pieces.push_back({at, 4096});
  }
  if (text_at(file, 36, 4) == "acsp") {  // an ICC profile's table of tags
    for (std::size_t at = 132; at + 12 <= file.size() && at < 132 + 12 * number_at(file, 128, 4, Order::big);
         at += 12)
      pieces.push_back({at, 12});
  }
  return pieces;
}

/// A file on its way from one change to the next.
class Mutation {
 public:
  Mutation(ByteView file, ByteView other, Random& random)
      : bytes_(file.begin(), file.end()), other_(other), random_(random) {}

  void change() {
    using Change = void (Mutation::*)();
    constexpr auto kChanges = std::to_array<Change>(
        {&Mutation::flip, &Mutation::flip, &Mutation::set, &Mutation::set, &Mutation::extreme,
         &Mutation::extreme, &Mutation::extreme, &Mutation::add, &Mutation::add, &Mutation::insert,
         &Mutation::erase, &Mutation::overwrite, &Mutation::splice, &Mutation::repeat_piece,
         &Mutation::remove_piece, &Mutation::replace_piece, &Mutation::replace_piece, &Mutation::cut});
    if (bytes_.empty()) bytes_.push_back(0);
    pieces_ = pieces_of(bytes_);
    (this->*kChanges[below(kChanges.size())])();
  }

  Bytes finished() {
    if (as_chars(bytes_).starts_with("\x89PNG") && below(8) != 0) mend_checksums();
    bytes_.resize(std::min(bytes_.size(), kMostBytes));
    return std::move(bytes_);
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  Order order() { return below(2) == 0 ? Order::big : Order::little; }

  /// Where a change is worth most.
  std::size_t place() {
    const auto kind = below(8);
    if (kind < 4 && !pieces_.empty()) {
      const auto& piece = pieces_[below(pieces_.size())];
      return std::min(piece.at + below(std::min<std::size_t>(piece.size, 40)), bytes_.size() - 1);
    }
    return below(kind < 6 ? std::min<std::size_t>(bytes_.size(), 200) : bytes_.size());
  }

  /// `count` bytes at `at` give way to `more`; the lengths of what encloses them follow, mostly.
  void exchange(std::size_t at, std::size_t count, ByteView more) {
    const Bytes own(more.begin(), more.end());  // it may be a part of what is changed
    const bool follow = below(4) != 0;
    for (const auto& piece : pieces_) {
      const bool inside = piece.length_width > 0 && piece.at < at && at + count <= piece.at + piece.size;
      if (!inside || !follow) continue;
      const auto length = number_at(bytes_, piece.length_at, piece.length_width, piece.order);
      put_number(bytes_, piece.length_at, piece.length_width, piece.order, length + own.size() - count);
    }
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto kept = bytes_.erase(from, from + static_cast<std::ptrdiff_t>(count));
    bytes_.insert(kept, own.begin(), own.end());
  }

  void flip() { bytes_[place()] ^= static_cast<std::uint8_t>(1U << below(8)); }

  void set() {
    constexpr std::array<std::uint8_t, 8> kValues{0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, 16};
    bytes_[place()] = below(2) == 0 ? kValues[below(kValues.size())] : static_cast<std::uint8_t>(random_());
  }

  void extreme() {
    constexpr std::array<std::uint64_t, 14> kValues{
        0,      1,      0x7f,    0x80,       0xff,       0x100,      0x7fff,
        0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, ~std::uint64_t{0}};
    put_number(bytes_, place(), std::size_t{2} << below(3), order(), kValues[below(kValues.size())]);
  }

  void add() {
    const auto at = place();
    const auto width = std::size_t{1} << below(3);
    const auto way = order();
    put_number(bytes_, at, width, way, number_at(bytes_, at, width, way) + below(33) - 16);
  }

  void insert() {
    Bytes more(1 + below(below(4) == 0 ? 1000 : 12));
    const auto byte = static_cast<std::uint8_t>(random_());
    const bool same = below(2) == 0;
    for (auto& one : more) one = same ? byte : static_cast<std::uint8_t>(random_());
    exchange(place(), 0, more);
  }

  void erase() {
    const auto at = place();
    exchange(at, std::min(bytes_.size() - at, 1 + below(below(4) == 0 ? 1000 : 12)), {});
  }

  void overwrite() {
    const auto from = place();
    const auto to = place();
    const auto count = std::min({1 + below(64), bytes_.size() - from, bytes_.size() - to});
    const Bytes part(bytes_.begin() + static_cast<std::ptrdiff_t>(from),
                     bytes_.begin() + static_cast<std::ptrdiff_t>(from + count));
    std::ranges::copy(part, bytes_.begin() + static_cast<std::ptrdiff_t>(to));
  }

  void splice() {
    if (other_.empty()) return;
    const auto from = below(other_.size());
    const auto part =
        other_.subspan(from, std::min(other_.size() - from, 1 + below(below(4) == 0 ? other_.size() : 100)));
    const auto at = place();
    exchange(at, below(2) == 0 ? 0 : std::min(bytes_.size() - at, part.size()), part);
  }

  void repeat_piece() {
    if (pieces_.empty()) return insert();
    const auto& piece = pieces_[below(pieces_.size())];
    const auto times = below(8) == 0 ? 1 + below(40) : 1;
    const Bytes copy(bytes_.begin() + static_cast<std::ptrdiff_t>(piece.at),
                     bytes_.begin() + static_cast<std::ptrdiff_t>(piece.at + piece.size));
    const auto at = below(2) == 0 ? piece.at : pieces_[below(pieces_.size())].at;
    Bytes all;
    for (std::size_t i = 0; i < times && all.size() < kMostBytes; ++i)
      all.insert(all.end(), copy.begin(), copy.end());
    exchange(at, 0, all);
  }

  void remove_piece() {
    if (pieces_.empty()) return erase();
    const auto piece = pieces_[below(pieces_.size())];
    exchange(piece.at, piece.size, {});
  }

  void replace_piece() {
    const auto strange = pieces_of(other_);
    if (pieces_.empty() || strange.empty()) return splice();
    const auto piece = pieces_[below(pieces_.size())];
    const auto& theirs = strange[below(strange.size())];
    exchange(piece.at, below(2) == 0 ? piece.size : 0, other_.subspan(theirs.at, theirs.size));
  }

  void cut() {
    if (below(2) == 0) bytes_.resize(below(bytes_.size()) + 1);
  }

  void mend_checksums() {
    Pieces chunks;
    add_png_chunks(bytes_, chunks);
    for (const auto& chunk : chunks) {
      const auto sum = ::crc32(0, bytes_.data() + chunk.at + 4, static_cast<uInt>(chunk.size - 8));
      put_number(bytes_, chunk.at + chunk.size - 4, 4, Order::big, sum);
    }
  }

  Bytes bytes_;
  ByteView other_;
  Random& random_;
  Pieces pieces_;
};

}  // namespace

Bytes mutated(ByteView file, ByteView other, Random& random) {
  Mutation mutation(file, other, random);
  do mutation.change();
  while (random() % 5 < 2);
  return mutation.finished();
}

}  // namespace frugal::fuzz
