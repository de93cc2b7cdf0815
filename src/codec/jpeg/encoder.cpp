#include "codec/jpeg/encoder.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "codec/jpeg/dc_costs.hpp"
#include "codec/jpeg/huffman_cost.hpp"
#include "codec/jpeg/overshoot.hpp"
#include "codec/jpeg/resample.hpp"
#include "codec/jpeg/shift.hpp"
#include "codec/jpeg/trellis.hpp"
#include "util/parallel.hpp"

namespace frugal::codec::jpeg {

namespace {

/// How much an error in a block hides in the block's own texture: its energy, high frequencies counting less.
float masked(const RealBlock& block, const std::array<float, kBlockSize>& weights) {
  float energy = 0;
  for (std::size_t i = 0; i < kBlockSize; ++i) energy += block[i] * block[i] * weights[i];
  return energy;
}

std::array<float, kBlockSize> texture_weights() {
  std::array<float, kBlockSize> weights{};
  for (std::size_t i = 1; i < kBlockSize; ++i) {
    const std::size_t row = i / kBlockSide;
    const auto u = static_cast<float>(i % kBlockSide);
    const auto v = static_cast<float>(row);
    weights[i] = 1 / (63 * (1 + 0.3F * (u * u + v * v)));
  }
  return weights;
}

/// Powers of figures, divided by their geometric mean, within bounds: what the metric makes little of is seen
/// by others, and by people.
void level(std::span<float> values, float power) {
  constexpr float kLeast = 0.3F;
  constexpr float kMost = 5;
  double sum = 0;
  for (float& value : values) {
    value = power * std::log(value);
    sum += value;
  }
  const auto mean = static_cast<float>(sum / static_cast<double>(values.size()));
  for (float& value : values) value = std::clamp(std::exp(value - mean), kLeast, kMost);
}

std::vector<float> by_texture(const Layer& layer, bool chroma, int threads) {
  constexpr float kFloor = 8;
  const auto weights = texture_weights();
  std::vector<float> out(std::size_t{layer.spectrum.columns} * layer.spectrum.rows);
  for_blocks(layer, threads, [&](std::size_t first, const RealBlock* blocks, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out[first + i] = masked(blocks[i], weights) + kFloor;
  });
  level(out, chroma ? -0.27F : -0.55F);
  return out;
}

/// `importance`, a grid of 8×8 pixels of the picture, on the grid of a component's blocks, each of which is
/// `across` times `down` of those.
std::vector<float> by_importance(const Importance& importance, std::size_t plane, const Spectrum& spectrum,
                                 std::uint32_t across, std::uint32_t down, float power) {
  const auto& from = importance.planes[plane];
  std::vector<float> out(std::size_t{spectrum.columns} * spectrum.rows);
  for (std::uint32_t y = 0; y < spectrum.rows; ++y) {
    for (std::uint32_t x = 0; x < spectrum.columns; ++x) {
      float sum = 0;
      std::uint32_t count = 0;
      for (std::uint32_t v = y * down; v < std::min((y + 1) * down, importance.rows); ++v) {
        for (std::uint32_t u = x * across; u < std::min((x + 1) * across, importance.columns); ++u, ++count) {
          sum += from[std::size_t{v} * importance.columns + u];
        }
      }
      out[std::size_t{y} * spectrum.columns + x] =
          count > 0 ? sum / static_cast<float>(count) + 1e-30F : 1e-30F;
    }
  }
  level(out, power);
  return out;
}

SymbolHistogram sum(std::span<const SymbolHistogram> parts) {
  SymbolHistogram whole{};
  for (const auto& part : parts) whole += part;
  return whole;
}

/// What the AC symbols of nearest steps cost, gathered over enough rows of blocks.
SymbolCosts costs_of(const Layer& layer, const Quantizer& quantizer, int threads) {
  constexpr std::size_t kEnoughRows = 24;
  const std::size_t step = std::max<std::size_t>(layer.spectrum.rows / kEnoughRows, 1);
  std::vector<SymbolHistogram> counts(layer.spectrum.rows / step);
  parallel_for(counts.size(), threads, [&](std::size_t number) {
    Block block;
    std::vector<RealBlock> room;
    const std::size_t row = number * step + step / 2;
    const RealBlock* const blocks = layer.rows(row, row + 1, room);
    for (std::size_t i = 0; i < layer.spectrum.columns; ++i) {
      quantise(blocks[i], quantizer, block);
      count_symbols(block, counts[number]);
    }
  });
  return SymbolCosts::of(sum(counts));
}

/// Where a layer's quantised blocks go: in place of those that they are made of, where these are stored.
std::vector<Block> room_for(const Layer& layer) {
  if (layer.stored) return {};
  return std::vector<Block>(std::size_t{layer.spectrum.columns} * layer.spectrum.rows);
}

std::vector<Block> quantised(const Layer& layer, const Table& table, int threads) {
  const Quantizer quantizer(table);
  auto blocks = room_for(layer);
  auto& out = layer.stored ? layer.stored->blocks : blocks;
  for_blocks(layer, threads, [&](std::size_t first, const RealBlock* from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) quantise(from[i], quantizer, out[first + i]);
  });
  return std::move(out);
}

/// `target(i, block)` is block i as it is to be coded.
template <class Target>
std::vector<Block> quantised(const Layer& layer, const Table& table, float lambda,
                             std::span<const float> weights, int threads, const Target& target) {
  const Quantizer quantizer(table);
  const auto costs = costs_of(layer, quantizer, threads);
  auto blocks = room_for(layer);
  auto& out = layer.stored ? layer.stored->blocks : blocks;
  for_blocks(layer, threads, [&](std::size_t first, const RealBlock* from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      RealBlock block = target(first + i, from[i]);
      if (!layer.clipped.empty() && layer.clipped[first + i] != 0) overshoot(block, table);
      quantise(block, quantizer, lambda / weights[first + i], costs, out[first + i]);
    }
  });
  return std::move(out);
}

