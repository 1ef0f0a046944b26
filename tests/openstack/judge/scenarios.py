"""The scenarios: what is asked of the console, what is broken meanwhile, and what must hold."""
import contextlib
import random
import re
import time

from . import drill, inventory, watch
from .console import GROUP, Console, op_id
from .sites import A, B, IMAGE
from .watch import Watch

NETWORKS = ('--network-mapping', 'net-primary-web=net-secondary-web',
            '--network-mapping', 'net-primary-db=net-secondary-db')
FLAVORS = ('--flavor-mapping', 'm1.large=m2.large')
TO_END = ('--wait', '-f', 'json')


class Stage:
    """One scenario's surroundings: a console with a fresh state and the group made, both sites'
    inventories from before, and a watch on B.  At its end A must be as it was; B is swept."""

    def __init__(self, checks, program):
        self.checks, self.check = checks, checks.check
        self.console = Console(program)
        self.failed_before = checks.failed

    def __enter__(self):
        self.a, self.b = inventory.read(A), inventory.read(B)
        self.watch = Watch(B, inventory.ids(self.b))
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
        self.checks.none('A has not changed', inventory.changes(A, self.a))
        B.sweep(inventory.ids(self.b))
        if keep:
            print('            state kept in %s' % self.console.dir, flush=True)

    def exits(self, ended, *codes, of=''):
        return self.check('%sexit %s (%.1f s)' % (
            of, ' or '.join(map(str, codes)), ended.seconds), ended.code in codes, ended)

    def drill_args(self, *args, networks=NETWORKS, flavors=FLAVORS):
        return ('protection-group', 'test-failover', GROUP, *networks, *flavors, *args, *TO_END)

    def drill(self, *args, **mappings):
        return self.console.run(*self.drill_args(*args, **mappings))

    def nothing_left(self):
        self.checks.none('nothing is left on B', inventory.changes(B, self.b))

    def the_operation(self):
        """The id of the operation that B has seen, or that the console knows; None without one."""
        known = sorted(self.watch.operations() or
                       {op_id(o) for o in self.console.operations()})
        if len(known) > 1:
            self.check('there is one operation', False, ', '.join(map(str, known)))
        return known[0] if known else None

    def state(self, op, status, verdict=None):
        o = self.console.operation(op)
        return self.check(
            'the operation is %s%s' % (status, verdict and ', verdict %s' % verdict or ''),
            o.get('status') == status and verdict in (None, o.get('verdict')),
            'status %s, verdict %s, %s' % (o.get('status'), o.get('verdict'),
                                           o.get('error_message') or 'no error'))

    def cleanup(self, op):
        r = self.console.run('test', 'cleanup', op, '--wait')
        self.exits(r, 0, of='test cleanup: ')

    def ran(self, op):
        self.checks.none('3 servers had become ACTIVE, with 5 volumes', drill.never_ran(op))

    def once_only(self, op):
        self.checks.none('nothing was made twice (%d looks)' % self.watch.looks,
                         self.watch.twice() + drill.ever_made_twice(op))
        self.checks.none('nothing was made without marks', sorted(self.watch.unmarked.values()))


# -- drills that pass ----------------------------------------------------------------------

def dry_run(s):
    r = s.console.run('protection-group', 'test-failover', GROUP, *NETWORKS, *FLAVORS, '--dry-run')
    s.exits(r, 0)
    s.check('the plan names the three servers', all(n in r.out for n in drill.EXPECTED), r)
    s.nothing_left()
    s.checks.none('nothing was made meanwhile', sorted(map(str, s.watch.ever)))


def look_alikes():
    """A volume and a port of the member's own on B that another operation seems to have made."""
    other = 'op-00000000-0000-4000-8000-000000000000'
    volume = B.member.post('volumev3', '/volumes', {'volume': {
        'name': 'test-web-01-boot', 'size': 1,
        'metadata': {'protector:op': other, 'protector:step': 'volume'}}})['volume']['id']
    net = B.member.find('network', '/networks', 'networks', name='net-secondary-web')['id']
    port = B.member.post('network', '/ports', {'port': {
        'name': 'test-web-01', 'network_id': net,
        'description': 'protector op=%s step=port' % other}})['port']['id']
    B.member.wait_status('volumev3', '/volumes/' + volume, 'volume', 'available')
    return volume, port


def kept(s):
    r = s.drill('--no-cleanup')
    s.exits(r, 0)
    op = op_id(r.json() or {})
    if not s.check('stdout is JSON with the operation\'s id', op, r.out):
        return
    s.state(op, 'succeeded', 'passed')
    drill.judge(s.checks, op, s.b)
    s.once_only(op)
    s.cleanup(op)
    s.nothing_left()
    s.state(op, 'cleaned', 'passed')
    s.cleanup(op)       # may be repeated


