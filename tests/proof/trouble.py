"""What befalls a process or its journal in the middle of an operation, and what it does then.

Each case lets an operation begin, then does to it what its name says. The operation must come to
the same end as undisturbed, at once or by the next engine; and while its journal cannot be written
nothing may be begun in the world that the journal does not know.
"""
import contextlib
import fcntl
import os
import pty
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

import invariants
from arena import SLOWNESS
from crash import begin, final, finish
from ground import LONGEST, differences, end_state
from standstill import quiet_journal, stands_still

NOBODY = 65534
RACERS = 100


def wait_for(what, seconds=30):
    until = time.monotonic() + seconds * SLOWNESS
    while not what():
        assert time.monotonic() < until, 'it did not come to that'
        time.sleep(0.02)


def ours(world):
    """What came to be by an operation, or was stopped or deleted by it."""
    return [e for e in world.chronicle()
            if e['op'] or (e['kind'] == 'server' and e['status'] in ('SHUTOFF', 'gone'))]


def late(world, **where):
    world.control.ask('POST', '/faults', {**where, 'do': 'delay=%d' % (1500 * SLOWNESS)})


def started(world, popen=None, **env):
    """The verb of the scenario, running, and something of it already in the world. What makes no
    server would be over at once: its array answers late, and it has begun once that was asked."""
    args, begun = world.scenario.fill(world.scenario.act, world), lambda: ours(world)
    if world.scenario.on_array:
        late(world, service='array', verb='POST', path='*snapshots')
        begun = world.control.struck
    process = popen(args) if popen else world.start(*args, **env)
    wait_for(lambda: begun() or process.poll() is not None)
    return process


def in_the_middle(world):
    """The same, with servers and volumes that answer late: what comes now comes in the middle."""
    for service, verb in (('compute', 'POST'), ('compute', 'DELETE'), ('volume', 'DELETE')):
        late(world, service=service, verb=verb)
    return started(world)


def end(process, lines, code):
    try:
        out, err = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        lines.append('it hangs')
        return ''
    if process.returncode != code:
        lines.append('it ended with %s, not %s: %s%s' % (process.returncode, code, out, err))
    return (out or '') + (err or '')


def writes(world):
    """Calls that change a site, so far: (sites, arrays) log-ins left out."""
    total = 0
    for s in world.control.ask('GET', '/state')['sites']:
        for service, verbs in s['calls'].items():
            total += sum(n for verb, n in verbs.items() if verb not in ('GET', 'HEAD') and
                         not (verb == 'POST' and service in ('identity', 'array')))
    return total


def journal_files(world):
    return [os.path.join(world.state, n) for n in os.listdir(world.state)
            if n.startswith('history.db')]


# ---- signals -------------------------------------------------------------------

def the_terminal_goes_away(world, ground, lines):
    """SIGHUP as a dropped line gives it: it goes on without one, to the end."""
    master, slave = pty.openpty()

    def on_terminal(args):
        return subprocess.Popen(world.command(*args), stdin=slave, stdout=slave, stderr=slave,
                                env=world.env, cwd=world.folder, start_new_session=True,
                                preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))
    process = started(world, on_terminal)
    os.close(slave)
    os.close(master)
    wait_for(lambda: all(o['at_rest'] for o in world.journal().operations), LONGEST)
    process.wait(LONGEST)
    lines += differences(final(ground), end_state(world))
    lines += invariants.after_all(world)


def asked_to_end(world, ground, lines):
    """SIGTERM: it stops at once, says how to go on, and the next engine does."""
    process = in_the_middle(world)
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    said = end(process, lines, 128 + signal.SIGTERM)
    if time.monotonic() - begun > 5 * SLOWNESS:
        lines.append('it took %.1f s to stop' % (time.monotonic() - begun))
    if 'engine --until-idle' not in said and 'operation watch' not in said:
        lines.append('it does not say how to go on: %s' % said)
    lines += invariants.at_a_kill(world)
    finish(world, ground, lines)


