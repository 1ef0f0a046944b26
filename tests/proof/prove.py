#!/usr/bin/env python3
"""Proves on simulated sites what the engine must never do, whatever happens to it.

usage: prove.py PROGRAMS [kill] [sweep] [engines] [--full] [--only WORDS] [--seed N] [--workers N]

  kill     kill -9 at random and at the worst moments, then resume
  sweep    calls that fail in every way: quick, one drill a fault; --full, one drill a call and fault
  engines  two consoles: taking over, fencing, asking at the same moment

Without names: all three. --full (or PROOF_FULL=1) takes minutes instead of seconds. A run is
repeated with the seed that it prints. PROOF_KEEP=FOLDER keeps the state of what was broken;
PROOF_SLOWNESS=N is for programs under a sanitizer.
"""
import argparse
import collections
import os
import sys
import time

sys.dont_write_bytecode = True
import engines  # noqa: E402
import kill  # noqa: E402
import sweep  # noqa: E402
from arena import Arena, play  # noqa: E402

SUITES = {'engines': engines, 'sweep': sweep, 'kill': kill}


def options():
    ap = argparse.ArgumentParser(description='Proofs of the engine on simulated sites.')
    ap.add_argument('programs', help='the folder of protector-console and protector-lab')
    ap.add_argument('suites', nargs='*', help='kill, sweep, engines (default: all)')
    ap.add_argument('--full', action='store_true', default=bool(os.environ.get('PROOF_FULL')))
    ap.add_argument('--only', default='', help='cases whose text has these words')
    ap.add_argument('--seed', type=int, default=int(time.time()))
    ap.add_argument('--workers', type=int, default=10)
    o = ap.parse_args()
    if set(o.suites) - set(SUITES):
        ap.error('there are %s' % ', '.join(SUITES))
    return o


def main():
    o, begun = options(), time.monotonic()
    print('seed %d' % o.seed, flush=True)
    plays = [(suite, case) for name, suite in SUITES.items() if not o.suites or name in o.suites
             for case in suite.cases(o) if o.only in str(case)]
    wrong = play(plays, min(o.workers, len(plays)),
                 lambda suite: Arena(o.programs, api_timeout=getattr(suite, 'API_TIMEOUT', None)))
    broken = len({case for case, _ in wrong})
    counts = collections.Counter(suite.__name__ for suite, _ in plays)
    print('%s; %d cases, %d broken, %.0f s' % (', '.join('%s %d' % c for c in counts.items()),
                                               len(plays), broken, time.monotonic() - begun))
    return 1 if wrong or not plays else 0


if __name__ == '__main__':
    sys.exit(main())
