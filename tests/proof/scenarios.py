"""The operations that the matrices play, one row each. A new operation is a new row."""

import json
import os
import sqlite3
import subprocess
import time
import urllib.request

GROUP = 'prod-web-app'
BY_ITSELF = ('engine', '--until-idle')
REBUILD = ('rebuild', '--confirm', 'rebuild')
ARRAYS = {'storage': '{ mode = "flasharray"; }'}


class Scenario:
    """name: of the row. prepare: what leads to where it begins: verbs, or functions of the world.
    act: the verb that is broken.

    config: settings beside the lab's own; later: of the copies only. ends: status and verdict of
    an undisturbed run's newest operation; kind: its type, if it is about another than the newest.
    forced: both sites may serve for a moment, because somebody said so. scene: what is done to
    each copy of the prepared world before anything runs there (no time passes for a copy);
    weather: to every lab that serves one, for it forgets faults and outages when it ends.
    waits: an engine decides, which may take its time. lost: there is no history to begin with.
    on_array: it touches no server. momentary: it changes nothing at the sites and is one transaction
    of the journal, with boundaries but without a middle. "{op}" in a verb is the newest operation, "{failed}" the
    member of it that failed.
    """

    def __init__(self, name, act, prepare=(), config=None, ends=('completed', 'passed'),
                 forced=False, quick=False, scene=None, kind=None, later=None,
                 weather=None, momentary=False):
        self.name, self.act, self.prepare = name, act, prepare
        self.config, self.ends, self.forced, self.quick = config or {}, ends, forced, quick
        self.scene, self.kind, self.later = scene, kind, later or {}
        self.weather = weather
        self.waits, self.lost, self.on_array = act == BY_ITSELF, act == REBUILD, act == SYNC
        self.momentary = momentary or self.lost
        self.known = set()  # ids of operations and resources that preparing made

    def operation(self, journal):
        """The newest that it is about, or None."""
        return next((o for o in reversed(journal.operations) if self.kind in (None, o['type'])),
                    None)

    @staticmethod
    def fill(args, world):
        if not any('{op}' in a for a in args):
            return list(args)
        journal = world.journal()
        newest = journal.operations[-1]['id']
        failed = next((s['key'].split(':')[1] for s in journal.of('steps', newest)
                       if s['status'] == 'failed' and s['key'].startswith('create_server:')), '')
        return [a.replace('{op}', newest).replace('{failed}', failed) for a in args]


DRILL = ('protection-group', 'test-failover', GROUP, '--wait')
KEPT = DRILL + ('--no-cleanup',)
CLEANUP = ('test', 'cleanup', '{op}', '--wait')
SYNC = ('consistency-group', 'sync', GROUP, '--wait')


def move(verb, *more):
    return ('protection-group', verb, GROUP, '--confirm', GROUP, '--wait', *more)


FAILOVER, COMMIT, FAILBACK = move('failover'), move('commit'), move('failback')
PART = FAILOVER + ('--members', 'web-1')
IN_PARTS = (PART, FAILOVER)
FORCED = move('failover', '--force', '--reason', 'proof of an unplanned failover')
BACK = (FAILOVER, COMMIT, FAILBACK)
REACHED = FAILOVER + ('--floating-ip', 'outside')
CONFIRM, RELEASE = move('confirm-failback'), move('release')
RESOLVE = move('resolve', '--serving', 'site-b', '--reason', 'proof of a resolve')
DECIDED_AGAINST = move('resolve', '--serving', 'site-a', '--stop-other', '--reason',
                       'proof of what a resolve leaves')
RETRY = ('operation', 'retry', '{op}', '--confirm', GROUP, '--reason', 'proof of a retry', '--wait')
RETRY_ONE = RETRY + ('--member', '{failed}')


def window(action):
    return {'failover': '{ commit_window_minutes = 1; commit_window_action = "%s"; }' % action}


