"""The outputs of the searches, held against an independent scorer."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from measure.figures import FLOOR, table
from measure.fixed import REACHED, lossy
from measure.rival import has_profile
from measure.store import Refused, content_of, run, say


class Scorer:
    """A program that prints the score of two PNG files, and with --windows SIDE STEP that of every window."""

    def __init__(self, program, frugal):
        self.command = [program] if os.access(program, os.X_OK) else [sys.executable, program]
        self.key, self.frugal = content_of(program), frugal

    def score(self, row):
        """[score, lowest window's score] of an output."""
        key = ['exact', self.key, self.frugal.pictures.key, row['input'], content_of(row['output'])]
        return self.frugal.store.get(key, lambda: self._score(row))

    def _score(self, row):
        with tempfile.TemporaryDirectory(dir=self.frugal.work) as folder:
            files = [os.path.join(folder, name) for name in ('reference.png', 'output.png')]
            for source, file in zip((row['input'], row['output']), files):
                self._decode(source, file)
            whole = self._ask(*files)
            windows = self._ask('--windows', '128', '64', *files)
        return [float(whole), min(float(line.split()[2]) for line in windows.splitlines())]

    def _decode(self, source, file):
        options = ['-f', 'png', '-e', '1', '--no-cache', '--quiet', '-j', '1']
        status, _, errors = run([self.frugal.program, source, '-o', file, *options])
        if status != 0 or not os.path.exists(file):
            raise Refused(f'{source}: {errors or "not decoded"}')

    def _ask(self, *arguments):
        found = subprocess.run([*self.command, *arguments], capture_output=True, text=True)
        if found.returncode != 0:
            raise Refused((found.stderr.splitlines() or [self.command[0] + ' failed'])[-1])
        return found.stdout


def verified(frugal, program, forms, targets):
    """Figure 1 by that scorer, with every 128×128 window cropped and scored for itself."""
    scorer = Scorer(program, frugal)
    head = 'format|-q|pictures|largest difference|lowest score − Q|short of Q|lowest window − floor|'
    head += 'windows 1.5 below the floor'
    rows = [_row(scorer, form, target) for form in forms for target in targets]
    return table(head, [row for row in rows if row])


def _row(scorer, form, target):
    say(f'{scorer.command[-1]}: {form} at {target:g}')
    rows = lossy(scorer.frugal.aim(form, target)['rows'])
    rows = [row for row in rows if not has_profile(row['input'])]
    if not rows:
        return None
    with ThreadPoolExecutor(scorer.frugal.jobs) as pool:
        whole, lowest = zip(*pool.map(scorer.score, rows))
    difference = max(abs(exact - row['score']) for exact, row in zip(whole, rows))
    return [
        *(form, f'{target:g}', len(rows), f'{difference:.4f}', f'{min(whole) - target:+.2f}'),
        *(sum(score < target - REACHED for score in whole), f'{min(lowest) - target + FLOOR:+.2f}'),
        sum(score < target - FLOOR - 1.5 for score in lowest),
    ]
