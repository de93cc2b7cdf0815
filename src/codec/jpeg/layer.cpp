#include "codec/jpeg/layer.hpp"

#include <algorithm>
#include <utility>

#include "codec/jpeg/overshoot.hpp"
#include "codec/jpeg/resample.hpp"

namespace frugal::codec::jpeg {

namespace {

void dequantise(const Component& component, std::size_t first, std::size_t end, RealBlock* out) {
  for (std::size_t i = first * component.columns; i < end * component.columns; ++i, ++out) {
    for (std::size_t k = 0; k < kBlockSize; ++k) {
      (*out)[k] = static_cast<float>(component.blocks[i][k] * component.table[k]);
    }
  }
}

/// True where chroma is stored in full, or halved in one direction.
bool can_be_halved(const Coefficients& coefficients) {
  bool any = false;
  for (std::size_t c = 0; c < coefficients.components.size(); ++c) {
    const auto [across, down] = factors_of(coefficients, c);
    if (across > 2 || down > 2 || (c == 0 && across * down > 1)) return false;
    any |= c > 0 && across * down < 4;
  }
  return any;
}

Layer layer_of(Component component) {
  Layer layer{component.horizontal, component.vertical, {component.columns, component.rows, {}}, {}, {}, {}};
  layer.stored = std::make_shared<Component>(std::move(component));
  layer.make = [from = layer.stored.get()](std::size_t first, std::size_t end, RealBlock* out) {
    dequantise(*from, first, end, out);
  };
  return layer;
}

Layer layer_of(const Image& image, std::size_t component, Sampling sampling) {
  const bool halved = sampling == Sampling::half && !image.gray();
  const int factor = halved && component == 0 ? 2 : 1;
  const bool half = halved && component > 0;
  const auto blocks = [half](std::uint32_t side) {
    const auto samples = half ? (side + 1) / 2 : side;
    return (samples + kBlockSide - 1) / kBlockSide;
  };
  const Spectrum none{blocks(image.width()), blocks(image.height()), {}};
  const auto make = [&image, component, half, columns = none.columns](std::size_t first, std::size_t end,
                                                                      RealBlock* out) {
    const auto rows = plane_of(image, component, half ? Sampling::half : Sampling::full,
                               static_cast<std::uint32_t>(first) * kBlockSide,
                               static_cast<std::uint32_t>(end) * kBlockSide);
    for (std::size_t row = 0; row < end - first; ++row) forward(rows, row, out + row * columns);
  };
  return {factor, factor, none, make, {}, {}};
}

void mark_clipped(Layer& luma, int threads) {
  luma.clipped.resize(std::size_t{luma.spectrum.columns} * luma.spectrum.rows);
  for_blocks(luma, threads, [&](std::size_t first, const RealBlock* blocks, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) luma.clipped[first + i] = is_clipped(blocks[i]) ? 1 : 0;
  });
}

}  // namespace

const RealBlock* Layer::rows(std::size_t first, std::size_t end, std::vector<RealBlock>& room) const {
  if (!spectrum.blocks.empty()) return &spectrum.blocks[first * spectrum.columns];
  room.resize((end - first) * spectrum.columns);
  make(first, end, room.data());
  return room.data();
}

Sampling Source::sampling() const {
  const auto whole = [](const Layer& layer) { return layer.horizontal == 1 && layer.vertical == 1; };
  return std::ranges::all_of(layers, whole) ? Sampling::full : Sampling::half;
}

Source source_of(const Image& image, Sampling sampling, int threads) {
  Source source{image.size(), {}};
  for (std::size_t c = 0; c < (image.gray() ? 1 : 3); ++c) {
    source.layers.push_back(layer_of(image, c, sampling));
  }
  mark_clipped(source.layers[0], threads);
  return source;
}

Source source_of(Coefficients stored, Sampling sampling, int threads) {
  Source source{stored.size, {}};
  const bool halve = sampling == Sampling::half && can_be_halved(stored);
  std::vector<Spectrum> halved(stored.components.size());
  for (std::size_t c = 1; halve && c < halved.size(); ++c) {
    const auto factors = factors_of(stored, c);
    if (factors.horizontal == 2 && factors.vertical == 2) continue;
    auto plane = stored_plane(stored, c, threads);
    if (factors.horizontal == 2 || factors.vertical == 2)
      plane = enlarged(plane, stored.size.width, stored.size.height, factors, threads);
    halved[c] = transformed(reduced(plane, threads), threads);
  }
  for (std::size_t c = 0; c < halved.size(); ++c) {
    if (halved[c].blocks.empty()) {
      source.layers.push_back(layer_of(std::move(stored.components[c])));
    } else {
      source.layers.push_back({1, 1, std::move(halved[c]), {}, {}, {}});
    }
    if (halve) source.layers[c].horizontal = source.layers[c].vertical = c == 0 ? 2 : 1;
  }
  mark_clipped(source.layers[0], threads);
  return source;
}

void keep(Source& source, int threads) {
  for (auto& layer : source.layers) {
    if (!layer.spectrum.blocks.empty()) continue;
    std::vector<RealBlock> all(std::size_t{layer.spectrum.columns} * layer.spectrum.rows);
    for_blocks(layer, threads, [&](std::size_t first, const RealBlock* blocks, std::size_t count) {
      std::copy_n(blocks, count, &all[first]);
    });
    layer.spectrum.blocks = std::move(all);
    layer.make = {};
    layer.stored = {};
  }
}

Factors factors_of(const Coefficients& coefficients, std::size_t component) {
  const auto most = most_of(coefficients);
  const auto& own = coefficients.components[component];
  return {most.horizontal / own.horizontal, most.vertical / own.vertical};
}

SamplePlane stored_plane(const Coefficients& coefficients, std::size_t component, int threads) {
  const auto most = most_of(coefficients);
  const auto& own = coefficients.components[component];
  const auto part = [](std::uint32_t side, int factor, int of) { return (side * factor + of - 1) / of; };
  auto plane = make_plane(part(coefficients.size.width, own.horizontal, most.horizontal),
                          part(coefficients.size.height, own.vertical, most.vertical));
  parallel_for(own.rows, threads, [&](std::size_t row) {
    std::vector<RealBlock> blocks(own.columns);
    dequantise(own, row, row + 1, blocks.data());
    for (std::size_t column = 0; column < own.columns; ++column)
      inverse(blocks[column], plane.row(row * kBlockSide) + column * kBlockSide, plane.stride);
  });
  return plane;
}

}  // namespace frugal::codec::jpeg
