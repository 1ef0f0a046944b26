#!/usr/bin/env python3
"""The matrices: every operation x every boundary, every operation x every call x every fault.

usage: matrix.py PROGRAMS [SUITE]... [--scenario NAME]... [--quick | --sample N] [--workers N]
                 [--rows N] [--part I/N] [--held N] [--at CASE]

  crash    killed at every boundary and resumed (crash.py)
  faults   every kind of call, in every way that one can fail (faults.py)
  trouble  signals, a journal that cannot be written, a hundred engines (trouble.py)
  outages  sites that go away in the middle, or are away before (outages.py)
  lies     sites that say one thing and do another (lies.py)

Without names: all, for every row of scenarios.py. --quick samples a few rows within a minute,
--sample N takes N cases of each row, spread over all of them; what was left out so is no failure,
what there was no time for is. --part 2/3 plays a third of the cases of faults, and 1/3 and 3/3 the
others: which are whose is the same in every run. --at repeats one case alone, as a broken one prints
it. What is broken keeps its state directory (PROOF_KEEP=FOLDER says where). The last lines are a
table and "N passed, N failed".
"""
import argparse
import collections
import os
import resource
import sys
import threading
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

sys.dont_write_bytecode = True
import crash  # noqa: E402
import faults  # noqa: E402
import lies  # noqa: E402
import outages  # noqa: E402
import scenarios  # noqa: E402
import trouble  # noqa: E402

SUITES = {'crash': crash.Crash, 'faults': faults.Faults,
          'trouble': trouble.Trouble, 'outages': outages.Outages, 'lies': lies.Lies}


def options():
    ap = argparse.ArgumentParser(description='Crash and fault matrices on simulated sites.')
    ap.add_argument('programs', help='the folder of protector-console and protector-lab')
    ap.add_argument('suites', nargs='*', help=', '.join(SUITES) + ' (default: all)')
    ap.add_argument('--scenario', action='append', default=[], help='rows of the table (all)')
    ap.add_argument('--quick', action='store_true', help='a sample of a few rows')
    ap.add_argument('--sample', type=int, default=0, metavar='N',
                    help='N kills a row, spread over all boundaries; N faults a row, by the seed')
    ap.add_argument('--seconds', type=int, default=0, help='begin no case after so long; what is '
                    'left out of a part is told, and of a whole it is failed')
    ap.add_argument('--workers', type=int, default=16, help='worlds at once, of one row')
    ap.add_argument('--rows', type=int, default=1, help='rows at once')
    ap.add_argument('--seed', type=int, default=0, help='of a sample')
    ap.add_argument('--held', type=int, default=16, metavar='N', help='boundaries at which one run '
                    'is held, and killed at the last of them; 1: each of its own')
    ap.add_argument('--part', type=lambda t: tuple(int(n) for n in t.split('/')), default=(1, 1),
                    metavar='I/N', help='of the cases of faults this part alone')
    ap.add_argument('--at', default='', help='this case alone')
    o = ap.parse_args()
    o.programs = os.path.abspath(o.programs)  # the console runs in folders of its own
    if set(o.suites) - set(SUITES):
        ap.error('there are %s' % ', '.join(SUITES))
    if len(o.part) != 2 or not 1 <= o.part[0] <= o.part[1]:
        ap.error('--part is I/N, with I from 1 to N')
    unknown = set(o.scenario) - {s.name for s in scenarios.TABLE}
    if unknown:
        ap.error('no such scenario: %s' % ', '.join(sorted(unknown)))
    # Of a quick run: boundaries a scenario, kills of the resume; of a full one: every, and these.
    o.sample, o.doubles, o.depth = (o.sample or 16, 2, 2) if o.quick or o.sample else (0, 12, 12)
    o.begun, o.seed = time.monotonic(), o.seed or int(time.time())
    print('seed %d' % o.seed, flush=True)
    return o


DOUBTS = 8     # runs of a row, each with all its cases, that may go well the second time only


class Row:
    """What came of one scenario in one suite."""

    def __init__(self, suite, scenario):
        self.suite, self.scenario = suite, scenario
        self.cases, self.broken, self.again, self.left_out, self.text = 0, 0, 0, 0, ''
        self.others = 0  # cases of other parts
        self.cpu = 0  # seconds of processors, all programs and what compares them


def cpu():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF,
                                                            resource.RUSAGE_CHILDREN))


def attempt(suite, case):
    try:
        return suite.act(case)
    except Exception as e:  # pylint: disable=broad-except
        return [accident(e)]