def half_of_it(world):
    """A failover in which one member finds no host, and the others are kept."""
    world.control.ask('POST', '/faults', {'site': 'site-b', 'verb': 'POST', 'path': '*/servers',
                                          'nth': 2, 'do': 'no-valid-host'})
    done = world.run(*FAILOVER, '--on-partial', 'keep')
    world.control.mend()
    assert done.returncode == 1, 'a member finds no host, and it ends with %d' % done.returncode


def both_serve(world):
    """The old primary of a forced failover is seen to run, by a console that stays."""
    console = world.start('--linear', stdin=subprocess.PIPE)
    until = time.monotonic() + 60
    while not any(g.get('split_brain') for g in world.journal().groups):
        assert time.monotonic() < until and console.poll() is None, 'no split brain was seen'
        time.sleep(0.1)
    console.communicate(timeout=60)  # its input ends, and so does it


class Neutron:
    """The network service of a site of the lab, as its administrator sees it."""

    def __init__(self, world, site):
        self.url = next(s['url'] for s in world.control.ask('GET', '/state')['sites']
                        if s['name'] == site)
        who = {'identity': {'methods': ['password'], 'password': {'user': {
            'name': 'admin', 'domain': {'name': 'Default'}, 'password': 'lab-secret'}}},
            'scope': {'project': {'name': 'demo', 'domain': {'id': 'default'}}}}
        with self.post('/identity/v3/auth/tokens', {'auth': who}) as reply:
            self.token = reply.headers['X-Subject-Token']

    def post(self, path, body, **headers):
        return urllib.request.urlopen(urllib.request.Request(
            self.url + path, json.dumps(body).encode(),
            {'Content-Type': 'application/json', **headers}), timeout=30)

    def make(self, what, **fields):
        with self.post('/network/v2.0/%ss' % what, {what: fields},
                       **{'X-Auth-Token': self.token}) as reply:
            return json.load(reply)[what]['id']


def reached_from_outside(world):
    """web-1 has a floating IP where it serves, and the other site has a network for one."""
    outside = {}
    for site, inner, cidr in (('site-a', 'net-primary-web', '203.0.113.0/28'),
                              ('site-b', 'net-secondary-web', '198.51.100.0/28')):
        neutron, there = Neutron(world, site), world.documents()[site]
        network = next(d['id'] for d in there['network'] if d['name'] == inner)
        outside[site] = neutron.make('network', **{'name': 'outside', 'router:external': True})
        neutron.make('subnet', network_id=outside[site], ip_version=4, cidr=cidr)
        neutron.make('port', network_id=network, device_owner='network:router_interface')
        if site == 'site-a':
            port = next(d['id'] for d in there['port'] if d['name'] == 'web-1-net-primary-web')
            neutron.make('floatingip', floating_network_id=outside[site], port_id=port)


def no_history(world):
    for name in os.listdir(world.state):
        if name.startswith('history.db'):
            os.unlink(os.path.join(world.state, name))


def a_minute_later(world):
    """The time to think is over now: everything in the history was so much earlier."""
    base = sqlite3.connect(os.path.join(world.state, 'history.db'))
    over = base.execute('SELECT max(completed_ms) FROM operations').fetchone()[0]
    past = over - (time.time() * 1000 - 61000)
    base.execute('UPDATE operations SET created_ms = created_ms - ?1, started_ms = started_ms - ?1,'
                 ' completed_ms = completed_ms - ?1', (int(past),))
    base.commit()
    base.close()


def site_a_is_lost(world):
    world.control.ask('POST', '/outage', {'site': 'site-a', 'on': True, 'mode': 'refuse'})


