"""The picture of bench/adaptive: for each format, the scores of all pictures at the same bytes in total, ours
with one score for all and the rival's with one setting for all. An SVG for light and dark grounds."""

import math
import shutil
import subprocess
from html import escape

WIDTH, PANEL_HEIGHT, COLUMNS = 820, 290, 2
LEFT, RIGHT, ABOVE, BELOW, GAP = 44, 14, 74, 48, 26  # around the plot of a panel, and between panels
HEAD, FOOT = 72, 4  # above and below all panels

STYLE = """
  .ground { fill: #ffffff } .ink { fill: #1f2328 } .muted { fill: #59636e } .grid { stroke: #d9dee4 }
  .goal { fill: #2a78d6; fill-opacity: .16 } .move { stroke: #8b949e; stroke-opacity: .34 }
  .ours { fill: #2a78d6 } .theirs { fill: #ffffff; stroke: #d9601a; stroke-width: 1.5 }
  .ours-text { fill: #1d63b8 } .theirs-text { fill: #b84e10 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .ink { fill: #e6edf3 } .muted { fill: #9198a1 } .grid { stroke: #2b323b }
    .goal { fill: #58a6ff; fill-opacity: .2 } .move { stroke: #9198a1; stroke-opacity: .3 }
    .ours { fill: #58a6ff } .theirs { fill: #0d1117; stroke: #f0883e }
    .ours-text { fill: #79b8ff } .theirs-text { fill: #f0883e }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
  .title { font-size: 17px; font-weight: 600 }
  .name { font-size: 14px; font-weight: 600 }
  .tick { font-size: 11px }
"""


def text(x, y, content, kind, anchor='start'):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def dot(x, y, kind, radius):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" class="{kind}"/>'


class Axes:
    """Places bits per pixel (logarithmic) and scores within one panel; the same ranges for all panels."""

    def __init__(self, panels):
        sizes = [value for panel in panels for pair in panel['pairs'] for value in (pair[0], pair[2])]
        scores = [value for panel in panels for pair in panel['pairs'] for value in (pair[1], pair[3])]
        self.sizes = min(sizes) / 1.15, max(sizes) * 1.15
        self.scores = (
            max(0, 5 * math.floor(min(scores) / 5 - 0.2)),
            min(100, 5 * math.ceil(max(scores) / 5 + 0.2)),
        )
        self.width = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS - LEFT - RIGHT
        self.height = PANEL_HEIGHT - ABOVE - BELOW

    def x(self, size):
        low, high = map(math.log, self.sizes)
        return LEFT + self.width * (math.log(size) - low) / (high - low)

    def y(self, score):
        low, high = self.scores
        return ABOVE + self.height * (high - max(score, low)) / (high - low)

    def size_ticks(self):
        low, high = self.sizes
        steps = (1, 1.5, 2, 3, 5, 7) if high / low < 10 else (1, 2, 5)
        return [
            tick
            for decade in range(-4, 3)
            for tick in (step * 10.0**decade for step in steps)
            if low <= tick <= high
        ]

    def score_ticks(self):
        step = 5 if self.scores[1] - self.scores[0] <= 30 else 10
        return range(step * math.ceil(self.scores[0] / step), int(self.scores[1]) + 1, step)


def reach(scores):
    return f'{min(scores):.1f} to {max(scores):.1f}'


def panel_marks(panel, axes, target):
    """One format: headings, axes, and each picture twice, joined by a line."""
    right = LEFT + axes.width
    ours, theirs = [pair[1] for pair in panel['pairs']], [pair[3] for pair in panel['pairs']]
    yield text(LEFT, 16, panel['form'].upper() if panel['form'] != 'webp' else 'WebP', 'ink name')
    for at, kind, name, scores in (
        (34, 'ours', panel['ours'], ours),
        (50, 'theirs', panel['theirs'], theirs),
    ):
        yield dot(LEFT + 4, at - 4, kind, 3.4)
        yield text(LEFT + 14, at, name, f'{kind}-text')
        yield text(right, at, reach(scores), f'{kind}-text', 'end')
    for tick in axes.score_ticks():
        yield line(LEFT, axes.y(tick), right, axes.y(tick), 'grid')
        yield text(LEFT - 8, axes.y(tick) + 4, str(tick), 'muted tick', 'end')
    for tick in axes.size_ticks():
        yield text(axes.x(tick), ABOVE + axes.height + 16, f'{tick:g}', 'muted tick', 'middle')
    yield text(right, ABOVE + axes.height + 31, 'bits per pixel', 'muted tick', 'end')
    yield text(LEFT - 8, ABOVE - 10, 'score', 'muted tick', 'end')
    yield (
        f'<rect x="{LEFT}" y="{axes.y(target + 1):.1f}" width="{axes.width:.1f}" '
        f'height="{axes.y(target) - axes.y(target + 1):.1f}" class="goal"/>'
    )
    for size, score, rival_size, rival_score in panel['pairs']:
        yield line(axes.x(rival_size), axes.y(rival_score), axes.x(size), axes.y(score), 'move')
    radius = 3 if len(panel['pairs']) < 50 else 2.6
    for _, _, size, score in panel['pairs']:
        yield dot(axes.x(size), axes.y(score), 'theirs', radius)
    for size, score, _, _ in panel['pairs']:
        yield dot(axes.x(size), axes.y(score), 'ours', radius)


def picture(panels, target):
    """The SVG. A panel: {'form': its format, 'ours', 'theirs': the commands, 'pairs': for each picture (our
    bits per pixel, our score, their bits per pixel, their score)}."""
    axes = Axes(panels)
    rows = math.ceil(len(panels) / COLUMNS)
    height = HEAD + rows * PANEL_HEIGHT + FOOT
    count = max(len(panel['pairs']) for panel in panels)
    marks = [
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        f"<title>Scores of {count} pictures at equal bytes, frugal against each codec's own tool</title>",
        f'<style>{STYLE}</style>',
        f'<rect width="{WIDTH}" height="{height}" class="ground"/>',
        text(LEFT, 28, 'The same bytes in total, spent where they are needed', 'ink title'),
        text(
            LEFT,
            48,
            f'{count} pictures, encoded for one score (filled) and with one quality number (rings); '
            'SSIMULACRA2, higher is better',
            'muted',
        ),
    ]
    for number, panel in enumerate(panels):
        column, row = number % COLUMNS, number // COLUMNS
        left = column * (WIDTH + GAP) / COLUMNS
        marks += [
            f'<g transform="translate({left:.1f} {HEAD + row * PANEL_HEIGHT})">',
            *panel_marks(panel, axes, target),
            '</g>',
        ]
    return '\n'.join([*marks, '</svg>']) + '\n'


def draw(path, panels, target):
    """Writes the SVG, and a PNG beside it where rsvg-convert is installed."""
    with open(path, 'w') as file:
        file.write(picture(panels, target))
    if shutil.which('rsvg-convert'):
        subprocess.run(
            ['rsvg-convert', '--zoom', '2', path, '-o', path.removesuffix('.svg') + '.png'], check=True
        )
