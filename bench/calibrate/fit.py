#!/usr/bin/env python3
"""Learns the tables of src/adapt/model_tables.hpp from measured curves; see bench/README.md.

  fit.py CURVES.csv... --mosaics MOSAICS.csv... >src/adapt/model_tables.hpp

For each codec, chroma sampling and kind of picture: a factor analysis of the curves (their mean, a few loadings, what
they leave over), and a ridge regression of the factors on the features. Needs python3-numpy.
"""
import collections
import csv
import sys
import textwrap

import numpy as np

KNOTS, FACTORS = 10, 8
RIDGE = 6.0  # in units of one picture, for standardised features
LEAST_NOISE = 0.008  # standard deviation: scores jump that much (in ln) from one setting to the next
CODECS = ['jpeg', 'png', 'webp', 'avif', 'heic']


def read(paths):
    """picture -> mode -> (KNOTS, 3) of ln loss, ln worst loss, ln bits a pixel; mode -> picture -> (graphic, features);
    mode -> knot -> quality."""
    curves, features, knots = collections.defaultdict(dict), {}, collections.defaultdict(dict)
    for path in paths:
        described, modes = {}, set()
        for row in csv.reader(open(path)):
            if row[1] == 'features':
                described[row[0]] = (int(row[2]), np.array([float(x) for x in row[3:]]))
                continue
            values = curves[row[0]].setdefault(row[1], np.full((KNOTS, 3), np.nan))
            losses = [np.log(max(100 - float(score), 0.05)) for score in row[5:7]]
            values[int(row[2])] = (*losses, np.log(float(row[4])))
            knots[row[1]][int(row[2])] = float(row[3])
            modes.add(row[1])
        features.update((mode, described) for mode in modes)
    return curves, features, knots


def fit(points, features):
    """The model of pictures x points (NaN where not measured) and their features."""
    count = len(points)
    known = ~np.isnan(points)
    filled = np.where(known, points, np.nanmean(points, axis=0))
    for _ in range(40):  # principal components, what is missing filled in from them
        mean = filled.mean(axis=0)
        u, s, vt = np.linalg.svd(filled - mean, full_matrices=False)
        loadings = vt[:FACTORS].T * s[:FACTORS] / np.sqrt(count)
        factors = u[:, :FACTORS] * np.sqrt(count)
        rebuilt = mean + factors @ loadings.T
        filled = np.where(known, points, rebuilt)
    freedom = np.maximum(known.sum(axis=0) * (1 - FACTORS / count), 1)
    noise = np.maximum(np.where(known, (filled - rebuilt) ** 2, 0).sum(axis=0) / freedom, LEAST_NOISE ** 2)
    centre, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    design = np.c_[(features - centre) / scale, np.ones(count)]

    def regress(rows):
        penalty = np.eye(design.shape[1]) * RIDGE
        penalty[-1, -1] = 1e-6
        return np.linalg.solve(design[rows].T @ design[rows] + penalty, design[rows].T @ factors[rows])

    left = np.zeros_like(factors)  # of pictures that the regression has not seen
    fold = np.arange(count) % 10
    for i in range(10):
        left[fold == i] = factors[fold == i] - design[fold == i] @ regress(fold != i)
    weights = regress(fold >= 0)
    slopes = weights[:-1].T / scale
    constant = weights[-1] - slopes @ centre
    return mean, loadings, np.c_[slopes, constant], left.T @ left / count, noise


def numbers(values):
    return '{' + ', '.join('%.4g' % (value + 0.0) for value in np.ravel(values)) + '}'


def main():
    split = sys.argv.index('--mosaics')
    curves, _, knots = read(sys.argv[1:split])
    mosaics, features, _ = read(sys.argv[split + 1:])
    nothing = np.full((KNOTS, 3), np.nan)
    modes = sorted(knots, key=lambda mode: (CODECS.index(mode.split('-')[0]), 'half sharp full'.find(mode.split('-')[1])))
    print('// What bench/calibrate/fit.py learned; not to be edited by hand.\n#pragma once\n')
    print('#include <array>\n\n#include "adapt/model.hpp"\n\nnamespace frugal::adapt {\n')
    print('// clang-format off')
    print('inline constexpr std::array<ModelTable, %d> kModelTables{{' % (2 * len(modes)))
    for mode in modes:
        for graphic in (0, 1):
            names = [n for n in sorted(curves) if mode in curves[n] and features[mode].get(n, (None,))[0] == graphic]
            points = np.array([np.r_[curves[n][mode].T.ravel(), mosaics[n].get(mode, nothing).T.ravel()] for n in names])
            learned = fit(points, np.array([features[mode][n][1] for n in names]))
            codec, chroma = mode.split('-')
            print('    {codec::Format::%s, codec::Chroma::%s, %s,  // %d pictures' %
                  (codec, chroma, 'true' if graphic else 'false', len(names)))
            for values in ([knots[mode][k] for k in range(KNOTS)], *learned):
                print('\n'.join(textwrap.wrap(numbers(values) + ',', 118, initial_indent='     ', subsequent_indent='      ')))
            print('    },')
    print('}};\n// clang-format on\n\n}  // namespace frugal::adapt')


if __name__ == '__main__':
    main()
