#include "metric/weights.hpp"

#include <algorithm>
#include <cmath>

namespace frugal::metric {
namespace {

/// SSIMULACRA2 2.1 (Cloudinary, ssimulacra2.cc): by channel, scale, norm (mean, then 4-norm) and map
/// (structure, ringing, blur).
constexpr std::array<double, std::size_t{kChannels} * kMaxScales * kCells> kWeights{
    // clang-format off
    0.0, 0.0007376606707406586, 0.0, 0.0, 0.0007793481682867309, 0.0,  // X
    0.0, 0.0004371155730107379, 0.0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,
    0.0, 0.0016406437456599754, 0.0, 1.8422455520539298, 11.441172603757666, 0.0,
    0.0007989109436015163, 0.000176816438078653, 0.0, 1.8787594979546387, 10.94906990605142, 0.0,
    0.0007289346991508072, 0.9677937080626833, 0.0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,
    0.0004550992113792063, 0.0, 0.0, 0.0013648766163243398, 0.0, 0.0,
    0.0, 0.0, 0.0, 7.466890328078848, 0.0, 17.445833984131262,  // Y
    0.0006235601634041466, 0.0, 0.0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,
    225.20515300849274, 0.0, 0.0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,
    176.39317598450694, 0.0, 0.0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,
    0.0, 0.0, 0.0, 34.77906344483772, 44.835625328877896, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0008680556573291698, 0.0, 0.0, 0.0, 0.0,  // B
    0.0, 0.0005313191874358747, 0.0, 0.00016533814161379112, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0004179171803251336, 0.0017290828234722833, 0.0,
    0.0020827005846636437, 0.0, 0.0, 8.826982764996862, 23.19243343998926, 0.0,
    95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,
    0.0, 0.0, 0.0, 0.0005130064588990679, 0.0, 0.00010854057858411537,
    // clang-format on
};

constexpr double kNegligible = 0.0025;

}  // namespace

int scales_of(Size size) {
  int scales = 0;
  while (scales < kMaxScales && std::min(size.width, size.height) >= 8) {
    if (scales > 0) size = at_scale(size, 1);
    ++scales;
  }
  return scales;
}

Size at_scale(Size size, int scale) {
  const std::uint32_t round = (1U << scale) - 1;
  return {(size.width + round) >> scale, (size.height + round) >> scale};
}

std::span<const double> all_weights() {
  return kWeights;
}

CellWeights cell_weights(int scales, int channel, int scale) {
  const int first = (channel * scales + scale) * kCells;
  CellWeights weights;
  std::copy_n(kWeights.begin() + first, kCells, weights.begin());
  double sum = 0;
  for (const double weight : weights) sum += weight;
  if (scales == kMaxScales && scale <= 2 && sum < kNegligible) weights.fill(0);
  return weights;
}

bool counts(int scales, int channel, int scale) {
  const CellWeights weights = cell_weights(scales, channel, scale);
  return std::ranges::any_of(weights, [](double weight) { return weight != 0; });
}

double score_of_sum(double weighted_sum) {
  const double s = weighted_sum * 0.9562382616834844;
  const double spread = (6.248496625763138e-5 * s - 0.020884521182843837) * s * s + 2.326765642916932 * s;
  return spread > 0 ? 100 - 10 * std::pow(spread, 0.6276336467831387) : 100;
}

}  // namespace frugal::metric
