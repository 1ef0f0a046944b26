"""Many groups at once: does anybody wait for ever?"""
from concurrent.futures import ThreadPoolExecutor

from parts import bound

AT_ONCE = 100   # test_failover.max_concurrent_tests, the most there may be
CAP = 8


def pauses(world, op):
    """The longest time in which nothing of the operation began or ended, in seconds."""
    times = sorted(t for row in world.history(
        'SELECT started_ms, ended_ms FROM plan_steps WHERE op_id = ?', op) for t in row if t)
    return max((b - a for a, b in zip(times, times[1:])), default=0) / 1000


def run(world_of, programs, count):
    world = world_of(programs, 60 + 3 * count)
    try:
        world.with_options('test_failover: { max_concurrent_tests = %d; };\n' % AT_ONCE)
        names = world.two_volume_servers(count)
        groups = ['g-%03d' % i for i in range(count)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda p: world.protect(p[0], [p[1]]), zip(groups, names)))
            plan = world.json('protection-group', 'test-failover', groups[0], '--dry-run')['steps']
            list(pool.map(lambda g: world.run('protection-group', 'test-failover', g), groups))
        cost = world.until_idle()
        ops = world.history('SELECT id, created_ms, started_ms, completed_ms, status FROM '
                            'operations ORDER BY seq')
        if any(o[4] != 'cleaned' for o in ops):
            raise SystemExit('error: not all ended well: %s' % {o[4] for o in ops})
        work = {}
        for s in plan:
            service, seconds = bound.least(s)
            work[service] = work.get(service, 0.0) + seconds * count / CAP
        return {
            'at_once': AT_ONCE, 'cpu': cost.cpu * 1000 / count / len(plan),
            'wall': (max(o[3] for o in ops) - min(o[2] for o in ops)) / 1000, 'bound': max(v for k, v in work.items() if k),
            'asked to begun': [(o[2] - o[1]) / 1000 for o in ops],
            'begun to end': [(o[3] - o[2]) / 1000 for o in ops],
            'longest pause between two steps': [pauses(world, o[0]) for o in ops],
        }
    finally:
        world.close()
