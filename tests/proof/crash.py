"""The crash matrix: an operation killed at every boundary, and what the next engine makes of it.

One undisturbed run counts the boundaries (backend/base/boundary.h). Then, for every number up to
that, a new world in which the console is killed with SIGKILL at it; `engine --until-idle` resumes;
and both sites, arrays, ledger, history and groups must come to what they came to undisturbed. For
a sample the resuming engine is killed as well, at every so-many-th boundary of its own. Of a run
that is held at many boundaries (held.py) the last is a kill, the others are copies of what one
would have left; what was wrong of a copy is tried once more by a kill, and so is a case alone
(--held 1: all are).

Runs differ in order, so a number is a moment and not a place. Places that no number met (the kind
of boundary, with the step or the call it is about) are aimed at by name afterwards.
"""
import collections
import contextlib
import os
import queue
import re

import held
import invariants
import scenarios
from ground import Ground, differences, end_state, killed

AGAIN = 8  # of so many kills one is followed by an engine more, which has nothing to do
HOST = re.compile(r'127\.\d+\.\d+\.\d+:\d+')
SHAPE = re.compile(r'op-[0-9a-f-]{36}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}')


def places(path, hosts):
    """[(kind, what)] of every line of a boundary log; a commit is as many as it has subjects."""
    found, sites = [], {host: name for name, host in hosts.items()}
    if not os.path.exists(path):
        return found
    with open(path, encoding='utf-8') as f:
        for line in f.read().splitlines():
            _, kind, about = (line + ' ').split(' ', 2)
            if kind.startswith('http'):
                found.append([(kind, SHAPE.sub('{}', HOST.sub(
                    lambda m: sites.get(m[0], 'guest'), about.strip())))])
            else:
                found.append([(kind, what) for what in sorted(set(about.split()))] or [(kind, '')])
    return found


def log_of(world, name='boundaries'):
    return os.path.join(world.folder, name)


def act(world, **env):
    return world.run(*world.scenario.fill(world.scenario.act, world), **env)


def measure(programs, scenario, runs=2):
    """A ground whose undisturbed end is known; and (lines of what is wrong with it)."""
    ground, lines = Ground(programs, scenario).prepare(), []
    for _ in range(runs):
        with ground.world() as w:
            done = act(w, PROTECTOR_BOUNDARY_LOG=log_of(w))
            seen = places(log_of(w), w.hosts)
            if done.returncode != 0:
                lines.append('undisturbed it ends with %d: %s' % (done.returncode, done.stderr))
            look = w.look()
            op = scenario.operation(look.journal)
            if not op or (op['status'], op['verdict']) != scenario.ends:
                lines.append('undisturbed it comes to %s' % standing(look.journal)[-2:])
            lines += invariants.after_all(w, look)
            ground.ends.append(end_state(w, look))
            ground.count = max(ground.count, len(seen))
            ground.places.update(p for line in seen for p in line)
    for other in ground.ends[1:]:
        lines += ['two undisturbed runs differ: ' + d for d in differences(ground.ends[0], other)]
    return ground, lines


def finish(world, ground, lines, ended=None):
    """After the kills: the next engine ends it, and all is as if nothing had been. ended: of an
    engine that has ended it already."""
    if not ended and not begun(ground, world.journal()):
        # Killed before it was asked for: then nothing was done, and it can be asked for again.
        lines += ['nothing was begun, and %s' % d for d in
                  differences(ground.ends[0]['sites before'], sites(world))]
        ended = act(world)
    elif not ended:
        ended = world.settle()
    if ended.returncode != 0:
        lines.append('the last engine ended with %d: %s%s' % (ended.returncode, ended.stdout,
                                                              ended.stderr))
    look = world.look()
    lines += invariants.after_all(world, look)
    lines += differences(final(ground), end_state(world, look))


def begun(ground, journal):
    """Whether the history knows that it was asked for."""
    return standing(journal) != ground.ends[0]['operations before']