def mapped_by_ids(kind, service, a_name, b_name):
    """A mapping of two names, said by the ids that they have."""
    ids = [site.member.find(service, '/%ss' % kind, kind + 's', name=name)['id']
           for site, name in ((A, a_name), (B, b_name))]
    return '--%s-mapping' % kind, '='.join(ids)


def auto_cleanup(s):
    r = s.drill(flavors=mapped_by_ids('flavor', 'compute', 'm1.large', 'm2.large'), networks=(
        *mapped_by_ids('network', 'network', 'net-primary-web', 'net-secondary-web'),
        *mapped_by_ids('network', 'network', 'net-primary-db', 'net-secondary-db')))
    s.exits(r, 0)
    op = op_id(r.json() or {})
    if not s.check('stdout is JSON with the operation\'s id', op, r.out):
        return
    s.nothing_left()
    s.state(op, 'cleaned', 'passed')
    s.ran(op)
    s.once_only(op)
    s.check('operation list has it', op in map(op_id, s.console.operations()))


def auto_network(s):
    r = s.drill('--auto-network', '--no-cleanup', networks=())
    s.exits(r, 0)
    op = op_id(r.json() or {})
    if not s.check('stdout is JSON with the operation\'s id', op, r.out):
        return
    drill.judge(s.checks, op, s.b, auto_network=True)
    s.once_only(op)
    s.cleanup(op)
    s.nothing_left()
    s.state(op, 'cleaned', 'passed')


# -- drills that must fail well ------------------------------------------------------------

def says(s, text, cause, remedy):
    for what, pattern in (('cause', cause), ('remedy', remedy)):
        s.check('the message names the %s' % what, re.search(pattern, text, re.I | re.S), text)


def fails(s, ended, cause, remedy, codes=(1, 2)):
    """A drill that ended badly: how it ended, what it said, and that it cleaned up."""
    s.exits(ended, *codes)
    op = s.the_operation()
    o = s.console.operation(op) if op else {}
    says(s, '%s %s' % (ended.err, o.get('error_message')), cause, remedy)
    s.nothing_left()
    if op:
        s.check('the operation is cleaned or failed, and not passed',
                o.get('status') in ('cleaned', 'failed') and o.get('verdict') != 'passed',
                'status %s, verdict %s' % (o.get('status'), o.get('verdict')))


def wrong_network(s):
    bad = ('--network-mapping', 'net-primary-web=net-nowhere', *NETWORKS[2:])
    fails(s, s.drill(networks=bad), 'net-nowhere', 'network list|--network-mapping')


def missing_flavor(s):
    fails(s, s.drill(flavors=()), r'm1\.large', '--flavor-mapping')


def missing_image(s):
    with B.image_missing():
        r = s.drill()
    fails(s, r, 'image.*(%s|tiny)|(%s|tiny).*image' % (IMAGE, IMAGE),
          'upload|image (create|list|show|mapping)')


def no_quota(s, service, what, **limits):
    with B.quota(service, **limits):
        r = s.drill()
    fails(s, r, '(%s).*quota|quota.*(%s)' % (what, what), 'raise|increase|quota set|free')


def no_host(s):
    with B.fault('nova.spawn', 'fail the hypervisor refused'):
        r = s.drill()
    fails(s, r, '(web|app|db)-01.*hosts?|hosts?.*(web|app|db)-01', 'capacity|flavor')


def bad_storage(s):
    with B.fault('cinder.create_volume', 'fail the array refused'):
        r = s.drill()
    fails(s, r, 'volume.*error|error.*volume', 'cinder|storage|back.?end|array')


def sick_servers(s):
    r = s.drill('--health-check', 'tcp:22', '--health-check-timeout', '5')
    fails(s, r, 'tcp:22.*(web|app|db)-01|(web|app|db)-01.*tcp:22',
          '--health-check-timeout|security group|--no-cleanup', codes=(1,))
    op = s.the_operation()
    s.state(op, 'cleaned', 'failed')
    s.ran(op)


def cinder_outage(s):
    """cinder-api goes away in the middle, and comes back when the drill gave up or after 90 s.

    A drill that outlasts the outage may pass; one that gives up must say why.  Either way
    the engine, and if need be a cleanup, must get site B empty once Cinder is back.
    """
    p = s.console.start(*s.drill_args())
    s.check('a volume exists on B', s.watch.until(watch.first_volume, 120))
    with B.without('cinder-api'):
        stopped = time.monotonic()
        while p.poll() is None and time.monotonic() - stopped < 90:
            time.sleep(0.2)
    r = s.console.finish(p)
    if r.code == 0:
        s.check('the drill outlasted the outage', True, r)
    else:
        s.exits(r, 1, 69)
        says(s, r.err, 'cinder|volume service|:8776', 'cleanup|again|until-idle|reach')
    r = s.console.run('engine', '--until-idle')
    s.check('engine --until-idle ends', r.code is not None, r)
    op = s.the_operation()
    if s.console.operation(op).get('status') != 'cleaned':
        s.cleanup(op)
    s.nothing_left()
    s.state(op, 'cleaned')
    s.once_only(op)


