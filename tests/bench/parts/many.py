"""Many groups at once: does anybody wait for ever?"""
import os
import signal
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from parts import bound

CAP = 8


class Held:
    """Takes the lease as an engine of another host would, which does nothing."""

    def __init__(self, world):
        self.path = os.path.join(world.state, 'history.db')
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.beat)

    def sql(self, text, *values):
        db = sqlite3.connect(self.path, timeout=10)
        with db:
            db.execute(text, values)
        db.close()

    def beat(self):
        while not self.done.wait(1):
            self.sql('UPDATE lease SET heartbeat_ms = ?', int(time.time() * 1000))

    def __enter__(self):
        self.sql("UPDATE lease SET holder = 'bench', host = 'elsewhere', boot = '', pid = 1,"
                 ' started = 1, fencing = fencing + 1, heartbeat_ms = ?', int(time.time() * 1000))
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        self.sql("UPDATE lease SET holder = '', pid = 0, started = 0")


def end_lookers(world):
    """Each verb leaves an engine, which looks on as long as the lease is another's: two hundred of
    those would be what is measured."""
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/cmdline' % pid, 'rb') as f:
                line = f.read()
            if world.state.encode() in line and b'--until-idle' in line:
                os.kill(int(pid), signal.SIGTERM)
        except OSError:     # it has ended
            pass


def ask(world, group):
    """On a crowded machine a site may not answer in time, and the group is not ready: once more."""
    for tries_left in reversed(range(5)):
        try:
            world.run('protection-group', 'failover', group, '--confirm', group, '--reason', 'measured')
            end_lookers(world)
            return
        except SystemExit as e:
            if 'no answer' not in str(e) or not tries_left:
                raise


def pauses(world, op):
    """The longest time in which nothing of the operation began or ended, in seconds."""
    times = sorted(t for row in world.history(
        'SELECT started_ms, ended_ms FROM plan_steps WHERE op_id = ?', op) for t in row if t)
    return max((b - a for a, b in zip(times, times[1:])), default=0) / 1000


def run(world_of, programs, count):
    world = world_of(programs, 60 + 3 * count)
    try:
        names = world.two_volume_servers(count)
        groups = ['g-%03d' % i for i in range(count)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda p: world.protect(p[0], [p[1]]), zip(groups, names)))
            plan = world.json('protection-group', 'failover', groups[0], '--dry-run')['steps']
            # Nobody executes while they are asked for; then all may begin together.
            with Held(world):
                list(pool.map(lambda g: ask(world, g), groups))
        began = time.time()
        engine = subprocess.Popen(world.command('engine', '--until-idle'), env=world.env,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        cost = world.until_idle()
        engine.wait()
        ops = world.history('SELECT id, created_ms, started_ms, completed_ms, status FROM '
                            'operations ORDER BY seq')
        if any(o[4] != 'completed' for o in ops):
            raise SystemExit('error: not all ended well: %s' % {o[4] for o in ops})
        work, forward = {}, bound.passes(plan, False)[0]
        for s in forward:
            service, seconds = bound.least(s)
            work[service] = work.get(service, 0.0) + seconds * count / CAP
        return {
            'cpu': cost.cpu * 1000 / count / len(forward),
            'wall': (max(o[3] for o in ops) - min(o[2] for o in ops)) / 1000,
            'bound': max(v for k, v in work.items() if k),
            'asked to begun': [o[2] / 1000 - began for o in ops],
            'begun to end': [(o[3] - o[2]) / 1000 for o in ops],
            'longest pause between two steps': [pauses(world, o[0]) for o in ops],
        }
    finally:
        world.close()