/// Every block as it is.
RealBlock unmoved(std::size_t /*number*/, const RealBlock& block) {
  return block;
}

Component blank(const Layer& layer, const Table& table) {
  return {layer.horizontal, layer.vertical, layer.spectrum.columns, layer.spectrum.rows, table, {}};
}

}  // namespace

Coefficients quantised(Source& source, const Recipe& recipe, int threads) {
  Coefficients coefficients{source.size, {}};
  for (std::size_t c = 0; c < source.layers.size(); ++c) {
    const auto& layer = source.layers[c];
    auto component = blank(layer, recipe.tables[c]);
    if (recipe.lambdas[c] == 0) {
      component.blocks = quantised(layer, component.table, threads);
    } else {
      const auto weights = by_texture(layer, c > 0, threads);
      component.blocks = quantised(layer, component.table, recipe.lambdas[c], weights, threads, unmoved);
    }
    coefficients.components.push_back(std::move(component));
  }
  return coefficients;
}

Coefficients quantised(const Source& source, const Recipe& recipe, const Guide& guide,
                       const Coefficients& draft, int threads) {
  Coefficients coefficients{source.size, {}};
  const auto slopes =
      guide.slopes[0].empty() ? std::vector<Slopes>() : slopes_of(guide.slopes, draft, threads);
  const auto most = most_of(draft);
  for (std::size_t c = 0; c < source.layers.size(); ++c) {
    const auto& layer = source.layers[c];
    auto component = blank(layer, recipe.tables[c]);
    const auto across = static_cast<std::uint32_t>(most.horizontal / component.horizontal);
    const auto down = static_cast<std::uint32_t>(most.vertical / component.vertical);
    const auto weights = by_importance(guide.importance, c, layer.spectrum, across, down, recipe.dampings[c]);
    if (slopes.empty()) {
      component.blocks = quantised(layer, component.table, recipe.lambdas[c], weights, threads, unmoved);
    } else {
      const Shift shift(layer.spectrum, draft.components[c], slopes[c], weights, c == 0, threads);
      component.blocks =
          quantised(layer, component.table, recipe.lambdas[c], weights, threads,
                    [&](std::size_t i, const RealBlock&) { return shift(i, component.table); });
    }
    coefficients.components.push_back(std::move(component));
  }
  return coefficients;
}

Result<Image> reconstructed(const Coefficients& coefficients, int threads) {
  std::vector<SamplePlane> planes;
  const auto [width, height] = coefficients.size;
  for (std::size_t c = 0; c < coefficients.components.size(); ++c) {
    auto plane = stored_plane(coefficients, c, threads);
    round_samples(plane, threads);
    if (const auto factors = factors_of(coefficients, c); factors.horizontal > 1 || factors.vertical > 1) {
      plane = enlarged(plane, width, height, factors, threads);
      round_samples(plane, threads);
    }
    planes.push_back(std::move(plane));
  }
  return image_of(planes, threads);
}

double estimated_bits(const Coefficients& coefficients, int threads) {
  std::uint64_t bits = 0;
  for (std::size_t c = 0; c < coefficients.components.size(); ++c) {
    const auto& component = coefficients.components[c];
    std::vector<SymbolHistogram> counts(component.rows);
    parallel_for(component.rows, threads, [&](std::size_t row) {
      for (const auto& block : component.row(row)) count_symbols(block, counts[row]);
    });
    bits += huffman_cost(sum(counts)).bits;
    bits += huffman_cost(dc_symbols(coefficients, static_cast<int>(c), false, 0)).bits;
  }
  return static_cast<double>(bits);
}

}  // namespace frugal::codec::jpeg
