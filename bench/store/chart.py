#!/usr/bin/env python3
"""Draws the table of build/store: how many rows a second, over how many there are. Reads the table from standard input,
writes an SVG for light and dark grounds to standard output."""

import math
import sys
from html import escape

WIDTH, HEIGHT = 820, 400
LEFT, RIGHT, ABOVE, BELOW = 56, 300, 76, 44  # around the plot
LABEL = 16  # least distance of two names

STYLE = """
  .ground { fill: #ffffff } .ink { fill: #1f2328 } .muted { fill: #59636e } .grid { stroke: #d9dee4 }
  .written { fill: none; stroke: #d9601a; stroke-width: 2; stroke-dasharray: 5 4 } .written-dot { fill: #d9601a }
  .asked { fill: none; stroke: #2a78d6; stroke-width: 2 } .asked-dot { fill: #2a78d6 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .ink { fill: #e6edf3 } .muted { fill: #9198a1 } .grid { stroke: #2b323b }
    .written { stroke: #f0883e } .written-dot { fill: #f0883e }
    .asked { stroke: #58a6ff } .asked-dot { fill: #58a6ff }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
  .title { font-size: 17px; font-weight: 600 }
  .tick { font-size: 11px }
"""


def text(x, y, content, kind, anchor='start'):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def short(number):
    for unit, name in ((10**6, 'M'), (10**3, 'k')):
        if number >= unit:
            return f'{number / unit:g}{name}'
    return f'{number:g}'


def read_table(lines):
    """The numbers of rows, and by name the figures for each."""
    cells = [[cell.strip() for cell in line.strip().strip('|').split('|')] for line in lines if line.startswith('|')]
    numbers = {row[0]: [float(cell.replace(',', '')) for cell in row[1:]] for row in cells if '---' not in row[0]}
    return numbers.pop('rows'), numbers


def apart(places):
    """The same places in order, moved so far that names there do not lie on each other."""
    moved = list(places)
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + LABEL)
    return moved


def picture(rows, figures):
    ending = ', a second'
    rates = {name.removesuffix(ending): values for name, values in figures.items() if name.endswith(ending)}
    every = [value for values in rates.values() for value in values]
    decades = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    right, bottom = WIDTH - RIGHT, HEIGHT - BELOW

    def x(count):
        low, high = math.log(rows[0]), math.log(rows[-1])
        return LEFT + (right - LEFT) * ((math.log(count) - low) / (high - low) if high > low else 0.5)

    def y(rate):
        low, high = decades
        return bottom - (bottom - ABOVE) * (math.log10(rate) - low) / (high - low)

    yield (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    )
    yield "<title>Rows of the cache written and looked up in a second, by the number of rows</title>"
    yield f'<style>{STYLE}</style>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" class="ground"/>'
    yield text(LEFT, 28, 'What the cache does in a second, while it grows', 'ink title')
    yield text(LEFT, 48, 'rows in a second of processor time, by the number of rows that there are', 'muted')
    for decade in range(decades[0], decades[1] + 1):
        yield line(LEFT, y(10**decade), right, y(10**decade), 'grid')
        yield text(LEFT - 8, y(10**decade) + 4, short(10**decade), 'muted tick', 'end')
    for count in rows:
        yield line(x(count), ABOVE, x(count), bottom, 'grid')
        yield text(x(count), bottom + 18, short(count), 'muted tick', 'middle')
    yield text(right, bottom + 34, 'rows', 'muted tick', 'end')
    names = sorted(rates, key=lambda name: -rates[name][-1])
    for name, place in zip(names, apart([y(rates[name][-1]) for name in names])):
        kind = 'written' if 'written' in name or 'remembered' in name else 'asked'
        points = [(x(count), y(rate)) for count, rate in zip(rows, rates[name])]
        yield f'<polyline class="{kind}" points="{" ".join(f"{px:.1f},{py:.1f}" for px, py in points)}"/>'
        for px, py in points:
            yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.4" class="{kind}-dot"/>'
        yield text(right + 12, place + 4, f'{name}: {short(rates[name][-1])}', 'ink')
    yield '</svg>'


if __name__ == '__main__':
    print('\n'.join(picture(*read_table(sys.stdin))))
