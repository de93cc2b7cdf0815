// Where one picture is read and written: in this process, or in another that may crash.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "batch/transcode.hpp"

namespace frugal::batch {

/// What a picture may use while it is worked on.
struct Grant {
  int threads = 1;
  std::uint64_t memory = 0;  ///< bytes, as reckoned
  bool sparing = false;      ///< what would need more than that is worked out anew each time it is needed
};

/// One source at a time. `open`, then `decode`, then any number of `encode`. After an error of `open` or
/// `decode` nothing else is to be called but `open`.
class Transcoder {
 public:
  Transcoder() = default;
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;
  virtual ~Transcoder() = default;

  /// Takes up a source, in place of any other: `file` must stay where it is for as long as it is needed.
  /// Errors: those of Codec::read_header.
  virtual Result<codec::Header> open(ByteView file, const codec::Codec& source,
                                     const codec::Limits& limits) = 0;

  /// As batch::decode; gives the upright picture's size.
  virtual Result<Size> decode(MetadataPolicy policy, const Grant& grant, Timings& ms) = 0;

  /// As batch::encode; without the search's steps where that was in another process.
  virtual Result<Made> encode(std::span<const codec::Codec* const> targets, const Settings& settings,
                              std::optional<std::uint64_t> useless_from, const Grant& grant, Timings& ms) = 0;

  /// True while the picture is there to be encoded (again): a crash loses it.
  virtual bool has_picture() const = 0;

  /// False where the file that was opened may go.
  virtual bool needs_file() const = 0;
};

/// In this process.
class LocalTranscoder final : public Transcoder {
 public:
  explicit LocalTranscoder(Clock clock) : clock_(clock) {}

  Result<codec::Header> open(ByteView file, const codec::Codec& source, const codec::Limits& limits) override;
  Result<Size> decode(MetadataPolicy policy, const Grant& grant, Timings& ms) override;
  Result<Made> encode(std::span<const codec::Codec* const> targets, const Settings& settings,
                      std::optional<std::uint64_t> useless_from, const Grant& grant, Timings& ms) override;
  bool has_picture() const override { return picture_.has_value(); }
  bool needs_file() const override { return !picture_ || !picture_->file.empty(); }

 private:
  Clock clock_;
  ByteView file_;
  const codec::Codec* source_ = nullptr;
  codec::Limits limits_;
  std::optional<Picture> picture_;
};

/// Hands out transcoders.
class Workshop {
 public:
  Workshop() = default;
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  virtual ~Workshop() = default;

  /// From any thread; each is used by one thread at a time. Errors: internal, where none can be had.
  virtual Result<std::unique_ptr<Transcoder>> transcoder() = 0;

  /// The most memory, in bytes, that its processes can have used beside this one at any time.
  virtual std::uint64_t peak_memory() const { return 0; }
};

class LocalWorkshop final : public Workshop {
 public:
  explicit LocalWorkshop(Clock clock) : clock_(clock) {}
  Result<std::unique_ptr<Transcoder>> transcoder() override;

 private:
  Clock clock_;
};

}  // namespace frugal::batch