def stopped_for_long(world, ground, lines):
    """SIGSTOP until another engine has ended it; woken up, it does nothing more."""
    process = in_the_middle(world)
    with quiet_journal(world):
        process.send_signal(signal.SIGSTOP)
        wait_for(lambda: stands_still(process.pid))
    done = world.settle()
    if done.returncode != 0:
        lines.append('the second engine ended with %d: %s' % (done.returncode, done.stderr))
    before, entries = writes(world), len(world.chronicle())
    process.send_signal(signal.SIGCONT)
    end(process, lines, 0)
    if writes(world) != before:
        lines.append('fenced off, it wrote %d times' % (writes(world) - before))
    if [e for e in world.chronicle()[entries:] if e['op']]:
        lines.append('fenced off, it changed the world')
    finish(world, ground, lines)


# ---- the journal -----------------------------------------------------------------

def log_is_empty(world):
    """What preparing left in the write-ahead log would be written over, which takes no room."""
    if world.has_history():
        with contextlib.closing(sqlite3.connect(os.path.join(world.state, 'history.db'))) as base:
            base.execute('PRAGMA wal_checkpoint(TRUNCATE)')


def the_disk_is_full(world, ground, lines):
    """No byte more can be written, for three seconds; then it goes on as if nothing had been."""
    log_is_empty(world)
    process = in_the_middle(world)
    size = os.path.getsize(os.path.join(world.state, 'history.db-wal'))
    if process.poll() is None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    until, seen = time.monotonic() + 3, -1
    while time.monotonic() < until:
        lines += ['while the disk is full: ' + line for line in invariants.at_a_kill(world)]
        seen = len(ours(world))
        time.sleep(0.3)
    if process.poll() is None and len(ours(world)) != seen:
        lines.append('it goes on without a journal')
    if process.poll() is None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    end(process, lines, 0)
    lines += unnoticed(world)
    lines += differences(final(ground), end_state(world)) + invariants.after_all(world)


def the_journal_is_locked(world, ground, lines):
    """Somebody else keeps the file locked, for longer than the engine waits for it twice."""
    process = in_the_middle(world)
    base = sqlite3.connect(os.path.join(world.state, 'history.db'), timeout=20)
    base.execute('BEGIN EXCLUSIVE')
    if process.poll() is not None:
        lines.append('it was over before the file was locked')
    until = time.monotonic() + 12
    while time.monotonic() < until:
        lines += ['while it is locked: ' + line for line in invariants.at_a_kill(world)]
        time.sleep(0.5)
    base.rollback()
    base.close()
    end(process, lines, 0)
    lines += differences(final(ground), end_state(world)) + invariants.after_all(world)


def the_groups_file_is_held(world, ground, lines):
    """Somebody was stopped while he wrote groups.json: nobody else waits for him, and the
    next engine brings the file up to the journal."""
    with open(os.path.join(world.state, 'groups.json.lock'), 'w', encoding='utf-8') as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        process = started(world)
        end(process, lines, 0)
        lines += differences(final(ground), end_state(world))
    world.settle()
    lines += invariants.after_all(world)


def unnoticed(world):
    with open(os.path.join(world.state, 'console.log'), encoding='utf-8') as f:
        return [] if 'journal: ' in f.read() else ['the engine did not notice']


def cannot_begin(world, lines, **popen):
    """The next engine finds the journal so that it cannot be written: it says so, does nothing."""
    before = writes(world)
    done = subprocess.run(world.command('engine', '--until-idle'), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=LONGEST, env=world.env,
                          cwd=world.folder, **popen)
    if done.returncode == 0:
        lines.append('it says that all is well: %s%s' % (done.stdout, done.stderr))
    if 'what to do: ' not in done.stderr:
        lines.append('it does not say what to do: %s' % done.stderr)
    if writes(world) != before:
        lines.append('it wrote to the sites %d times' % (writes(world) - before))


