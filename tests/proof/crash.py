"""The crash matrix: an operation killed at every boundary, and what the next engine makes of it.

One undisturbed run counts the boundaries (backend/base/boundary.h). Then, for every number up to
that, a new world in which the console is killed with SIGKILL at it; `engine --until-idle` resumes;
and both sites, arrays, ledger, history and groups must come to what they came to undisturbed. For
a sample the resuming engine is killed as well, at every so-many-th boundary of its own.

Runs differ in order, so a number is a moment and not a place. Places that no number met (the kind
of boundary, with the step or the call it is about) are aimed at by name afterwards.
"""
import collections
import os
import re

import invariants
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


def at(ground, wish, second=None, twice=False):
    """Kills at wish ("17", "2@create_server:running"), then the resuming engine at second.
    twice: another engine after the last, which has nothing to do.
    (places hit, boundaries of the resume, lines)"""
    lines, hit, ended = [], None, None
    with ground.world() as w:
        for site, host in w.hosts.items():
            wish = wish.replace(site, host)
        done = act(w, PROTECTOR_BOUNDARY_KILL=wish, PROTECTOR_BOUNDARY_LOG=log_of(w))
        resumed = log_of(w, 'resumed')
        env = {'PROTECTOR_BOUNDARY_LOG': resumed}
        if second:
            env['PROTECTOR_BOUNDARY_KILL'] = str(second)
        if killed(done):
            look, hit = w.look(), places(log_of(w), w.hosts)[-1]
            lines += invariants.at_a_kill(w, look)
            if begun(ground, look.journal):
                ended = w.settle(**env)
                if killed(ended):
                    lines += invariants.at_a_kill(w)
                    ended = None
        elif done.returncode != 0:
            lines.append('not killed, it ended with %d: %s' % (done.returncode, done.stderr))
        else:
            ended = done
        count = len(places(resumed, w.hosts))
        if twice and ended:
            w.settle()
        finish(w, ground, lines, ended)
        if lines:
            lines.append('kept in %s' % w.keep('crash-%s-%s-%s' % (w.scenario.name, wish, second)))
    return hit, count, lines


def begin(programs, scenario):
    ground, lines = measure(programs, scenario)
    with ground.world() as w:
        ground.ends[0]['operations before'] = standing(w.journal())
        ground.ends[0]['sites before'] = sites(w)
    return ground, lines


class Crash:
    """One row of the table as a suite: cases come in rounds, the later from what the first saw."""

    name = 'crash'

    def __init__(self, programs, scenario, o):
        self.scenario, self.o = scenario, o
        self.ground, self.lines = begin(programs, scenario)
        self.hit, self.resumes, self.missed = collections.Counter(), {}, 0
        self.runs = 0

    def rounds(self):
        every = max(1, self.ground.count // self.o.sample) if self.o.sample else 1
        first = range(1, self.ground.count + 1, every)
        yield [(str(n), None) for n in first]
        if not self.o.sample:
            yield [(aim(p), None) for p in sorted(set(self.ground.places) - set(self.hit))]
        firsts = sorted(self.resumes)[::max(1, len(self.resumes) // self.o.doubles)] \
            if self.o.doubles else []
        yield [(str(n), m) for n in firsts
               for m in range(1, self.resumes[n] + 1, max(1, self.resumes[n] // self.o.depth))]

    def act(self, case):
        wish, second = case
        self.runs += 1
        hit, resumed, lines = at(self.ground, wish, second, self.runs % AGAIN == 0)
        if hit is None:
            self.missed += 1
        else:
            self.hit.update(hit)
            if not second and wish.isdigit():
                self.resumes[int(wish)] = resumed
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
        return '%d boundaries, %d kills, %d ended before theirs, places %d of %d' % (
            self.ground.count, self.runs - self.missed, self.missed,
            len(known & set(self.hit)), len(known))

    def close(self):
        self.ground.close()


def aim(place):
    """The wish that kills at a place: a glob of its line."""
    kind, what = place
    what = what.replace('{}', '*').replace('guest', '*:*')
    return '1@* %s %s' % (kind, what if kind.startswith('http') or not what else '*%s*' % what)
