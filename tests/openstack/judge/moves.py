"""Production moves from site A to site B, and back: what must hold on both, by their own services.

The members' names stay as they are, so a site's servers are told apart by id: those that
production had before the scenario are `originals`, all others were made by the console.
"""
import contextlib
import threading

from . import drill, inventory, watch
from .console import GROUP, MEMBERS, Console, op_id
from .drill import EXPECTED, VOLUMES
from .rest import ApiError, wait
from .scenarios import FLAVORS, NETWORKS, TO_END, says
from .sites import A, B, BOTH

BACK = ('--network-mapping', 'net-secondary-web=net-primary-web',
        '--network-mapping', 'net-secondary-db=net-primary-db',
        '--flavor-mapping', 'm2.large=m1.large')
TYPED = ('--confirm', GROUP)


def servers(site):
    return site.admin.get('compute', '/servers/detail?all_tenants=1', '2.90')['servers']


def run_by_name(site):
    """{member: how many ACTIVE servers of its name}"""
    found = dict.fromkeys(MEMBERS, 0)
    for s in servers(site):
        if s['name'] in found:
            found[s['name']] += s['status'] == 'ACTIVE'
    return found


class TwoPrimaries:
    """A thread that looks whether any member ever runs on both sites at once."""

    def __init__(self):
        self.seen, self.looks = set(), 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.wait(0.2):
            try:
                a, b = run_by_name(A), run_by_name(B)
            except (OSError, ApiError, ValueError):
                continue        # the scenario may have taken a service down
            self.looks += 1
            self.seen |= {m for m in MEMBERS if a[m] and b[m]}


class Move:
    """One scenario's surroundings: a fresh console with the group made, and a look at both sites
    all the while.  At its end both sites are as they were: what was made is swept, production
    runs on A."""

    def __init__(self, checks, program):
        self.checks, self.check = checks, checks.check
        self.console = Console(program)
        self.failed_before = checks.failed
        self.both_may_run = False       # a forced failover with A alive: it must only be told

    def __enter__(self):
        self.before = {site: inventory.read(site) for site in BOTH}
        self.originals = {s['name']: s['id'] for s in servers(A) if s['name'] in MEMBERS}
        self.two = TwoPrimaries()
        self.two.__enter__()
        self.watch = watch.Watch(B, inventory.ids(self.before[B]))
        self.watch.__enter__()
        try:
            self.console.make_group()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        keep = self.checks.failed > self.failed_before
        self.console.close(keep)
        self.watch.__exit__()
        self.two.__exit__()
        if not self.both_may_run:
            self.checks.none('no member ever ran on both sites (%d looks)' % self.two.looks,
                             sorted(self.two.seen))
        for site in BOTH:
            site.sweep(inventory.ids(self.before[site]))
        self.start_originals()
        self.checks.none('A has all that it had', [
            line for line in inventory.differences(self.before[A], inventory.read(A))
            if line.endswith(' went')])
        if keep:
            print('            state kept in %s' % self.console.dir, flush=True)

    def start_originals(self):
        for ident in self.originals.values():
            path = '/servers/' + ident
            status = A.admin.get('compute', path)['server']['status']
            if status != 'ACTIVE':
                with contextlib.suppress(ApiError):
                    A.admin.post('compute', path + '/action', {'os-start': None})
                A.admin.wait_status('compute', path, 'server', 'ACTIVE')

    # -- asking ------------------------------------------------------------------------------

    def group(self, verb, *args):
        return self.console.run('protection-group', verb, GROUP, *args)

    def failover_args(self, *args):
        return ('protection-group', 'failover', GROUP, *NETWORKS, *FLAVORS, *TYPED, *args, *TO_END)

    def failover(self, *args):
        return self.console.run(*self.failover_args(*args))

    def exits(self, ended, *codes, of=''):
        return self.check('%sexit %s (%.1f s)' % (
            of, ' or '.join(map(str, codes)), ended.seconds), ended.code in codes, ended)

    def done(self, ended, of):
        """A command that must succeed; the id of its operation."""
        self.exits(ended, 0, of=of + ': ')
        return op_id(ended.json() or {})

    def is_in(self, state):
        g = self.group('show', '-f', 'json').json() or {}
        return self.check('the group is %s' % state, g.get('state') == state,
                          'it is %s' % g.get('state'))

    # -- judging -----------------------------------------------------------------------------

    def production_runs_on_a(self):
        now = {s['id']: s['status'] for s in servers(A)}
        self.checks.none('A runs its own three servers', [
            '%s is %s' % (name, now.get(i)) for name, i in self.originals.items()
            if now.get(i) != 'ACTIVE'])

    def originals_are(self, status):
        now = {s['id']: s['status'] for s in servers(A)}
        self.checks.none('the originals on A are %s, and there' % status, [
            '%s is %s' % (name, now.get(i)) for name, i in self.originals.items()
            if now.get(i) != status])

    def nothing_on_b(self):
        self.checks.none('nothing is left on B', inventory.changes(B, self.before[B]))

    def serves_on_b(self, op, repeated=()):
        """B has exactly what the failover should have made.  repeated: what failed, was removed
        and made anew."""
        made = drill.Made(op)
        wanted = {name[len('test-'):]: what for name, what in EXPECTED.items()}
        self.check('B has exactly the 3 members, ACTIVE',
                   sorted(s['status'] + ' ' + s['name'] for s in made.servers.values()) ==
                   sorted('ACTIVE ' + name for name in wanted),
                   ', '.join('%s %s' % (s['name'], s['status']) for s in made.servers.values()))
        bad = []
        for name, s in made.servers.items():
            flavor, networks, volumes = wanted.get(name, (None, None, None))
            on = sorted(made.networks[p['network_id']]['name'] for p in made.ports[name])
            if s['flavor']['original_name'] != flavor:
                bad.append('%s is %s' % (name, s['flavor']['original_name']))
            if on != networks:
                bad.append('%s is on %s' % (name, on))
            if len(made.attached[name]) != volumes:
                bad.append('%s has %d volumes' % (name, len(made.attached[name])))
        self.checks.none('flavors, networks and %d volumes as mapped' % VOLUMES, bad)
        self.checks.none('all bears the operation\'s marks, each step made one object',
                         drill.wrong_marks(made))
        twice = self.watch.twice() + drill.ever_made_twice(op)
        self.checks.none('nothing was made twice%s' % (', but what was repeated' * bool(repeated)), [
            line for line in twice
            if not any('create_server:%s: 2' % name in line for name in repeated)])

    def rebuilt_on_a(self):
        """The servers on A that the failback made."""
        old = set(self.before[A]['server'])
        return {s['name']: s for s in servers(A) if s['id'] not in old}


