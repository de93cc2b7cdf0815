// One channel of floats, aligned for vector instructions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "image/image.hpp"
#include "util/memory.hpp"

namespace frugal::metric {

/// Floats in the widest vector register.
inline constexpr std::size_t kLanes = 16;

constexpr std::size_t round_up(std::size_t count, std::size_t to) {
  return (count + to - 1) / to * to;
}

/// A raster of one float a pixel; each row starts on 64 bytes. Empty when made without a size.
class Plane {
 public:
  Plane() = default;

  /// Not initialised. Throws std::bad_alloc.
  explicit Plane(Size size)
      : size_(size), stride_(round_up(size.width, kLanes)), data_(allocated(stride_, size.height)) {}

  Size size() const { return size_; }
  bool empty() const { return !data_; }
  std::size_t stride() const { return stride_; }  ///< from one row to the next, in floats
  float* row(std::size_t y) { return data_.get() + stride_ * y; }
  const float* row(std::size_t y) const { return data_.get() + stride_ * y; }

 private:
  static Memory<float> allocated(std::size_t stride, std::size_t height) {
    std::size_t count = 0;
    auto data = __builtin_mul_overflow(stride, height, &count) ? nullptr : allocate<float>(count);
    if (!data) throw std::bad_alloc();
    return data;
  }

  Size size_;
  std::size_t stride_ = 0;
  Memory<float> data_;
};

/// Part of a plane, or of what a plane would hold: the pixels from column `x` and row `y` on.
struct PlaneView {
  const float* data = nullptr;
  std::size_t stride = 0;  ///< from one row to the next, in floats
  std::size_t x = 0;
  std::size_t y = 0;

  /// `column` and `row` count from the plane's first.
  const float* at(std::size_t column, std::size_t row) const {
    return data + (row - y) * stride + (column - x);
  }
};

inline PlaneView view_of(const Plane& plane) {
  return {plane.row(0), plane.stride(), 0, 0};
}

}  // namespace frugal::metric
