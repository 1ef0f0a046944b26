"""Drills in which calls go wrong: every call of a drill, every way in which one can.

Quick: one drill for each fault, which strikes one call of every service and verb. Full: one drill
for each single call of site-b and each fault, and the reads of site-a.

However it goes, the drill ends in bounded time, succeeds or fails truthfully, leaves nothing on
site-b, makes nothing twice, and site-a is not touched.
"""
from arena import Arena, DRILL, LONGEST, SLOWNESS, Watch, random, subprocess

API_TIMEOUT = 1 if SLOWNESS == 1 else 3  # seconds, in clouds.yaml: time-outs shall be cheap
SLOW = ('timeout', 'delay')
FATAL = ('expired-token', 'garbage', 'big-body')  # at the log-in or the first reads: refused
FAULTS = ['status=500', 'status=503', 'status=429', 'expired-token', 'reset', 'reset-after-apply',
          'timeout=30', 'timeout-after-apply=30', 'delay=%d' % (API_TIMEOUT * 1500), 'garbage', 'half-body', 'html=502',
          'big-body=24', 'drip=20']
MORE = {'status=503': {'retry-after': 1}, 'status=429': {'retry-after': 1}}


def count_calls(arena):
    """{(service, verb): calls of one drill on site-b}, as the lab counts them."""
    arena.begin()
    before = arena.control.calls('site-b')
    done = arena.run(*DRILL, '--wait')
    assert done.returncode == 0, 'the drill without faults fails: %s' % done.stderr
    after = arena.control.calls('site-b')
    return {k: n - before.get(k, 0) for k, n in after.items()}


def strikes(fault, verb, service, n, dice):
    """Which of n calls a quick case strikes; 0: none."""
    if fault.startswith(SLOW) and (verb != 'POST' or service in ('identity', 'array')):
        return 0
    if fault.startswith(FATAL) and verb == 'GET':
        return dice.randint(n // 2 + 1, n)
    if service in ('identity', 'array') and verb == 'POST' and fault.startswith(FATAL):
        return 0
    return dice.randint(1, min(n, 6))


def quick_cases(counts, dice):
    """One case a fault: it strikes a call of each service and verb."""
    cases = []
    for fault in FAULTS:
        where = [(service, verb, 'site-b', strikes(fault, verb, service, n, dice))
                 for (service, verb), n in sorted(counts.items())]
        cases.append((fault, tuple(w for w in where if w[3])))
    return cases


def full_cases(counts):
    """One case a call and a fault; of many reads of one service the first, and every fourth."""
    cases = []
    for (service, verb), n in sorted(counts.items()):
        nths = range(1, n + 1) if verb != 'GET' else sorted({1, 2, *range(3, n + 1, 4)})
        for fault in FAULTS:
            cases += [(fault, ((service, verb, 'site-b', nth),)) for nth in nths]
    for service in ('identity', 'compute', 'volume', 'network'):
        verb = 'POST' if service == 'identity' else 'GET'
        cases += [(fault, ((service, verb, 'site-a', 1),)) for fault in FAULTS]
    return cases


class Case(tuple):
    def __str__(self):
        fault, where = self
        if len(where) > 1:
            return '%s, on one call of each' % fault
        service, verb, site, nth = where[0]
        return '%s, %s %s %s %d' % (fault, site, service, verb, nth)


def refused(done):
    """Nothing was begun: the command says what it could not do, and what to do about it."""
    if done.returncode not in (1, 2, 69, 77) or 'error: ' not in done.stderr \
            or 'what to do: ' not in done.stderr:
        return ['refused with %d: %s' % (done.returncode, done.stderr)]
    return []


def act(arena, case):
    fault, where = case
    arena.begin()
    watch = Watch(arena.control)
    for service, verb, site, nth in where:
        arena.control.fault(fault, site=site, service=service, verb=verb, nth=nth,
                            **MORE.get(fault, {}))
    watch.start()
    try:
        done = arena.run(*DRILL, '--wait', seconds=LONGEST * SLOWNESS)
    except subprocess.TimeoutExpired:
        watch.over.set()
        return '', ['it hangs']
    watch.look()
    watch.over.set()
    struck = arena.control.struck()
    arena.control.mend()
    lines = arena.judge()
    lines += ['made twice: %s %s of %s' % (k, step, op) for k, op, step in watch.twice]
    ops = arena.new_operations()
    if not ops:
        return 'refused, struck %d  %s' % (struck, done.stderr[7:77].strip()), lines + refused(done)
    if len(ops) > 1:
        lines.append('one drill was asked for, the history has %d' % len(ops))
    if done.returncode != (0 if ops[0]['verdict'] == 'passed' else 1):
        lines.append('it ended with %d: %s' % (done.returncode, done.stdout + done.stderr))
    if ops[0]['verdict'] == 'passed' and 'error: ' in done.stderr:
        lines.append('it passed and complains: %s' % done.stderr)
    if ops[0]['verdict'] != 'passed' and 'what to do: ' not in done.stderr:
        lines.append('it failed and does not say what to do: %s' % done.stderr)
    why = ops[0]['error_message'] or ''
    if why and not ops[0]['remedy']:
        lines.append('it failed without a remedy: %s' % why)
    return '%s, struck %d%s' % (ops[0]['verdict'], struck, '  ' + why[:70] if why else ''), lines


def cases(o):
    with Arena(o.programs) as arena:
        counts = count_calls(arena)
    print('calls of a drill: %s' % ', '.join('%s %s %d' % (s, v, n)
                                             for (s, v), n in sorted(counts.items())), flush=True)
    dice = random.Random(o.seed)
    return [Case(c) for c in (full_cases(counts) if o.full else quick_cases(counts, dice))]
