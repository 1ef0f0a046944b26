"""What it costs while nobody types: idle, while an operation runs, and in memory."""
import re
import statistics
import time

from parts.glass import Load, now, percentile
from parts.speed import everybody
from parts.stage import FIRST_GROUP, Stage

IDLE_S, RUN_S, DRILLS = 60, 12, 4
RUNNING = re.compile(r'\A.*\b[1-9]\d* running\b')    # in the first line
BAR = re.compile(r'^ \S \w+ +\S+ +(\d+)/\d+', re.M)


def spent(g, seconds):
    """(seconds, bytes, frames, wake-ups, processor time, of that the first thread's)."""
    before, was = len(g.seen), Load(g.pid)
    g.run(seconds)
    after = Load(g.pid)
    return (after.at - was.at, g.total(before), frames(g, before), after.wakes - was.wakes,
            after.cpu - was.cpu, after.main - was.main)


def frames(g, since):
    """What is written within two milliseconds is one."""
    times = [when for when, _ in g.seen[since:]]
    return sum(1 for a, b in zip([0.0] + times, times) if b - a > 0.002)


def idle(stage, groups):
    for name, open_it in everybody(stage, groups):
        with open_it() as g:
            g.run(2)
            took, size, _, wakes, cpu, _ = spent(g, IDLE_S)
        yield (name, '%.0f' % (size * 60 / took), '%.2f' % (wakes / took),
               '%.3f' % (cpu * 100 / took))


def running(stage, groups, members=100):
    """A drill of so many, on its own screen, and from home. On a lab of its own: 50 ms a call."""
    for screen in ('home', 'operation'):
        yield running_on(Stage(stage.programs, latency='fixed:50', servers=40 + 3 * members + 60),
                         screen, groups, members)


def running_on(stage, screen, groups, members):
    try:
        state = stage.state(groups)
        stage.world.protect('big', stage.world.two_volume_servers(members + 2)[2:], state=state)
        with stage.loaded(groups, more_groups=1) as g:
            stage.world.run('protection-group', 'test-failover', 'big', state=state)
            g.until(r'Running +1\b')
            if screen == 'operation':
                g.key('Tab', 'Enter')
                g.until('snapshots|volumes')
            g.run(2)
            took, size, count, _, cpu, main = spent(g, RUN_S)
            if 'big' not in g.cells.text():
                raise SystemExit('error: the operation was over too soon')
        return (screen, str(members), '%.0f' % (size / took), '%.1f' % (count / took),
                '%.2f' % (main * 100 / took), '%.1f' % (cpu * 100 / took))
    finally:
        stage.close()


def event(stage, groups):
    """From the moment at which a step was done, as the history has it, to the last byte of the
    frame whose bars count it."""
    stage = Stage(stage.programs, latency='fixed:50')
    took = []
    try:
        state = stage.state(groups)
        for _ in range(DRILLS):
            with stage.loaded(groups) as g:
                stage.world.run('protection-group', 'test-failover', FIRST_GROUP, state=state)
                g.until(r'Running +1\b')
                g.key('Tab', 'Enter')
                g.until('Events')
                took += late_by(g, stage.world, state)
    finally:
        stage.close()
    yield (str(len(took)), '%.1f' % statistics.median(took), '%.1f' % percentile(took, 99),
           '%.1f' % max(took))


def late_by(g, world, state):
    """ms of every step from now on, once the drill is over. Nothing else is done meanwhile: what
    is not read at once would be taken for late."""
    shift, shown, end = time.time() - now(), [(now(), done_steps(g))], now() + 120
    while RUNNING.search(g.cells.text()) and now() < end:
        if g.step(0.3):
            shown.append((g.seen[-1][0], done_steps(g)))
    ended = [row[0] / 1000 - shift for row in world.history(
        'SELECT ended_ms FROM plan_steps WHERE op_id = (SELECT id FROM operations ORDER BY seq DESC'
        ' LIMIT 1) AND ended_ms > 0 ORDER BY ended_ms', state=state)]
    took = []
    for k, at in enumerate(ended, 1):
        first = [when for when, count in shown if count >= k]
        if k > shown[0][1] and first:
            took.append(max(0.0, first[0] - at) * 1000)
    return took


def done_steps(g):
    """What the bars of the phases add up to."""
    return sum(int(m.group(1)) for m in BAR.finditer(g.cells.text()))


def memory(stage, groups):
    pss = {}
    for n in (groups, 10 * groups):
        with stage.loaded(n) as g:
            g.run(3)
            pss[n] = Load.pss(g.pid)
            each = (pss[n] - pss[groups]) / (n - groups) if n > groups else None
            yield 'console, %d groups' % n, '%.1f' % (pss[n] / 1024), '%.2f' % each if each else ''
    for name, open_it in list(everybody(stage, groups))[1:]:
        with open_it() as g:
            yield name, '%.1f' % (Load.pss(g.pid) / 1024), ''
