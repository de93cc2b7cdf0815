"""The figures of bench/adaptive, as Markdown; bench/README.md says what they mean."""

import collections

from measure.fixed import REACHED, Contest, Fixed, lossy
from measure.store import Refused

FLOOR = 5  # a region may score so much less than the picture: frugal's default
BINDS = 1.5  # a worst region this near to the floor is what held the quality up


def table(head, rows):
    """A Markdown table; `head` names its columns, apart by bars. Columns of figures stand to the right."""
    names = head.split('|')
    numeric = [all(str(row[i])[:1] in '0123456789+-–' for row in rows) for i in range(len(names))]
    rule = ['---:' if right else '---' for right in numeric]
    return '\n'.join('| ' + ' | '.join(map(str, row)) + ' |' for row in [names, rule, *rows])


def part_of(whole, test):
    """How many pass a test, and how many percent."""
    count = sum(map(test, whole))
    return f'{count} ({100 * count / len(whole):.0f} %)' if whole else '–'


def kilobytes(size):
    return f'{size / 1000:.0f} kB'


def converted(rows):
    return [row for row in rows if row['status'] == 'converted']


def each(forms, targets):
    return [(form, target) for form in forms for target in targets]


# 1. Scores


def scores(frugal, forms, targets):
    """Does the output look as good as asked, everywhere, and not better?"""
    runs = [(form, target, frugal.aim(form, target)['rows']) for form, target in each(forms, targets)]
    head = 'format|-q|lossy|reach Q|in [Q, Q+1]|in [Q, Q+1.5]|above|floor binds|lowest score − Q|'
    head += 'lowest region − floor|lossless|left alone'
    notes = [note for run in runs for note in [*_disagreement(*run), *_left_alone(*run)]]
    return table(head, [_scores_row(*run) for run in runs]) + ('\n\n' + '\n'.join(notes) if notes else '')


def _scores_row(form, target, rows):
    ours, made = lossy(rows), converted(rows)
    above = [row for row in ours if row['score'] > target + 1.5]
    score = min([row['score'] for row in ours], default=target)
    worst = min([row['worst'] for row in ours], default=target - FLOOR)
    return [
        *(form, f'{target:g}', len(ours)),
        part_of(ours, lambda row: row['score'] >= target - REACHED),
        part_of(ours, lambda row: target - REACHED <= row['score'] <= target + 1),
        part_of(ours, lambda row: target - REACHED <= row['score'] <= target + 1.5),
        *(len(above), sum(row['worst'] <= target - FLOOR + BINDS for row in above)),
        *(f'{score - target:+.2f}', f'{worst - target + FLOOR:+.2f}'),
        *(len(made) - len(ours), len(rows) - len(made)),
    ]


def _disagreement(form, target, rows):
    """Says so when frugal's rows tell other scores than `frugal compare` gives the files."""
    off = max([abs(row['said'] - row['score']) for row in lossy(rows) if row['said'] is not None], default=0)
    return [f'- {form} at {target:g}: a row tells a score that is {off:.2f} off'] if off > 0.01 else []


def _left_alone(form, target, rows):
    reasons = collections.Counter(row['reason'] for row in rows if row['status'] != 'converted')
    return [f'- {form} at {target:g}: {count} × {reason}' for reason, count in reasons.most_common()]


# 2. Encodes and CPU time


def costs(frugal, forms, targets):
    """Encodes, and CPU time against encoding each picture once at the setting that was found."""
    head = 'format|-q|converted|encodes, mean|most|CPU|CPU of one encode each|ratio|scoring in one encode'
    rows = [_costs_row(frugal, form, target) for form, target in each(forms, targets)]
    return table(head, [row for row in rows if row])


def _costs_row(frugal, form, target):
    ours = frugal.aim(form, target)
    rows = converted(ours['rows'])
    if not rows:
        return None
    once, scoring = frugal.once(form, rows)
    encodes = [row['encodes'] for row in rows]
    return [
        *(form, f'{target:g}', len(rows), f'{sum(encodes) / len(rows):.2f}', max(encodes)),
        *(f'{ours["cpu"]:.1f} s', f'{once:.1f} s', f'{ours["cpu"] / once:.2f}', f'{100 * scoring:.0f} %'),
    ]


# 3. Bytes against one fixed setting


def _own(frugal, form):
    """frugal itself at a fixed setting."""
    return Fixed('frugal --encoder-quality {:g}'.format, lambda n: frugal.fixed(form, n), frugal.grid(form))


def _tool(rival):
    return Fixed(rival.label, rival.fixed, rival.settings)