# -- kill -9 -------------------------------------------------------------------------------

def resumed(s, op, no_cleanup):
    r = s.console.run('engine', '--until-idle')
    s.exits(r, 0, of='engine --until-idle: ')
    op = op or s.the_operation()
    if not s.check('the operation is known after the kill', op):
        return
    if no_cleanup:
        s.state(op, 'succeeded', 'passed')
        drill.judge(s.checks, op, s.b)
        s.cleanup(op)
    s.nothing_left()
    s.state(op, 'cleaned')
    s.once_only(op)
    s.ran(op)


def killed(s, moment, slow=(), again=None, no_cleanup=False):
    """kill -9 when B looks like `moment`; `again`: the resuming engine is killed too.

    slow: drivers of B that dawdle, so that the moment lasts long enough to be hit.
    """
    with contextlib.ExitStack() as faults:
        for point, seconds in slow:
            faults.enter_context(B.fault(point, 'delay %s' % seconds))
        p = s.console.start(*s.drill_args(*(('--no-cleanup',) if no_cleanup else ())))
        reached = s.watch.until(moment, 120)
        alive = p.poll() is None
        s.console.kill(p)
        s.check('killed in the middle', reached and alive,
                'B had %s' % ', '.join('%d %ss' % (len(o), k) for k, o in s.watch.now.items() if o))
        if again:
            p = s.console.start('engine', '--until-idle')
            reached = s.watch.until(again, 120)
            alive = p.poll() is None
            s.console.kill(p)
            s.check('the resuming engine killed too', reached and alive)
    resumed(s, s.the_operation(), no_cleanup)


def killed_at_random(s, seed):
    """kill -9 after a random time; nothing at all may have been made by then."""
    delay = random.Random(seed).uniform(0.05, 12)
    p = s.console.start(*s.drill_args())
    with contextlib.suppress(Exception):
        p.wait(delay)
    s.console.kill(p)
    print('            killed after %.2f s' % delay, flush=True)
    op = s.the_operation()
    r = s.console.run('engine', '--until-idle')
    s.exits(r, 0, of='engine --until-idle: ')
    s.nothing_left()
    if op:
        s.state(op, 'cleaned')
        s.checks.none('nothing was made twice', s.watch.twice())


# -- a site is down ------------------------------------------------------------------------

def b_down(s):
    with B.without('keystone'):
        r = s.drill()
    s.exits(r, 69)
    says(s, r.err, 'site-b', 'doctor|check|start|later')
    s.nothing_left()


def a_down(s):
    """The group's facts were captured when it was made: a drill needs no primary."""
    with A.without('keystone'):
        r = s.drill()
    s.exits(r, 0)
    op = s.the_operation()
    s.nothing_left()
    s.state(op, 'cleaned', 'passed')


SLOW_BOOT = ('nova.spawn', 4)
SLOW_DELETE = ('nova.destroy', 3)
SLOW_VOLUMES = ('cinder.delete_volume', 2)

# name, function, its further arguments
SCENARIOS = [
    ('dry run', dry_run, {}),
    ('a drill, kept and then cleaned up', kept, {}),
    ('a drill mapped by ids, with automatic cleanup', auto_cleanup, {}),
    ('a drill with automatic networks', auto_network, {}),
    ('wrong network', wrong_network, {}),
    ('missing flavor', missing_flavor, {}),
    ('missing image', missing_image, {}),
    ('no quota for servers', no_quota,
     {'service': 'compute', 'what': 'instances|servers', 'instances': 2}),
    ('no quota for volumes', no_quota, {'service': 'volumev3', 'what': 'volume', 'volumes': 4}),
    ('no host takes a server', no_host, {}),
    ('the array refuses', bad_storage, {}),
    ('health check that cannot succeed', sick_servers, {}),
    ('Cinder outage in the middle', cinder_outage, {}),
    ('kill -9: first volume exists', killed, {'moment': watch.first_volume}),
    ('kill -9: first port exists', killed, {'moment': watch.first_port}),
    ('kill -9: servers BUILD', killed, {'moment': watch.building, 'slow': (SLOW_BOOT,)}),
    ('kill -9: servers BUILD, to be kept', killed,
     {'moment': watch.building, 'slow': (SLOW_BOOT,), 'no_cleanup': True}),
    ('kill -9: cleanup has begun', killed,
     {'moment': watch.cleanup_begun, 'slow': (SLOW_DELETE,)}),
    ('kill -9: volumes are going', killed,
     {'moment': watch.volumes_going, 'slow': (SLOW_VOLUMES,)}),
    ('kill -9 twice: servers BUILD, cleanup', killed,
     {'moment': watch.building, 'slow': (SLOW_BOOT, SLOW_DELETE), 'again': watch.cleanup_begun}),
    ('site B\'s Keystone is down', b_down, {}),
    ('site A\'s Keystone is down', a_down, {}),
]
