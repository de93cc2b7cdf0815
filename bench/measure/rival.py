"""The codecs' own tools, and what of a picture they need to be told."""

import os
import shutil
import struct
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

from measure.store import content_of, output_of, run, say

# By format: the tool, what else it needs, and its command with its own defaults; $N is the quality.
TOOLS = {
    'jpeg': ('cjpeg', ('pngtopnm', 'djpeg'), 'cjpeg -quality $N -optimize -progressive'),
    'webp': ('cwebp', (), 'cwebp -m 4 -q $N'),
    'avif': ('avifenc', (), 'avifenc -s 6 -q $N'),
    'heic': ('heif-enc', (), 'heif-enc -q $N'),
}

# The settings that its documentation names as the best for stills at about the same speed, where they differ.
STILLS = {
    'webp': 'cwebp -m 6 -sharp_yuv -q $N',
    'avif': 'avifenc -s 6 -a tune=iq -q $N',
}
AVIF_BEFORE_1 = (
    'avifenc -s 6 --min $N --max $N',
    'avifenc -s 6 --min 0 --max 63 -a end-usage=q -a tune=ssim -a cq-level=$N',
)

# How $tool, the command, reads $1 and writes $2. A PNG's profile is in $3, for pngtopnm drops it.
SCRIPTS = {
    'jpeg': 'case "$1" in *.[pP][nN][gG]) pngtopnm "$1" ;; *) djpeg -icc "$3" "$1" ;; esac >"$2.pnm"\n'
    'icc=\n[ ! -s "$3" ] || icc="-icc $3"\n$tool $icc "$2.pnm" >"$2"',
    'webp': '$tool -quiet -metadata icc "$1" -o "$2"',
    'avif': '$tool -j 1 "$1" "$2"',
    'heic': '$tool "$1" -o "$2"',
}


def png_chunks(path):
    """The chunks of a PNG that stand before its pixels, {name: content}; empty for other files."""
    chunks = {}
    with open(path, 'rb') as file:
        if file.read(8) != b'\x89PNG\r\n\x1a\n':
            return chunks
        while len(head := file.read(8)) == 8:
            length, name = struct.unpack('>I4s', head)
            if name == b'IDAT':
                break
            chunks[name] = file.read(length)
            file.read(4)  # the checksum
    return chunks


def png_profile(path):
    """The ICC profile of a PNG; empty where there is none."""
    packed = png_chunks(path).get(b'iCCP', b'').partition(b'\0')[2][1:]
    return zlib.decompress(packed) if packed else b''


def odd_colours(path):
    """True for a PNG that tells its colours in chunks that not all of the tools read."""
    chunks = png_chunks(path)
    gamma = int.from_bytes(chunks.get(b'gAMA', b''), 'big') or 45455
    return b'cICP' in chunks or (abs(gamma - 45455) > 10 and not {b'sRGB', b'iCCP'} & set(chunks))


def has_profile(path):
    """True where the colours are not those that a PNG or JPEG has by default."""
    with open(path, 'rb') as file:
        return odd_colours(path) or b'iCCP' in png_chunks(path) or b'ICC_PROFILE' in file.read(1 << 16)


class Rival:
    """The tool of one format, by default or at its best for stills; `missing` names what is not installed."""

    def __init__(self, form, frugal, still=False):
        self.form, self.frugal = form, frugal
        self.tool, helpers, self.command = TOOLS[form]
        if still:
            self.command = STILLS.get(form, self.command)
        self.missing = [tool for tool in (self.tool, *helpers) if not shutil.which(tool)]
        if self.missing:
            return
        self.version = output_of(self.tool, '--version') + output_of(self.tool, '-version')
        self.settings = list(range(1, 101))
        if form == 'avif' and '--qcolor' not in output_of(self.tool, '--help'):  # libavif before 1.0
            self.command = AVIF_BEFORE_1[still]
            self.settings = list(range(63, -1, -1))
        readable = [
            path for path in frugal.pictures.paths if path.lower().endswith(('.png', '.jpg', '.jpeg'))
        ]
        self.files = [path for path in readable if not odd_colours(path)]

    def label(self, setting):
        """The command as people type it."""
        return self.command.replace('$N', f'{setting:g}')

    def fixed(self, setting):
        """All pictures at one setting: {input: [bytes, score]}, without those that the tool cannot do."""
        key = ['rival', self.version, self.frugal.pictures.key, self.label(setting)]
        return self.frugal.store.get(key, lambda: self._fixed(setting))

    def around(self, path, target):
        """(score, bytes) of one picture at the two neighbouring settings whose scores `target` lies between;
        empty where there are none."""
        low, high, found = -1, len(self.settings), {}
        while high - low > 1:
            middle = (low + high) // 2
            made = self._at(path, self.settings[middle])
            if not made:
                return []
            found[middle] = (made[1], made[0])
            low, high = (middle, high) if made[1] <= target else (low, middle)
        return [found[low], found[high]] if low in found and high in found else []

    def _at(self, path, setting):
        key = ['rival', self.version, content_of(path), self.label(setting)]
        script = SCRIPTS[self.form].replace('$tool', self.label(setting))
        return self.frugal.store.get(key, lambda: self._one(script, path))

    def _fixed(self, setting):
        say(self.label(setting))
        script = SCRIPTS[self.form].replace('$tool', self.label(setting))
        with ThreadPoolExecutor(self.frugal.jobs) as pool:
            made = pool.map(lambda path: self._one(script, path), self.files)
            return {path: found for path, found in zip(self.files, made) if found}

    def _one(self, script, path):
        with tempfile.TemporaryDirectory(dir=self.frugal.work) as folder:
            output, profile = os.path.join(folder, 'out.' + self.form), os.path.join(folder, 'icc')
            with open(profile, 'wb') as file:
                file.write(png_profile(path))
            status, _, _ = run(['sh', '-c', script, 'sh', path, output, profile])
            if status != 0 or not os.path.exists(output):
                return None
            scored = self.frugal.compare(path, output)
            return [os.path.getsize(output), scored[0]] if scored else None