def savings(frugal, rivals, forms, targets):
    """Bytes against the setting that brings 95 % of the same pictures to the same score."""
    rows = []
    for form in forms:
        sides = [_own(frugal, form)] + ([_tool(rivals[form])] if form in rivals else [])
        for target in targets:
            found = frugal.aim(form, target)['rows']
            rows += [[form, f'{target:g}', *_savings_cells(Contest(found, side), target)] for side in sides]
    head = 'format|-q|pictures|bytes|fixed setting|its bytes|ratio of totals|ratio of geometric means'
    return table(head, rows)


def _savings_cells(contest, target):
    cells = [len(contest.ours), kilobytes(contest.our_bytes)]
    found = contest.at_equal_score(target)
    if found is None:
        return [*cells, f'`{contest.side.label(contest.side.settings[-1])}` falls short', '–', '–', '–']
    label, size, totals, means = found
    return [*cells, f'`{label}`', kilobytes(size), f'{totals:.3f}', f'{means:.3f}']


def spread(frugal, rivals, forms, target):
    """Scores at equal bytes. Returns (Markdown, panels for the picture)."""
    rows, panels = [], []
    for form in forms:
        contest = Contest(frugal.aim(form, target)['rows'], _tool(rivals[form])) if form in rivals else None
        if not contest or not contest.ours:
            continue
        label, pairs = contest.at_equal_bytes()
        ours = f'frugal -q {target:g}'
        rows.append(_spread_row(form, ours, [(row['bytes'], row['score']) for row, _, _ in pairs]))
        rows.append(_spread_row(form, label, [(size, score) for _, size, score in pairs]))
        marks = [(8 * row['bytes'] / row['pixels'], row['score'], 8 * size / row['pixels'], score)
                 for row, size, score in pairs]  # fmt: skip
        panels.append({'form': form, 'ours': ours, 'theirs': label, 'pairs': marks})
    return table('format|command|pictures|bytes|lowest score|5 % below|median|highest', rows), panels


def _spread_row(form, command, outputs):
    ranked = sorted(score for _, score in outputs)
    quantiles = ranked[0], ranked[len(ranked) // 20], ranked[len(ranked) // 2], ranked[-1]
    size = kilobytes(sum(size for size, _ in outputs))
    return [form, f'`{command}`', len(outputs), size, *(f'{score:.1f}' for score in quantiles)]


# 4. -f auto


def automatic(frugal, forms, targets):
    """-f auto against the best single format for each picture."""
    head = '-q|chosen|pictures|bytes / best single|largest such ratio|above 1.01|CPU / slowest single|slowest'
    return table(head, [_automatic_row(frugal, forms, target) for target in targets])


def _automatic_row(frugal, forms, target):
    ours = frugal.search('-f', 'auto', '-q', f'{target:g}')
    single = {form: frugal.aim(form, target) for form in forms}
    best = {}
    for rows in [found['rows'] for found in single.values()] + [frugal.search('-f', 'png')['rows']]:
        for row in converted(rows):
            best[row['input']] = min(row['bytes'], best.get(row['input'], row['bytes']))
    pairs = [(row['bytes'], best[row['input']]) for row in converted(ours['rows']) if row['input'] in best]
    if not pairs:
        raise Refused('nothing was converted')
    chosen = collections.Counter(row['format'] for row in converted(ours['rows'])).most_common()
    slowest = max(forms, key=lambda form: single[form]['cpu'])
    totals = [sum(side) for side in zip(*pairs)]
    return [
        *(f'{target:g}', ', '.join(f'{form} {count}' for form, count in chosen), len(pairs)),
        *(f'{totals[0] / totals[1]:.3f}', f'{max(a / b for a, b in pairs):.3f}'),
        *(sum(a > 1.01 * b for a, b in pairs), f'{ours["cpu"] / single[slowest]["cpu"]:.2f}', slowest),
    ]


# 5. --total-size


def budgets(frugal, form, share):
    """A share of what the default takes as --total-size, against the highest uniform -q that fits it."""
    budget = int(share * _total(frugal.aim(form, 80)['rows']))
    ours = frugal.search('-f', form, '--total-size', str(budget))['rows']
    fits, too_high = 10.0, 80.0
    while too_high - fits > 0.5:
        middle = round(fits + too_high) / 2
        if _total(frugal.aim(form, middle)['rows']) <= budget:
            fits = middle
        else:
            too_high = middle
    ways = [(f'--total-size {budget}', ours), (f'-q {fits:g}', frugal.aim(form, fits)['rows'])]
    return table(
        'format|way|bytes|of the budget|lowest score', [_budget_row(form, *way, budget) for way in ways]
    )


def _total(rows):
    """Bytes of a whole batch; what was left alone counts as it is."""
    return sum(row['bytes'] for row in rows)


def _budget_row(form, way, rows, budget):
    lowest = min([row['score'] for row in converted(rows) if row['score'] is not None], default=0)
    return [
        form,
        f'`{way}`',
        kilobytes(_total(rows)),
        f'{100 * _total(rows) / budget:.1f} %',
        f'{lowest:.2f}',
    ]
