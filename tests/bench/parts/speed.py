"""Start, keys, bursts, rows, and a slow line: ours beside the floor's and the peers'."""
import random
import statistics

from parts.glass import Glass, Line, now, percentile

STARTS, PRESSES, BURST, HELD = 11, 200, 2000, 30
AT = 3      # a burst ends four times as many rows down
SILENCE = 0.15  # seconds after which a first screen counts as stable


def everybody(stage, groups):
    """(name, how it is opened, how one waits for it)."""
    yield 'console', lambda **g: stage.loaded(groups, **g)
    yield 'floor', lambda **g: settled(Glass([stage.program('bench_floor')], stage.env(), **g))
    for p in stage.peers:
        yield p.name, lambda p=p, **g: settled(stage.peer(p, **g))


def settled(g):
    g.quiet(0.4, 10, first=True)
    return g


def start_of(open_it):
    """(ms to the last byte before a silence, bytes) of one start."""
    with open_it() as g:
        g.quiet(SILENCE, 8, first=True)
        end = last_before(g, SILENCE)
        return (end - g.began) * 1000, sum(len(d) for when, d in g.seen if when <= end)


def start(stage, groups):
    # Nobody reads what they show: to work that out takes longer than a frame.
    openers = [('console', lambda: stage.console(groups, cells=False)),
               ('floor', lambda: Glass([stage.program('bench_floor')], stage.env(), cells=False))]
    openers += [(p.name, lambda p=p: stage.peer(p, cells=False)) for p in stage.peers]
    took = {name: [] for name, _ in openers}
    for _ in range(STARTS):     # in turns: what else the machine does strikes all
        for name, open_it in openers:
            took[name].append(start_of(open_it))
    for name, found in took.items():
        ms = [t for t, _ in found]
        yield (name, '%.0f' % statistics.median(ms), '%.0f' % min(ms),
               '%.0f' % statistics.median(b for _, b in found))


def presses(g, count):
    keys = ['Down'] * 15 + ['Up'] * 15     # within one page of all
    found = []
    for i in range(count):
        g.run(random.uniform(0.005, 0.03))
        answer = g.press(keys[i % len(keys)])
        if answer and answer[0] < 0.5:
            found.append(answer)
    return found


def key_cells(found):
    ms = [t * 1000 for t, _ in found]
    return ('%.2f' % statistics.median(ms), '%.2f' % percentile(ms, 99),
            '%.0f' % statistics.median(b for _, b in found))


def key(stage, groups):
    for name, open_it in everybody(stage, groups):
        with open_it() as g:
            yield (name, *key_cells(presses(g, PRESSES)))


def burst(stage, groups):
    for name, open_it in everybody(stage, groups):
        with open_it() as g:
            data = (b'\x1bOB' * (BURST // 4 + AT) + b'\x1bOA' * (BURST // 4 - AT)) * 2
            g.run(0.3)
            before, begun = len(g.seen), now()
            g.push(data)
            g.quiet(0.3, 10, first=True)
            took = g.seen[-1][0] - begun if len(g.seen) > before else 0
            yield name, '%.2f' % took, '%d' % g.total(before), at_row(name, g, 4 * AT)


def at_row(name, g, row):
    """Whether the selection is where the keys led, told by what the console marks."""
    if name != 'console':
        return ''
    marked = [line for line in g.cells.text().splitlines() if '\N{BLACK RIGHT-POINTING SMALL TRIANGLE}' in line]
    return 'yes' if marked and 'group-%06d' % (row + 1) in marked[0] else 'NO'


def rows(stage, _):
    """The table alone, and the whole console; each few rows beside many, in turns."""
    pairs = [('the table', 100, 100000, lambda n, **g: settled(Glass(
        [stage.program('bench_rows'), str(n)], stage.env(), **g))),
             ('the console', 100, 10000, stage.loaded)]
    for name, few, many, open_it in pairs:
        with open_it(few) as a, open_it(many) as b:
            found = {few: [], many: []}
            for _ in range(4):
                found[few] += presses(a, 60)
                found[many] += presses(b, 60)
        low, high = (statistics.median(t for t, _ in found[n]) * 1000 for n in (few, many))
        yield name, str(few), '%.2f' % low, str(many), '%.2f' % high, '%.2f' % (high / low)


def line(stage, groups):
    for name, open_it in everybody(stage, groups):
        slow = Line(200, 64)
        opener = {'console': lambda: stage.console(groups, line=slow)}.get(
            name, lambda: open_it(line=slow))
        with opener() as g:
            g.quiet(0.7, 30, first=True)
            begun = (last_before(g, 2 * SILENCE) - g.began)
            found = [a for a in (g.press('Down', gap=0.1, limit=5) for _ in range(20)) if a]
            ms = statistics.median(t for t, _ in found) * 1000
            g.quiet(0.5, 5)
            for _ in range(HELD):
                g.key('Down')
                g.run(1 / HELD)
            released = now()
            g.quiet(0.5, 20)
            lag = max(0.0, g.seen[-1][0] - released)
        yield name, '%.2f' % begun, '%.0f' % ms, '%.2f' % lag


def last_before(g, silence):
    """When the last byte came before a silence of that many seconds."""
    for (when, _), (after, _) in zip(g.seen, g.seen[1:]):
        if after - when > silence:
            return when
    return g.seen[-1][0]