def standing(journal):
    told = collections.Counter(e['op_id'] for e in journal.events)
    return [(o['id'], o['type'], o['status'], o['verdict'], o['at_rest'], told[o['id']])
            for o in journal.operations]


def final(ground):
    return {k: v for k, v in ground.ends[0].items() if not k.endswith(' before')}


def sites(world):
    state = end_state(world)
    return {k: v for k, v in state.items() if k.startswith('site-')}


def at(ground, lane, wish, second=None, twice=False):
    """Kills at wish ("17", "2@create_server:running"), then the resuming engine at second.
    (places hit, boundaries of the resume, lines)"""
    with lane.world() as w:
        for site, host in w.hosts.items():
            wish = wish.replace(site, host)
        done = act(w, PROTECTOR_BOUNDARY_KILL=wish, PROTECTOR_BOUNDARY_LOG=log_of(w))
        if not killed(done):
            return None, 0, not_killed(ground, w, done)
        hit = places(log_of(w), w.hosts)[-1]
        return hit, *resume(ground, w, '%s-%s' % (wish, second), second, twice)


def not_killed(ground, w, done):
    """Lines about a run that ended before its moment."""
    lines = []
    if done.returncode != 0:
        lines.append('not killed, it ended with %d: %s' % (done.returncode, done.stderr))
    finish(w, ground, lines, done if done.returncode == 0 else None)
    return lines


def resume(ground, w, name, second=None, twice=False):
    """After a kill: the next engine, itself killed at its boundary second, or followed by one that
    has nothing to do; and what it all comes to. (boundaries of the resume, lines)"""
    look, ended, log = w.look(), None, log_of(w, 'resumed')
    env = {'PROTECTOR_BOUNDARY_KILL': str(second)} if second else {}
    lines = invariants.at_a_kill(w, look)
    if begun(ground, look.journal):
        ended = w.settle(PROTECTOR_BOUNDARY_LOG=log, **env)
        if killed(ended):
            lines += invariants.at_a_kill(w)
            ended = None
    if twice and ended:
        w.settle()
    count = len(places(log, w.hosts))
    finish(w, ground, lines, ended)
    if lines:
        lines.append('kept in %s' % w.keep('crash-%s-%s' % (w.scenario.name, name)))
    return count, lines


def begin(programs, scenario):
    ground, lines = measure(programs, scenario)
    with ground.world() as w:
        ground.ends[0]['operations before'] = standing(w.journal())
        ground.ends[0]['sites before'] = sites(w)
    return ground, lines


class Run:
    """Cases that one run is held for: boundaries that lie evenly; of the verb, or, after it was
    killed at boundary n, of the engine that resumes it."""

    def __init__(self, numbers, n=None):
        self.numbers, self.n = numbers, n
        self.cases = [(str(n), m) if n else (str(m), None) for m in numbers]
        self.every = numbers[1] - numbers[0] if len(numbers) > 1 else 0