TABLE = (
    Scenario('drill', DRILL, ends=('cleaned', 'passed'), quick=True),
    Scenario('drill-network', DRILL + ('--auto-network',), ends=('cleaned', 'passed')),
    Scenario('drill-kept', KEPT, ends=('succeeded', 'passed')),
    Scenario('drill-array', DRILL, config=ARRAYS, ends=('cleaned', 'passed')),
    Scenario('cleanup', CLEANUP, prepare=(KEPT,), ends=('completed', ''), quick=True),
    Scenario('cleanup-array', CLEANUP, prepare=(KEPT,), config=ARRAYS, ends=('completed', '')),
    Scenario('sync', SYNC, config=ARRAYS),
    Scenario('failover', FAILOVER, quick=True),
    Scenario('failover-array', FAILOVER, config=ARRAYS),
    Scenario('failover-forced', FORCED, forced=True),
    Scenario('commit', COMMIT, prepare=(FAILOVER,), momentary=True),
    Scenario('rollback', move('rollback'), prepare=(FAILOVER,)),
    Scenario('rollback-array', move('rollback'), prepare=(FAILOVER,), config=ARRAYS),
    Scenario('failover-floating', REACHED, prepare=(reached_from_outside,)),
    Scenario('drill-floating', DRILL + ('--floating-ip', 'outside'),
             prepare=(reached_from_outside, DRILL), ends=('cleaned', 'passed')),
    Scenario('rollback-floating', move('rollback'), prepare=(reached_from_outside, REACHED)),
    Scenario('failback', FAILBACK, prepare=BACK[:2]),
    Scenario('failback-array', FAILBACK, prepare=BACK[:2] + (SYNC,), config=ARRAYS),
    Scenario('confirm-failback', move('confirm-failback'), prepare=BACK),
    Scenario('cancel-failback', move('cancel-failback'), prepare=BACK),
    Scenario('release', RELEASE, prepare=BACK + (CONFIRM,)),
    Scenario('release-away', RELEASE, prepare=BACK[:2]),
    Scenario('failover-members', FAILOVER + ('--members', 'web-1', '--members', 'db-1'),
             ends=('completed', 'partial')),
    Scenario('failover-drill', FAILOVER, prepare=(KEPT,), kind='failover'),
    Scenario('retry', RETRY, prepare=(half_of_it,)),
    Scenario('retry-member', RETRY_ONE, prepare=(half_of_it,)),
    Scenario('follow', FAILOVER, prepare=(PART,)),
    Scenario('follow-array', FAILOVER, prepare=(PART,), config=ARRAYS),
    Scenario('follow-forced', FORCED, prepare=(PART,), forced=True),
    Scenario('rollback-parts', move('rollback'), prepare=IN_PARTS),
    Scenario('rollback-parts-array', move('rollback'), prepare=IN_PARTS, config=ARRAYS),
    Scenario('failback-parts', FAILBACK, prepare=IN_PARTS + (COMMIT,)),
    Scenario('confirm-parts', move('confirm-failback'), prepare=IN_PARTS + (COMMIT, FAILBACK)),
    Scenario('rebuild-parts', REBUILD, prepare=IN_PARTS + (no_history,)),
    Scenario('window-commit', BY_ITSELF, prepare=(FAILOVER,), later=window('commit'),
             scene=a_minute_later, kind='commit', momentary=True),
    Scenario('window-rollback', BY_ITSELF, prepare=(FAILOVER,), later=window('rollback'),
             scene=a_minute_later, kind='rollback'),
    Scenario('confirm-failback-array', move('confirm-failback'), config=ARRAYS,
             prepare=(FAILOVER, COMMIT, SYNC, FAILBACK)),
    Scenario('cancel-failback-array', move('cancel-failback'), config=ARRAYS,
             prepare=(FAILOVER, COMMIT, SYNC, FAILBACK)),
    Scenario('release-array', RELEASE, config=ARRAYS,
             prepare=(FAILOVER, COMMIT, SYNC, FAILBACK, CONFIRM)),
    Scenario('resolve', RESOLVE + ('--stop-other',), prepare=(FORCED, both_serve), forced=True),
    Scenario('resolve-lost', RESOLVE + ('--force',), prepare=(FORCED, both_serve), forced=True,
             weather=site_a_is_lost, momentary=True),
    Scenario('release-left', RELEASE,
             prepare=(reached_from_outside, DRILL, FORCED + ('--floating-ip', 'outside'), both_serve,
                      DECIDED_AGAINST)),
    Scenario('rebuild', REBUILD, prepare=(FAILOVER, no_history)),
    Scenario('rebuild-drill', REBUILD, prepare=(KEPT, no_history), ends=('succeeded', '')),
)


def named(names):
    return [s for s in TABLE if not names or s.name in names]
