"""Sites that go away: one in the middle of an operation, at moments spread over it, or both before.

While a site is away the operation ends in bounded time, never lets a member run on both sites, and
says what it left. When the site is back, what is left is done or undone on request.
"""
import subprocess
import time

import invariants
from arena import SLOWNESS
from crash import act
from faults import API_TIMEOUT, Faults
from ground import LONGEST, SITES

MOMENTS = 8  # in one operation
WAYS = ('refuse', 'hang')


class Outages(Faults):
    """One row of the table as a suite."""

    name = 'outages'

    def rounds(self):
        with self.ground.world(api_timeout=API_TIMEOUT) as w:
            act(w)
            entries = len(w.chronicle())
        moments = sorted({max(1, entries * i // MOMENTS) for i in range(1, MOMENTS)})
        cases = [('dies', site, way, n) for site in SITES for way in WAYS for n in moments]
        cases += [('parted', site, way, 0) for site in SITES + ('both',) for way in WAYS]
        yield cases[::max(1, len(cases) // self.o.sample)] if self.o.sample else cases

    @staticmethod
    def cases_at(text):
        what, site, way, n = text.split(' | ')
        return [(what, site, way, int(n))]

    def repeat(self, case):
        return "outages --scenario %s --at '%s'" % (self.scenario.name,
                                                    ' | '.join(str(c) for c in case))

    def summary(self):
        return ', '.join('%s %d' % e for e in sorted(self.ends.items()))

    def act(self, case):
        lines = []
        with self.ground.world(api_timeout=API_TIMEOUT) as w:
            try:
                done = self.begin(w, case, dies if case[0] == 'dies' else parted)
                invariant = invariants.at_a_kill(w)
                self.mend(w, case)
                end = self.judge(w, done, lines)
                lines += invariant
            except subprocess.TimeoutExpired:
                end = 'hangs'
                lines.append('it hangs')
            self.ends[end] += 1
            self.struck[True, case[0], case[1]] += 1
            if lines:
                lines.append('%s; kept in %s' % (end, w.keep(self.file_of(case))))
        return lines

    @staticmethod
    def mend(w, case):
        """The sites are back."""
        for name in SITES if case[1] == 'both' else (case[1],):
            w.control.ask('POST', '/outage', {'site': name, 'on': False})


def cut(world, site, way):
    for name in SITES if site == 'both' else (site,):
        world.control.ask('POST', '/outage', {'site': name, 'on': True, 'mode': way})


def dies(world, case, seconds=LONGEST * 2):
    """The site goes away when so much has come to be, and stays away until the end."""
    _, site, way, moment = case
    process = world.start(*world.scenario.fill(world.scenario.act, world))
    until = time.monotonic() + 60 * SLOWNESS
    while len(world.chronicle()) < moment and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    cut(world, site, way)
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    world.said.append((out + err).encode())
    return subprocess.CompletedProcess([], process.returncode, out, err)


def parted(world, case, seconds=LONGEST):
    """Sites that were away before: nothing is moved without them, unless it was forced."""
    _, site, way, _ = case
    cut(world, site, way)
    return act(world, seconds=seconds)