def die(world):
    process = started(world)
    process.kill()
    process.communicate()


def the_journal_is_read_only(world, ground, lines):
    die(world)
    root = os.getuid() == 0
    for folder, folders, names in os.walk(world.folder):
        for name in [folder] + [os.path.join(folder, n) for n in folders + names]:
            os.chmod(name, 0o555 if os.path.isdir(name) else 0o444)
    cannot_begin(world, lines, **({'user': NOBODY, 'group': NOBODY} if root else {}))
    for folder, folders, names in os.walk(world.folder):
        for name in [folder] + [os.path.join(folder, n) for n in folders + names]:
            os.chmod(name, 0o700 if os.path.isdir(name) else 0o600)
    finish(world, ground, lines)


def the_journal_is_damaged(world, ground, lines):
    die(world)
    path, kept = os.path.join(world.state, 'history.db'), os.path.join(world.folder, 'kept')
    os.mkdir(kept)
    for p in journal_files(world):
        shutil.copy(p, kept)
    for p in journal_files(world):
        if p != path:
            os.unlink(p)
    with open(path, 'r+b') as f:
        size = os.path.getsize(path)
        for at in range(4096, size, 4096):
            f.seek(at)
            f.write(b'\xa5' * 512)
    cannot_begin(world, lines)
    for p in journal_files(world):
        os.unlink(p)
    for name in os.listdir(kept):
        shutil.copy(os.path.join(kept, name), world.state)
    finish(world, ground, lines)


# ---- many -------------------------------------------------------------------------

def a_hundred_start_at_once(world, ground, lines):
    """One of them carries it on, exactly one at a time, and all of them leave."""
    die(world)
    racers = [world.start('engine', '--until-idle') for _ in range(RACERS)]
    for r in racers:
        end(r, lines, 0)
    journal = world.journal()
    taken = [e for e in journal.events if e['text'].startswith('taken up again')]
    if len(taken) > len([o for o in journal.operations if o['started_ms']]):
        lines.append('it was taken up %d times' % len(taken))
    with open(os.path.join(world.state, 'console.log'), encoding='utf-8') as f:
        leases = [int(n) for n in re.findall(r'executing: lease (\d+)', f.read())]
    if len(leases) != len(set(leases)):
        lines.append('two had one lease: %s' % leases)
    finish(world, ground, lines)


CASES = {f.__name__: f for f in (
    the_terminal_goes_away, asked_to_end, stopped_for_long, the_disk_is_full,
    the_journal_is_locked, the_groups_file_is_held, the_journal_is_read_only, the_journal_is_damaged,
    a_hundred_start_at_once)}
IN_THE_MIDDLE = ('asked_to_end', 'stopped_for_long', 'the_disk_is_full', 'the_journal_is_locked')


class Trouble:
    """One row of the table as a suite."""

    name = 'trouble'

    def __init__(self, programs, scenario, o):
        self.scenario, self.o = scenario, o
        self.ground, self.lines = begin(programs, scenario)

    def rounds(self):
        yield self.cases()

    def cases(self):
        """What is over at once has no middle for something to befall it in."""
        return [c for c in CASES if not (self.scenario.momentary and c in IN_THE_MIDDLE)]

    @staticmethod
    def cases_at(text):
        return [text]

    def repeat(self, case):
        return 'trouble --scenario %s --at %s' % (self.scenario.name, case)

    def act(self, case):
        lines = []
        with self.ground.world() as w:
            try:
                CASES[case](w, self.ground, lines)
            except (AssertionError, subprocess.TimeoutExpired) as e:
                lines.append(repr(e))
            if lines:
                lines.append('kept in %s' % w.keep('trouble-%s-%s' % (self.scenario.name, case)))
        return sorted(set(lines))

    def summary(self):
        return ', '.join(self.cases()).replace('_', ' ')

    def close(self):
        self.ground.close()



