#include "metric/descent.hpp"

namespace frugal::metric {
namespace {

void halve(Patch& in, const Kernels& run, Patch& out) {
  in.make_even();
  out.size = at_scale(in.size, 1);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t y = 0; y < out.size.height; ++y) {
      run.halve(in.row(c, 2 * y), in.row(c, 2 * y + 1), out.size.width, out.row(c, y));
    }
  }
}

}  // namespace

void Descent::take() {
  const bool last = y_ + 1 == area_.height;
  if (y_ % 2 == 0 && last) pair_[1] = pair_[0];
  if (y_ % 2 == 1 || last) halve_pair();
  ++y_;
  if (last) fill();
}

void Descent::halve_pair() {
  for (std::size_t c = 0; c < 3; ++c) {
    for (auto& row : pair_) row[c][kReach + area_.width] = row[c][kReach + area_.width - 1];
    run_.halve(pair_[0][c].data() + kReach, pair_[1][c].data() + kReach, half_.size.width,
               half_.row(c, y_ / 2));
  }
}

void Descent::fill() {
  Patch* patch = &half_;
  Patch* next = &other_;
  for (int scale = 1; scale < space_.scales_; ++scale) {
    for (std::size_t y = 0; y < patch->size.height; ++y) {
      space_.write(scale, area_.x >> scale, (area_.y >> scale) + y,
                   {patch->row(0, y), patch->row(1, y), patch->row(2, y)}, patch->size.width, run_);
    }
    if (scale + 1 < space_.scales_) halve(*patch, run_, *next);
    std::swap(patch, next);
  }
}

}  // namespace frugal::metric
