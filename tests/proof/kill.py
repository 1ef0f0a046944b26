"""Consoles killed with -9 at random moments of a drill, and at the worst ones; then resumed.

A drill is started by protection-group test-failover --wait; its process is killed, some resuming
engines are killed too, and then `engine --until-idle` must end it: passed and cleaned, one
operation, nothing made twice, nothing left on site-b, nothing changed on site-a.

The worst moments: a call is on its way and will be applied, or not, and nobody gets to know.
"""
from arena import DRILL, SLOWNESS, Watch, kill, random, time

# The writes of a drill of prod-web-app: (service, verb, path, how many).
WRITES = [('volume', 'POST', '/volumes', 5), ('network', 'POST', '/ports', 4),
          ('compute', 'POST', '/servers', 3), ('compute', 'DELETE', '/servers/*', 3),
          ('network', 'DELETE', '/ports/*', 4), ('volume', 'DELETE', '/volumes/*', 5)]
DRILL_SECONDS = 1.8  # of a drill at the lab's speed, roughly


def one_passed(arena, watch):
    """After the last engine: one operation or none, and nothing wrong anywhere."""
    watch.look()
    watch.over.set()
    lines = arena.judge()
    ops = arena.new_operations()
    if len(ops) > 1:
        lines.append('one drill was asked for, the history has %d' % len(ops))
    for op in ops:
        if op['verdict'] != 'passed':
            lines.append('%s: nothing was wrong, and it %s: %s' % (op['operation_id'], op['verdict'],
                                                                   op['error_message']))
    lines += ['made twice: %s %s of %s' % (k, step, op) for k, op, step in watch.twice]
    return ops, lines


def end(arena, lines):
    done = arena.settle()
    if done.returncode != 0:
        lines.append('engine --until-idle ended with %d: %s' % (done.returncode,
                                                                done.stdout + done.stderr))


def killed_at_random(arena, case):
    """case: (name, seed). The drill's process is killed, and up to two resuming engines."""
    dice, lines = random.Random(case[1]), []
    arena.begin()
    watch = Watch(arena.control)
    watch.start()
    moments = [dice.uniform(0.05, DRILL_SECONDS) * SLOWNESS]
    moments += [dice.uniform(0.05, DRILL_SECONDS) * SLOWNESS for _ in range(dice.choice((0, 0, 1, 2)))]
    for i, moment in enumerate(moments):
        running = arena.start(*(DRILL + ('--wait',) if i == 0 else ('engine', '--until-idle')))
        time.sleep(moment)
        kill(running)
    at = [o['status'] for o in arena.new_operations()] or ['nothing begun']
    end(arena, lines)
    ops, more = one_passed(arena, watch)
    return 'after %s s, %s -> %s' % (' '.join('%.2f' % m for m in moments), at[0],
                                     ops[0]['status'] if ops else 'nothing'), lines + more


def killed_in_a_call(arena, case):
    """case: (what, service, verb, path, nth). Killed while that call is not answered."""
    what, service, verb, path, nth = case
    lines = []
    arena.begin()
    watch = Watch(arena.control)
    watch.start()
    arena.control.fault(what + '=600', service=service, verb=verb, path=path, nth=nth)
    running = arena.start(*DRILL, '--wait')
    until = time.monotonic() + 30 * SLOWNESS
    while not arena.control.struck() and time.monotonic() < until:
        time.sleep(0.05)
    if not arena.control.struck():
        lines.append('the call never came')
    kill(running)
    arena.control.mend()
    end(arena, lines)
    ops, more = one_passed(arena, watch)
    if not ops:
        more.append('the operation is not in the history')
    return 'killed, %s' % (ops[0]['status'] if ops else ''), lines + more


def act(arena, case):
    return (killed_at_random if case[0] == 'random' else killed_in_a_call)(arena, case)


def cases(o):
    """Quick: one of each write and 20 at random. Full: every write, both outcomes, 60 at random."""
    found = []
    for service, verb, path, count in WRITES:
        for nth in range(1, count + 1) if o.full else [(o.seed % count) + 1]:
            for what in ('timeout-after-apply', 'timeout') if o.full or verb == 'POST' else \
                    ('timeout-after-apply',):
                found.append((what, service, verb, path, nth))
    return found + [('random', o.seed + i) for i in range(60 if o.full else 20)]
