"""What bench/adaptive stands on: running programs, keeping what was measured, choosing pictures."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading


class Refused(Exception):
    """A program does not know an option, or cannot do its work."""


def say(text):
    """One line of progress on standard error."""
    print(text, file=sys.stderr, flush=True)


def run(command):
    """Runs a command; returns (exit status, CPU seconds of it and its children, what it said on stderr)."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors='replace').strip()
        return process.returncode, usage.ru_utime + usage.ru_stime, said


def output_of(*command):
    """All that a command prints, whatever its exit status."""
    found = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return found.stdout + found.stderr


def digest(*parts):
    """A short name for values that go into JSON."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]


def content_of(path):
    """A short name for a file's content."""
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()[:20]


class Store:
    """What was measured, one JSON file each, named after everything that it depends on: a run that was broken
    off, or that asks for more, goes on from there."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, 'results')
        os.makedirs(self.folder, exist_ok=True)

    def get(self, key, make):
        """The value that stands under `key`, a list for JSON, or else what make() returns."""
        path = os.path.join(self.folder, digest(key) + '.json')
        if os.path.exists(path):
            with open(path) as file:
                return json.load(file)['value']
        value = make()
        with open(f'{path}.{os.getpid()}.{threading.get_ident()}', 'w') as file:
            json.dump({'key': key, 'value': value}, file)
        os.replace(file.name, path)
        return value


class Pictures:
    """The pictures of some trees, sorted: all of them, or an even sample."""

    KNOWN = ('.jpg', '.jpeg', '.png', '.webp', '.avif', '.heic', '.tif', '.tiff')

    def __init__(self, trees, sample=None):
        found = {tree for tree in trees if os.path.isfile(tree)}
        for tree in trees:
            for folder, _, names in os.walk(tree):
                found |= {os.path.join(folder, name) for name in names if name.lower().endswith(self.KNOWN)}
        paths = sorted(map(os.path.realpath, found))
        if sample and sample < len(paths):
            paths = [paths[i * len(paths) // sample] for i in range(sample)]
        self.paths = paths
        self.key = digest([(path, os.path.getsize(path), os.path.getmtime(path)) for path in paths])