# -- the scenarios -------------------------------------------------------------------------------

def looks_only(m):
    """What moves production is refused without the typed name; a dry run changes nothing."""
    r = m.console.run('protection-group', 'failover', GROUP, *NETWORKS, *FLAVORS)
    m.exits(r, 77, of='without --confirm: ')
    r = m.console.run('protection-group', 'failover', GROUP, '--confirm', 'prod-web-apq', *NETWORKS,
                      *FLAVORS)
    m.exits(r, 77, of='with another name: ')
    r = m.console.run('protection-group', 'failover', GROUP, *NETWORKS, *FLAVORS, '--dry-run')
    m.exits(r, 0, of='dry run: ')
    r = m.group('readiness')        # the group has no mapping of its own: that is what it must say
    m.exits(r, 1, of='readiness: ')
    says(m, r.out + r.err, r'm1\.large', '--flavor-mapping')
    m.production_runs_on_a()
    m.nothing_on_b()


def there_and_back(m):
    op = m.done(m.failover('--reason', 'planned work'), 'failover')
    if not m.check('stdout is JSON with the operation\'s id', op):
        return
    m.originals_are('SHUTOFF')
    m.serves_on_b(op)
    m.is_in('awaiting_commit')
    m.done(m.group('commit', *TYPED, *TO_END), 'commit')
    m.is_in('committed')
    m.exits(m.group('rollback', *TYPED, *TO_END), 1, 2, of='rollback after commit: ')
    m.serves_on_b(op)
    m.done(m.group('failback', *TYPED, *BACK, *TO_END), 'failback')
    m.is_in('failback_ready')
    new = m.rebuilt_on_a()
    m.check('A has the 3 members anew, ACTIVE',
            sorted(new) == sorted(MEMBERS) and all(s['status'] == 'ACTIVE' for s in new.values()),
            ', '.join('%s %s' % (s['name'], s['status']) for s in new.values()))
    m.check('B\'s servers are stopped, and there', all(
        s['status'] == 'SHUTOFF' for s in drill.Made(op).servers.values()))
    m.done(m.group('confirm-failback', *TYPED, *TO_END), 'confirm')
    m.is_in('ready')
    m.nothing_on_b()


def rolled_back(m):
    op = m.done(m.failover(), 'failover')
    if op:
        m.serves_on_b(op)
    m.done(m.group('rollback', *TYPED, *TO_END), 'rollback')
    m.is_in('ready')
    m.production_runs_on_a()
    m.nothing_on_b()


