"""frugal as bench/adaptive runs it: the program under test, and the judge of all outputs."""

import collections
import json
import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from measure.store import Refused, content_of, digest, output_of, run, say


class Frugal:
    """A program, the pictures that it is tried on, and `jobs` processes at a time."""

    def __init__(self, program, pictures, store, work, jobs):
        self.program, self.pictures, self.store, self.work, self.jobs = program, pictures, store, work, jobs
        self.build = content_of(program)
        self.version = output_of(program, '--version')
        self.fingerprints = {}

    def convert(self, files, folder, arguments, jobs=1):
        """Converts files to a folder; returns the JSON rows and the CPU seconds of the process."""
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            names, rows = os.path.join(scratch, 'names'), os.path.join(scratch, 'rows')
            with open(names, 'w') as file:
                file.write(''.join(path + '\0' for path in files))
            command = [self.program, '--files-from', names, '-0', '-o', folder, '-j', str(jobs)]
            command += ['--template', '{dir}/{name}.{ext}', '--overwrite', 'always', '--no-cache']
            command += ['--no-progress', '--quiet', '--jsonl', rows, *arguments]
            status, cpu, errors = run(command)
            if status not in (0, 1) or not os.path.exists(rows):
                raise Refused(errors.splitlines()[-1] if errors else f'frugal ended with status {status}')
            with open(rows) as file:
                lines = [json.loads(line) for line in file]
        return [line for line in lines if 'summary' not in line], cpu

    def compare(self, reference, output):
        """(score, worst region's score) of an output; None where the two cannot be compared."""
        command = [self.program, 'compare', '--json', '-j', '1', reference, output]
        found = subprocess.run(command, capture_output=True, text=True)
        if found.returncode != 0:
            return None
        result = json.loads(found.stdout)
        return result['score'], result['worst_region']['score']

    def search(self, *arguments):
        """One whole run over all pictures with -j1, as {'cpu': seconds, 'rows': [...]}; the outputs stay in
        the work folder."""
        key = ['search', self.build, self.pictures.key, list(arguments)]
        folder = os.path.join(self.work, 'out', digest(key))
        return self.store.get(key, lambda: self._search(arguments, folder))

    def aim(self, form, target):
        """The search for a score in one format."""
        return self.search('-f', form, '-q', f'{target:g}')

    def _search(self, arguments, folder):
        say(f'frugal {" ".join(arguments)}')
        shutil.rmtree(folder, ignore_errors=True)
        rows, cpu = self.convert(self.pictures.paths, folder, arguments)
        with ThreadPoolExecutor(self.jobs) as pool:
            return {'cpu': cpu, 'rows': list(pool.map(self._judged, rows))}

    def _judged(self, row):
        """What is kept of a row: what frugal says (`said`) and what `compare` says (`score`, `worst`)."""
        scored = self.compare(row['input'], row['output']) if row['status'] == 'converted' else None
        kept = {name: row[name] for name in ('input', 'output', 'format', 'status', 'reason', 'encodes')}
        return {
            **kept,
            'bytes': row['output_bytes'] or row['input_bytes'],
            'pixels': (row['width'] or 0) * (row['height'] or 0),
            'quality': row['encoder_quality'],
            'said': row['score'],
            'score': scored and scored[0],
            'worst': scored and scored[1],
        }

    def fixed(self, form, quality):
        """All pictures at one setting of the codec's own knob: {input: [bytes, score]}."""
        key = ['fixed', self._fingerprint(form), self.pictures.key, form, quality]
        return self.store.get(key, lambda: self._fixed(form, quality))

    def _fixed(self, form, quality):
        say(f'frugal -f {form} --encoder-quality {quality:g}')
        with tempfile.TemporaryDirectory(dir=self.work) as folder, ThreadPoolExecutor(self.jobs) as pool:
            knob = ['-f', form, '--encoder-quality', repr(quality)]
            rows, _ = self.convert(self.pictures.paths, folder, knob, self.jobs)
            rows = [row for row in rows if row['output'] and os.path.exists(row['output'])]  # made or copied
            scores = pool.map(lambda row: self.compare(row['input'], row['output']), rows)
            return {
                row['input']: [row['output_bytes'], scored[0]] for row, scored in zip(rows, scores) if scored
            }

    def _fingerprint(self, form):
        """Stands for how this build sets up a codec: what it makes of one picture at three settings. So the
        figures at fixed settings outlive a rebuild that leaves the codec as it is."""
        if form not in self.fingerprints:
            made = [self.version]
            for quality in ('30', '70', '95'):
                with tempfile.TemporaryDirectory() as scratch:
                    knob = ['-f', form, '--encoder-quality', quality]
                    rows, _ = self.convert(self.pictures.paths[:1], scratch, knob)
                    made += [content_of(row['output']) for row in rows if row['output']]
            self.fingerprints[form] = digest(made)
        return self.fingerprints[form]

    def once(self, form, rows):
        """Encodes what a search converted once more, each at the setting that was found, with -j1. Returns
        (CPU seconds, the share of the time that went into scoring)."""
        groups = collections.defaultdict(list)
        for row in rows:
            groups[row['quality']].append(row['input'])
        key = ['once', self.build, self.pictures.key, form, sorted(map(repr, groups.items()))]
        return self.store.get(key, lambda: self._once(form, groups))

    def _once(self, form, groups):
        say(f'frugal -f {form}: each picture once, at {len(groups)} settings')

        def one(group):
            quality, files = group
            knob = ['--lossless'] if quality is None else ['--encoder-quality', repr(quality)]
            with tempfile.TemporaryDirectory(dir=self.work) as folder:
                return self.convert(files, folder, ['-f', form, *knob])

        with ThreadPoolExecutor(self.jobs) as pool:
            runs = list(pool.map(one, groups.items()))
        times = [row['ms'] for rows, _ in runs for row in rows]
        scoring = sum(ms['score'] for ms in times) / max(1e-9, sum(ms['total'] for ms in times))
        return [sum(cpu for _, cpu in runs), scoring]

    def grid(self, form):
        """All settings of a codec's knob, from the worst to the best."""
        if form != 'avif':
            return [step / 2 for step in range(2, 201)]
        version = re.search(r'libavif (\d+)', self.version)
        if version and int(version.group(1)) >= 1:
            return list(range(101))
        return [100 * step / 63 for step in range(64)]  # AV1's quantizer, 63 to 0