def accident(e):
    """What went wrong of the proof itself, and where."""
    way = traceback.extract_tb(e.__traceback__)[-4:]
    return '%s: %s, %s' % (type(e).__name__, e, ' > '.join(
        '%s:%d' % (os.path.basename(f.filename), f.lineno) for f in way))


def cases_of(item):
    return list(getattr(item, 'cases', [item]))


def outcomes(suite, item):
    """(case, lines) of each: an item is a case, or the cases that a suite plays in one run."""
    left = cases_of(item)
    if left == [item]:
        yield item, attempt(suite, item)
        return
    try:
        for case, lines in suite.act_all(item):
            left.remove(case)
            yield case, lines
    except Exception as e:  # pylint: disable=broad-except
        yield from ((case, [accident(e)]) for case in left)


def tell(word, suite, case, lines):
    print('%s  %s' % (word, suite.repeat(case)), flush=True)
    for line in lines:
        print('        %s' % line, flush=True)


def play(suite, o, row):
    lock, doubtful = threading.Lock(), []  # [[case]], of one run each

    def one(item):
        if o.seconds and time.monotonic() - o.begun > o.seconds:
            with lock:
                row.left_out += len(cases_of(item))
            return
        doubts = []
        for case, lines in outcomes(suite, item):
            with lock:
                row.cases += 1
                if lines:
                    doubts.append(case)
                    tell('DOUBTFUL', suite, case, lines)
        if doubts:
            with lock:
                doubtful.append(doubts)

    for cases in [suite.cases_at(o.at)] if o.at else suite.rounds():
        with ThreadPoolExecutor(o.workers) as pool:
            for done in [pool.submit(one, item) for item in cases]:
                done.result()
    # A crowded machine answers too late for anybody: what was wrong is played once more, with
    # nothing else of its row beside it, and both are told.
    for n, case in ((n, case) for n, doubts in enumerate(doubtful) for case in doubts):
        lines = attempt(suite, case) if n < DOUBTS else ['too many to be an accident']
        row.broken += bool(lines)
        row.again += not lines
        tell('BROKEN' if lines else 'well the second time', suite, case, lines)


def run(name, scenario, o):
    row, begun, spent = Row(name, scenario.name), time.monotonic(), cpu()
    try:
        suite = SUITES[name](o.programs, scenario, o)
    except Exception as e:  # pylint: disable=broad-except
        print('BROKEN  %s %s cannot be prepared: %r' % (name, scenario.name, e), flush=True)
        row.broken, row.text = 1, 'cannot be prepared'
        return row
    play(suite, o, row)
    row.text, row.others = suite.summary(), getattr(suite, 'others', 0)
    for line in suite.lines:
        row.broken += 1
        print('BROKEN  %s %s: %s' % (name, scenario.name, line), flush=True)
    suite.close()
    row.cpu = cpu() - spent
    print('%-8s%-20s%5d cases %4d broken  %4.0f s, of processors %4.0f s  %s' % (
        name, scenario.name, row.cases, row.broken, time.monotonic() - begun, row.cpu, row.text),
        flush=True)
    return row


def main():
    o = options()
    wanted = [(name, s) for name in SUITES if not o.suites or name in o.suites
              for s in scenarios.named(o.scenario) if s.quick or not o.quick]
    # While one row waits for its last, another begins; in processes, for what is compared is much.
    with ProcessPoolExecutor(o.rows) as pool:
        rows = list(pool.map(run, *zip(*wanted), [o] * len(wanted)))
    print('\n%-8s%-20s%6s%8s%7s%9s' % ('matrix', 'scenario', 'cases', 'broken', 'again',
                                       'left out'))
    for r in rows:
        print('%-8s%-20s%6d%8d%7d%9d  %s' % (r.suite, r.scenario, r.cases, r.broken, r.again,
                                             r.left_out, r.text))
    counts = collections.Counter()
    for r in rows:
        counts.update(cases=r.cases, broken=r.broken, left=r.left_out, cpu=r.cpu,
                      others=r.others)
    print('%d cases, %d broken, %d left out, %d of other parts, %.0f s, of processors %.3f s a case' %
          (counts['cases'], counts['broken'], counts['left'], counts['others'],
           time.monotonic() - o.begun, counts['cpu'] / max(1, counts['cases'])))
    failed = counts['broken'] + (counts['left'] if o.part[1] == 1 else 0)
    print('%d passed, %d failed' % (max(0, counts['cases'] - counts['broken']), failed))
    return 1 if failed or not counts['cases'] else 0


if __name__ == '__main__':
    os.environ.setdefault('PYTHONDONTWRITEBYTECODE', '1')
    sys.exit(main())
