"""How it ends, and how it behaves on terminals that are odd, hostile or not there."""
import os
import random
import re
import signal
import subprocess
import time

from parts.glass import Glass, Load, now
from parts.speed import everybody

SIGNALS = ('SIGTERM', 'SIGHUP', 'SIGSEGV', 'SIGABRT')
KINDS = ('bytes', 'sequences', 'keys')
NEVER = b'q\x03\x1a\x1c\x04'    # what ends, stops or kills it: that would be an end, not a fault


def ends(stage, groups):
    for name, open_it in everybody(stage, groups):
        cells = [name]
        for signame in SIGNALS:
            with open_it() as g:
                os.kill(g.pid, getattr(signal, signame))
                g.wait(5)
                left = g.left()
                cells.append('%s, %s' % (g.end_word(), 'left: ' + ', '.join(left) if left
                                         else 'restored'))
        with open_it() as g:
            g.hang_up()
            g.wait(5)
            cells.append(g.end_word())
        yield cells


def odd(stage, groups):
    """(what, what came of it)."""
    with stage.loaded(groups) as g:
        g.key('\x13')
        yield 'Ctrl-S, then a key', 'answered' if g.press('Down') else 'FROZEN'
    for value in (None, '1'):
        with stage.loaded(groups, more={'NO_COLOR': value} if value else {}) as g:
            yield 'NO_COLOR %s' % ('set' if value else 'not set'), \
                '%d colour codes' % g.cells.coloured
    with stage.console(groups, more={'TERM': 'dumb'}) as g:
        g.wait(15)
        said = g.cells.text().strip().splitlines()
        escapes = sum(d.count(b'\x1b') for _, d in g.seen)
        yield 'TERM=dumb', '%s, %d escape codes, first line: %s' % (
            g.end_word(), escapes, said[0] if said else 'nothing')
    with stage.console(groups, stdin='/dev/null') as g:
        g.wait(15)
        said = g.cells.text().strip().splitlines()
        yield 'stdin /dev/null', '%s, first line: %s' % (g.end_word(), said[0] if said else 'nothing')


def fodder(kind, rnd, size):
    if kind == 'bytes':
        data = rnd.randbytes(size)
    elif kind == 'sequences':
        parts = [b'\x1b[%d;%d%c' % (rnd.randrange(70000), rnd.randrange(9999), rnd.randrange(64, 127)),
                 b'\x1b]52;c;' + rnd.randbytes(6) + b'\x07', b'\x1bP' + rnd.randbytes(8) + b'\x1b\\',
                 b'\x1b[<%d;%d;%dM' % (rnd.randrange(99), rnd.randrange(999), rnd.randrange(999)),
                 b'\x1b[200~' + rnd.randbytes(9) + b'\x1b[201~', b'\xf0\x9f', b'\x9b31m', b'\x1b']
        data = b''.join(rnd.choices(parts, k=size // 8))[:size]
    else:
        keys = [b'\x1bOA', b'\x1bOB', b'\x1b[5~', b'\x1b[6~', b'\r', b'\t', b'\x1b[Z', b'\x1b ', b' ',
                b'\x1bOP'] + [bytes([c]) for c in range(33, 127)]
        data = b''.join(rnd.choices(keys, k=size))[:size]
    return data.translate(None, NEVER)


def fuzz(stage, groups, megabytes=10, seed=1):
    """Into a console that may write nothing, with resizes in between."""
    for kind in KINDS:
        rnd, wanted = random.Random('%s %d' % (kind, seed)), int(megabytes * 1e6 / len(KINDS))
        sent, runs, faults, slowest, begun = 0, 0, [], 0.0, now()
        while sent < wanted and len(faults) < 3:
            runs += 1
            with stage.console(groups, '--read-only', cells=False) as g:
                g.quiet(0.5, 20, first=True)
                while sent < wanted and g.alive():
                    part, at = fodder(kind, rnd, rnd.choice((3, 64, 1024, 4096))), now()
                    if rnd.random() < 0.02:
                        g.resize(rnd.randrange(1, 300), rnd.randrange(1, 120))
                    taken = g.push(part, 10)
                    sent += taken
                    if taken < len(part) and g.alive():
                        faults.append('takes no more input after %d bytes' % sent)
                        break
                    slowest = max(slowest, now() - at)
                    del g.seen[:-1]
                faults += verdict(g)
        yield (kind, '%.2f' % (sent / 1e6), str(runs), '%.0f' % (slowest * 1000),
               '%.0f' % (sent / 1000 / (now() - begun)), '; '.join(faults) or 'none')


def verdict(g):
    """What is wrong with it once it has eaten."""
    if not g.alive():
        ended = g.end_word()
        return [] if ended == 'exit 0' else ['ended: ' + ended]
    for _ in range(3):      # out of a paste and of whatever is open
        g.push(b'\x1b[201~\x1b')
        g.run(0.1)
    for size in ((100, 30), (120, 40)):
        g.resize(*size)
        before = len(g.seen)
        g.quiet(0.3, 10, first=True)
        if len(g.seen) == before and g.alive():
            return ['does not paint any more']
    g.quiet(1, 30)          # what it was given last may take a while
    was = Load(g.pid)
    g.run(1)
    busy = Load(g.pid).main - was.main      # the engine may still read what it was asked for
    return ['spins: %.0f %% of a processor' % (busy * 100)] if busy > 0.5 else []