def runs(numbers, stops, workers):
    """Runs that together are held at all these boundaries, each all over the operation."""
    count = max(-(-len(numbers) // stops), min(workers, -(-len(numbers) // 4)))
    return [Run(numbers[i::count]) for i in range(min(count, len(numbers)))]


class Crash:
    """One row of the table as a suite: cases come in rounds, the later from what the first saw."""

    name = 'crash'

    def __init__(self, programs, scenario, o):
        self.scenario, self.o = scenario, o
        self.ground, self.lines = begin(programs, scenario)
        self.hit, self.resumes, self.missed = collections.Counter(), {}, 0
        self.runs, self.killed, self.lanes = 0, 0, queue.SimpleQueue()
        for _ in range(o.workers):
            self.lanes.put(held.Lane(self.ground))

    def rounds(self):
        every = max(1, self.ground.count // self.o.sample) if self.o.sample else 1
        yield runs(range(1, self.ground.count + 1, every), self.o.held, self.o.workers)
        if not self.o.sample:
            yield [(aim(p), None) for p in sorted(set(self.ground.places) - set(self.hit))]
        firsts = sorted(self.resumes)[::max(1, len(self.resumes) // self.o.doubles)] \
            if self.o.doubles else []
        yield [Run(range(1, self.resumes[n] + 1, max(1, self.resumes[n] // self.o.depth)), n)
               for n in firsts if self.resumes[n]]

    @contextlib.contextmanager
    def lane(self):
        lane = self.lanes.get()
        try:
            yield lane
        finally:
            self.lanes.put(lane)

    def act(self, case):
        """A case alone, by a kill."""
        wish, second = case
        with self.lane() as lane:
            hit, resumed, lines = at(self.ground, lane, wish, second, self.again())
        self.killed += hit is not None
        self.count(case, hit, resumed)
        return lines

    def again(self):
        self.runs += 1
        return self.runs % AGAIN == 0

    def count(self, case, hit, resumed=0):
        if hit is None:
            self.missed += 1
            return
        self.hit.update(hit)
        if not case[1] and case[0].isdigit():
            self.resumes[int(case[0])] = resumed

    # ---- many cases of one run ----

    def act_all(self, run):
        """(case, lines) of each: by a copy of the run held there, and the last by a kill."""
        with self.lane() as lane, contextlib.ExitStack() as kept:
            with lane.world() as w:
                moments, lines = self.held(w, run)
                for moment in moments:
                    kept.enter_context(moment)
                seen = places(log_of(w, 'held'), w.hosts)
                for case in run.cases[len(moments):]:  # it ended before theirs
                    self.again()
                    self.count(case, None)
                    yield case, lines
                    lines = []
                if len(moments) == len(run.cases):
                    case = run.cases[-1]
                    more = moments.pop().differs(w)
                    self.killed += 1
                    yield case, more + self.judge(w, case, seen[-1])
            for case, number, moment in zip(run.cases, run.numbers, moments):
                with moment.world(w) as r:
                    yield case, self.judge(r, case, seen[number - 1])

    def held(self, w, run):
        """The run itself: ([Moment], lines about a run that was not killed at its last)."""
        log = {'PROTECTOR_BOUNDARY_LOG': log_of(w, 'held')}
        args = w.scenario.fill(w.scenario.act, w)
        if run.n:
            done = w.run(*args, PROTECTOR_BOUNDARY_KILL=str(run.n))
            if not killed(done) or not begun(self.ground, w.journal()):
                return [], not_killed(self.ground, w, done) if not killed(done) else []
            args = scenarios.BY_ITSELF
        done, moments = held.hold(w, args, run.numbers[0], run.every, len(run.cases), **log)
        return moments, [] if len(moments) == len(run.cases) else not_killed(self.ground, w, done)

    def judge(self, w, case, hit):
        resumed, lines = resume(self.ground, w, '%s-%s' % case, twice=self.again())
        self.count(case, [] if case[1] else hit, resumed)
        return lines

    @staticmethod
    def cases_at(text):
        wish, _, second = text.partition(' then ')
        return [(wish, int(second) if second else None)]

    def repeat(self, case):
        return "crash --scenario %s --at '%s%s'" % (self.scenario.name, case[0],
                                                    ' then %d' % case[1] if case[1] else '')

    def summary(self):
        known = set(self.ground.places)
        return '%d boundaries, %d deaths, %d of them by SIGKILL, the others copied, %d ended ' \
            'before theirs, places %d of %d' % (
                self.ground.count, self.runs - self.missed, self.killed, self.missed,
                len(known & set(self.hit)), len(known))

    def close(self):
        while not self.lanes.empty():
            self.lanes.get().close()
        self.ground.close()


def aim(place):
    """The wish that kills at a place: a glob of its line."""
    kind, what = place
    what = what.replace('{}', '*').replace('guest', '*:*')
    return '1@* %s %s' % (kind, what if kind.startswith('http') or not what else '*%s*' % what)
