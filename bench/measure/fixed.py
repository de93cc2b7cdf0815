"""One setting for all pictures, held against the search: at equal scores, and at equal bytes."""

import math

REACHED = 0.1  # a score this little below the target still counts as having reached it
MISSES = 0.05  # of the pictures may miss the target at a fixed setting


def lossy(rows):
    """The rows that were converted with some setting of the codec's knob, and scored."""
    made = [row for row in rows if row['status'] == 'converted' and row['quality'] is not None]
    return [row for row in made if row['score'] is not None]


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


class Fixed:
    """A side at a fixed setting, tried at as few settings as its curve allows. `measure` maps one of
    `settings` (from the worst to the best) to {input: [bytes, score]}; `label` names it."""

    def __init__(self, label, measure, settings):
        self.label, self.measure, self.settings = label, measure, settings
        self.tried = {}

    def at(self, index):
        if index not in self.tried:
            self.tried[index] = self.measure(self.settings[index])
        return self.tried[index]

    def least(self, level, wanted):
        """The index of the least setting whose level(what `at` returns) >= wanted; None where none has it.
        Takes the level to rise with the setting."""
        low = max([i for i in self.tried if level(self.tried[i]) < wanted], default=-1)
        high = min([i for i in self.tried if i > low], default=len(self.settings))
        halve = False
        while (width := high - low) > 1:
            index = (low + high) // 2 if halve else self._guess(low, high, level, wanted)
            if level(self.at(index)) < wanted:
                low = index
            else:
                high = index
            halve = high - low > width / 2  # straight lines did not help
        return high if high < len(self.settings) else None

    def _guess(self, low, high, level, wanted):
        """Between two settings that bracket what is wanted: where a straight line would have it."""
        if low < 0 or high == len(self.settings):
            return (low + high) // 2
        below, above = level(self.tried[low]), level(self.tried[high])
        guess = low + math.ceil((high - low) * (wanted - below) / max(above - below, 1e-9))
        return min(max(guess, low + 1), high - 1)


class Contest:
    """What a search converted, against one side at fixed settings, over the pictures that both can do."""

    def __init__(self, rows, side):
        self.side = side
        able = side.at(len(side.settings) // 2)
        self.ours = {row['input']: row for row in lossy(rows) if row['input'] in able}
        self.our_bytes = sum(row['bytes'] for row in self.ours.values())

    def at_equal_score(self, target):
        """The least setting that brings all but MISSES of the pictures to the target: (its label, its bytes,
        ratio of the totals, ratio of the geometric means); None where there is none."""
        index = self.side.least(self._score, target - REACHED) if self.ours else None
        if index is None:
            return None
        found = self.side.at(index)
        pairs = [(row['bytes'], found[path][0]) for path, row in self.ours.items() if path in found]
        ours, theirs = zip(*pairs)
        means = geometric_mean(ours) / geometric_mean(theirs)
        return self.side.label(self.side.settings[index]), sum(theirs), sum(ours) / sum(theirs), means

    def at_equal_bytes(self):
        """The setting whose bytes come nearest to ours in total: (its label, [(our row, its bytes, its
        score)])."""
        index = self.side.least(self._bytes, self.our_bytes)
        index = len(self.side.settings) - 1 if index is None else index
        index = min(
            max(index - 1, 0), index, key=lambda i: abs(self._bytes(self.side.at(i)) - self.our_bytes)
        )
        found = self.side.at(index)
        pairs = [(row, *found[path]) for path, row in self.ours.items() if path in found]
        return self.side.label(self.side.settings[index]), pairs

    def _score(self, found):
        """The score that all but MISSES of the pictures reach; one that has no output misses."""
        scores = sorted(found[path][1] if path in found else -math.inf for path in self.ours)
        return max(scores[int(MISSES * len(scores))], -1000)

    def _bytes(self, found):
        return sum(found[path][0] for path in self.ours if path in found)