def failback_cancelled(m):
    op = m.done(m.failover(), 'failover')
    m.done(m.group('failback', *TYPED, *BACK, *TO_END), 'failback')
    m.done(m.group('cancel-failback', *TYPED, *TO_END), 'cancel')
    m.is_in('committed')
    m.check('what was rebuilt on A is gone', not m.rebuilt_on_a(), ', '.join(m.rebuilt_on_a()))
    if op:
        m.serves_on_b(op)


def compensated(m):
    """B has no room for the third server: all is taken back, and A runs again."""
    with B.fault('nova.spawn', 'fail the hypervisor refused'):
        r = m.failover()
    m.exits(r, 1)
    says(m, r.err, 'hosts?', 'capacity|flavor')
    m.is_in('ready')
    m.production_runs_on_a()
    m.nothing_on_b()


def kept_and_retried(m):
    """One member fails and the rest is kept; what failed is repeated once there is room."""
    with B.fault('nova.spawn', 'once fail the hypervisor refused'):
        r = m.failover('--on-partial', 'keep')
    m.exits(r, 1)
    op = op_id(r.json() or {}) or next(iter(m.watch.operations()), None)
    m.is_in('failed_over_partial')
    up = [s for s in servers(B) if s['status'] == 'ACTIVE' and s['name'] in MEMBERS]
    m.check('two members run on B', len(up) == 2, ', '.join(s['name'] for s in up))
    down = set(MEMBERS) - {s['name'] for s in up}
    m.done(m.console.run('operation', 'retry', op, *TYPED, *TO_END), 'retry')
    m.is_in('awaiting_commit')
    m.serves_on_b(op, repeated=down)


def killed(m, moment, slow):
    """kill -9 in the middle of a failover, and in the middle of its rollback."""
    with B.fault(*slow):
        p = m.console.start(*m.failover_args())
        reached = m.watch.until(moment, 120)
        alive = p.poll() is None
        m.console.kill(p)
        m.check('killed in the middle', reached and alive)
    m.exits(m.console.run('engine', '--until-idle'), 0, of='engine --until-idle: ')
    op = next(iter(m.watch.operations()), None)
    m.is_in('awaiting_commit')
    m.originals_are('SHUTOFF')
    m.serves_on_b(op)
    with B.fault('nova.destroy', 'delay 3'):
        p = m.console.start('protection-group', 'rollback', GROUP, *TYPED, *TO_END)
        reached = m.watch.until(watch.cleanup_begun, 120)
        alive = p.poll() is None
        m.console.kill(p)
        m.check('the rollback is killed in the middle', reached and alive)
    m.exits(m.console.run('engine', '--until-idle'), 0, of='engine --until-idle: ')
    m.is_in('ready')
    m.production_runs_on_a()
    m.nothing_on_b()


def forced(m):
    """A does not answer: B serves by force.  A comes back with its servers running: split brain,
    until a person says who serves."""
    m.both_may_run = True
    with A.without('keystone'):
        m.exits(m.console.run('protection-group', 'failover', GROUP, '--type', 'unplanned', *NETWORKS,
                              *FLAVORS, *TYPED, *TO_END), 2, 77, of='forced without a reason: ')
        op = m.done(m.failover('--type', 'unplanned', '--reason', 'site A is dark'), 'forced')
        if op:
            m.serves_on_b(op)
    m.production_runs_on_a()

    with m.console.screens():       # somebody watches: the engine looks at what it gave up
        with contextlib.suppress(TimeoutError):
            wait('the split brain to be told', lambda: (
                m.group('show', '-f', 'json').json() or {}).get('state') == 'split_brain', 90, 2)
    m.is_in('split_brain')
    m.exits(m.group('failback', *TYPED, *BACK, *TO_END), 1, 2, of='failback meanwhile: ')
    m.done(m.group('resolve', '--serving', 'site-b', '--stop-other', *TYPED, '--reason',
                   'B has the newer data', *TO_END), 'resolve')
    m.originals_are('SHUTOFF')
    m.is_in('committed')
    if op:
        m.serves_on_b(op)


MOVES = [
    ('failover: looking moves nothing', looks_only, {}),
    ('failover, commit, failback, confirm', there_and_back, {}),
    ('failover and rollback', rolled_back, {}),
    ('failback that is cancelled', failback_cancelled, {}),
    ('failover that fails is taken back', compensated, {}),
    ('failover of a part is kept and repeated', kept_and_retried, {}),
    ('failover: kill -9 while servers BUILD, and in the rollback', killed,
     {'moment': watch.building, 'slow': ('nova.spawn', 'delay 4')}),
    ('forced failover and split brain', forced, {}),
]
