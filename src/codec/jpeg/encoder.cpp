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

std::vector<float> by_texture(const Spectrum& spectrum, bool chroma, int threads) {
  constexpr float kFloor = 8;
  const auto weights = texture_weights();
  std::vector<float> out(spectrum.blocks.size());
  parallel_for(spectrum.rows, threads, [&](std::size_t row) {
    for (std::size_t i = row * spectrum.columns; i < (row + 1) * spectrum.columns; ++i) {
      out[i] = masked(spectrum.blocks[i], weights) + kFloor;
    }
  });
  level(out, chroma ? -0.27F : -0.55F);
  return out;
}

/// `importance`, a grid of 8×8 pixels of the picture, on the grid of a component's blocks, each of which is
/// `across` times `down` of those.
std::vector<float> by_importance(const Importance& importance, std::size_t plane, const Spectrum& spectrum,
                                 std::uint32_t across, std::uint32_t down, float power) {
  const auto& from = importance.planes[plane];
  std::vector<float> out(spectrum.blocks.size());
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
SymbolCosts costs_of(const Spectrum& spectrum, const Quantizer& quantizer, int threads) {
  constexpr std::size_t kEnoughRows = 24;
  const std::size_t step = std::max<std::size_t>(spectrum.rows / kEnoughRows, 1);
  std::vector<SymbolHistogram> counts(spectrum.rows / step);
  parallel_for(counts.size(), threads, [&](std::size_t number) {
    Block block;
    const std::size_t first = (number * step + step / 2) * spectrum.columns;
    for (std::size_t i = first; i < first + spectrum.columns; ++i) {
      quantise(spectrum.blocks[i], quantizer, block);
      count_symbols(block, counts[number]);
    }
  });
  return SymbolCosts::of(sum(counts));
}

std::vector<Block> quantised(const Spectrum& spectrum, const Table& table, int threads) {
  const Quantizer quantizer(table);
  std::vector<Block> blocks(spectrum.blocks.size());
  parallel_for(spectrum.rows, threads, [&](std::size_t row) {
    for (std::size_t i = row * spectrum.columns; i < (row + 1) * spectrum.columns; ++i) {
      quantise(spectrum.blocks[i], quantizer, blocks[i]);
    }
  });
  return blocks;
}

/// `target(i)` is block i as it is to be coded.
template <class Target>
std::vector<Block> quantised(const Layer& layer, const Table& table, float lambda,
                             std::span<const float> weights, int threads, const Target& target) {
  const auto& spectrum = layer.spectrum;
  const Quantizer quantizer(table);
  const auto costs = costs_of(spectrum, quantizer, threads);
  std::vector<Block> blocks(spectrum.blocks.size());
  parallel_for(spectrum.rows, threads, [&](std::size_t row) {
    for (std::size_t i = row * spectrum.columns; i < (row + 1) * spectrum.columns; ++i) {
      RealBlock block = target(i);
      if (!layer.clipped.empty() && layer.clipped[i] != 0) overshoot(block, table);
      quantise(block, quantizer, lambda / weights[i], costs, blocks[i]);
    }
  });
  return blocks;
}

Spectrum dequantised(const Component& component, int threads) {
  Spectrum spectrum{component.columns, component.rows, {}};
  spectrum.blocks.resize(component.blocks.size());
  parallel_for(component.rows, threads, [&](std::size_t row) {
    for (std::size_t i = row * component.columns; i < (row + 1) * component.columns; ++i) {
      for (std::size_t k = 0; k < kBlockSize; ++k) {
        spectrum.blocks[i][k] = static_cast<float>(component.blocks[i][k] * component.table[k]);
      }
    }
  });
  return spectrum;
}

/// How many times a component is to be enlarged.
Factors factors_of(const Coefficients& coefficients, std::size_t component) {
  const auto most = most_of(coefficients);
  const auto& own = coefficients.components[component];
  return {most.horizontal / own.horizontal, most.vertical / own.vertical};
}

/// A component's samples, as many as are stored.
SamplePlane stored_plane(const Coefficients& coefficients, std::size_t component, int threads) {
  const auto most = most_of(coefficients);
  const auto& own = coefficients.components[component];
  const auto part = [](std::uint32_t side, int factor, int of) { return (side * factor + of - 1) / of; };
  return restored(dequantised(own, threads), part(coefficients.size.width, own.horizontal, most.horizontal),
                  part(coefficients.size.height, own.vertical, most.vertical), threads);
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

Component blank(const Layer& layer, const Table& table) {
  return {layer.horizontal, layer.vertical, layer.spectrum.columns, layer.spectrum.rows, table, {}};
}

}  // namespace

Sampling Source::sampling() const {
  const auto whole = [](const Layer& layer) { return layer.horizontal == 1 && layer.vertical == 1; };
  return std::ranges::all_of(layers, whole) ? Sampling::full : Sampling::half;
}

Source source_of(const Image& image, Sampling sampling, int threads) {
  Source source{image.size(), {}};
  auto planes = planes_of(image, sampling, threads);
  const int most = planes.size() > 1 && sampling == Sampling::half ? 2 : 1;
  for (auto& plane : planes) {
    const int factor = source.layers.empty() ? most : 1;
    source.layers.push_back({factor, factor, transformed(plane, threads), {}});
    plane = {};  // each takes as much as its spectrum
  }
  source.layers[0].clipped = clipped_blocks(source.layers[0].spectrum, threads);
  return source;
}

Source source_of(const Coefficients& stored, Sampling sampling, int threads) {
  Source source{stored.size, {}};
  for (const auto& component : stored.components) {
    source.layers.push_back({component.horizontal, component.vertical, dequantised(component, threads), {}});
  }
  source.layers[0].clipped = clipped_blocks(source.layers[0].spectrum, threads);
  if (sampling == Sampling::full || !can_be_halved(stored)) return source;
  for (std::size_t c = 1; c < source.layers.size(); ++c) {
    source.layers[c].horizontal = source.layers[c].vertical = 1;
    const auto factors = factors_of(stored, c);
    if (factors.horizontal == 2 && factors.vertical == 2) continue;
    auto plane = stored_plane(stored, c, threads);
    if (factors.horizontal == 2 || factors.vertical == 2)
      plane = enlarged(plane, stored.size.width, stored.size.height, factors, threads);
    source.layers[c].spectrum = transformed(reduced(plane, threads), threads);
  }
  source.layers[0].horizontal = source.layers[0].vertical = 2;
  return source;
}

Coefficients quantised(const Source& source, const Recipe& recipe, int threads) {
  Coefficients coefficients{source.size, {}};
  for (std::size_t c = 0; c < source.layers.size(); ++c) {
    const auto& spectrum = source.layers[c].spectrum;
    auto component = blank(source.layers[c], recipe.tables[c]);
    if (recipe.lambdas[c] == 0) {
      component.blocks = quantised(spectrum, component.table, threads);
    } else {
      const auto weights = by_texture(spectrum, c > 0, threads);
      component.blocks = quantised(source.layers[c], component.table, recipe.lambdas[c], weights, threads,
                                   [&](std::size_t i) -> const RealBlock& { return spectrum.blocks[i]; });
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
    const auto& spectrum = source.layers[c].spectrum;
    auto component = blank(source.layers[c], recipe.tables[c]);
    const auto across = static_cast<std::uint32_t>(most.horizontal / component.horizontal);
    const auto down = static_cast<std::uint32_t>(most.vertical / component.vertical);
    const auto weights = by_importance(guide.importance, c, spectrum, across, down, recipe.dampings[c]);
    if (slopes.empty()) {
      component.blocks = quantised(source.layers[c], component.table, recipe.lambdas[c], weights, threads,
                                   [&](std::size_t i) -> const RealBlock& { return spectrum.blocks[i]; });
    } else {
      const Shift shift(spectrum, draft.components[c], slopes[c], weights, c == 0, threads);
      component.blocks = quantised(source.layers[c], component.table, recipe.lambdas[c], weights, threads,
                                   [&](std::size_t i) { return shift(i, component.table); });
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
