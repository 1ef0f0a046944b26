"""What a drill of prod-web-app must have made on site B, read from B's own services."""
import os

from .sites import A, B, IMAGE_HEAD, sql
from .watch import LISTS, mark, marked

# server: flavor, networks, volumes, as site A's production and the mapping say.
EXPECTED = {
    'test-web-01': ('m1.small', ['net-secondary-web'], 1),
    'test-app-01': ('m1.medium', ['net-secondary-db', 'net-secondary-web'], 2),
    'test-db-01': ('m2.large', ['net-secondary-db'], 2),
}
VOLUMES = sum(volumes for _, _, volumes in EXPECTED.values())


class Made:
    """All that bears an operation's marks on site B, and what hangs on it."""

    def __init__(self, op):
        self.op = op
        self.all = marked(B, op)
        ids = {s['id'] for s in self.all['server']}
        self.servers = {s['name']: s for s in B.admin.get(
            'compute', '/servers/detail?all_tenants=1', '2.90')['servers'] if s['id'] in ids}
        self.networks = {n['id']: n for n in B.admin.get('network', '/networks')['networks']}
        ports = B.admin.get('network', '/ports')['ports']
        self.ports = {s['name']: [p for p in ports if p['device_id'] == s['id']]
                      for s in self.servers.values()}
        self.attached = {s['name']: B.admin.get(
            'compute', '/servers/%s/os-volume_attachments' % s['id'])['volumeAttachments']
            for s in self.servers.values()}
        self.volumes = {v['id']: v for v in B.admin.get(
            'volumev3', '/volumes/detail?all_tenants=1')['volumes']}

    def ids(self):
        return {o['id'] for objects in self.all.values() for o in objects}


def judge(checks, op, before, auto_network=False):
    """Holds site B against what the drill should have made.  before: B's inventory ahead of it."""
    made = Made(op)
    checks.check('B has exactly the 3 servers of the operation, ACTIVE',
                 sorted(s['status'] + ' ' + s['name'] for s in made.servers.values()) ==
                 sorted('ACTIVE ' + name for name in EXPECTED) and len(made.all['server']) == 3,
                 ', '.join('%s %s' % (s['name'], s['status']) for s in made.servers.values()))
    checks.none('each server has the mapped flavor', wrong_flavors(made))
    if auto_network:
        checks.none('each server is on temporary networks of the operation, without a way out',
                    not_isolated(made))
    else:
        checks.none('each server\'s ports are on the mapped networks', wrong_networks(made))
    checks.none('each server has its volumes attached, 5 in all', wrong_volumes(made))
    checks.none('each server booted from a bootable volume with the image\'s data',
                wrong_boot_disks(made))
    checks.none('all bears the operation\'s marks, each step made one object', wrong_marks(made))
    checks.none('B has nothing new but these', strays(made, before))


def wrong_flavors(made):
    return ['%s is %s' % (name, s['flavor']['original_name']) for name, s in made.servers.items()
            if name not in EXPECTED or s['flavor']['original_name'] != EXPECTED[name][0]]


def wrong_networks(made):
    bad = []
    for name, ports in made.ports.items():
        found = sorted(made.networks[p['network_id']]['name'] for p in ports)
        if name not in EXPECTED or found != EXPECTED[name][1]:
            bad.append('%s is on %s' % (name, found))
        bad += ['port of %s is %s' % (name, p['status']) for p in ports if p['status'] != 'ACTIVE']
    return bad or ([] if made.ports else ['there are no servers'])


def not_isolated(made):
    own = {n['id']: n for n in made.all['network']}
    routed = {p['network_id'] for p in B.admin.get('network', '/ports')['ports']
              if p['device_owner'].startswith('network:router')}
    bad = [] if own else ['no network bears the operation\'s marks']
    for name, ports in made.ports.items():
        if name in EXPECTED and len(ports) != len(EXPECTED[name][1]):
            bad.append('%s has %d ports' % (name, len(ports)))
        bad += ['%s is on %s' % (name, made.networks[p['network_id']]['name'])
                for p in ports if p['network_id'] not in own]
    bad += ['network %s is shared, external or routed' % n['name'] for n in own.values()
            if n['shared'] or n['router:external'] or n['id'] in routed]
    return bad


def wrong_volumes(made):
    bad, seen = [], []
    for name, attached in made.attached.items():
        if name not in EXPECTED or len(attached) != EXPECTED[name][2]:
            bad.append('%s has %d volumes' % (name, len(attached)))
        for a in attached:
            v = made.volumes.get(a['volumeId'])
            seen.append(a['volumeId'])
            if not v or v['status'] != 'in-use':
                bad.append('volume %s of %s is %s' % (a['volumeId'], name, v and v['status']))
    if len(set(seen)) != VOLUMES:
        bad.append('%d volumes in all' % len(set(seen)))
    return bad


def wrong_boot_disks(made):
    bad = [] if made.servers else ['there are no servers']
    for name, s in made.servers.items():
        root = s['OS-EXT-SRV-ATTR:root_device_name']
        boot = [made.volumes.get(a['volumeId']) for a in made.attached[name] if a['device'] == root]
        if len(boot) != 1 or not boot[0]:
            bad.append('%s has no volume at %s' % (name, root))
        elif boot[0]['bootable'] != 'true':
            bad.append('the boot volume of %s is not bootable' % name)
        elif head(boot[0]['id']) != IMAGE_HEAD:
            bad.append('the boot volume of %s does not hold the image' % name)
    return bad


def head(volume):
    """The first bytes of a volume of site B, read from the array itself."""
    with open(os.path.join(B.dir, 'pool', 'volume-' + volume), 'rb') as f:
        return f.read(len(IMAGE_HEAD))


def wrong_marks(made):
    bad, steps = [], {}
    for kind, objects in made.all.items():
        for o in objects:
            step = mark(kind, o)[1]
            if not step:
                bad.append('%s %s has no step' % (kind, o['name']))
            if (kind, step) in steps:
                bad.append('two %ss of step %s' % (kind, step))
            steps[kind, step] = o
    bad += ['server %s has no tag of the operation' % s['name'] for s in made.servers.values()
            if made.op not in s['tags']]
    ours = made.ids()
    bad += ['port %s of %s bears no mark' % (p['id'], name)
            for name, ports in made.ports.items() for p in ports if p['id'] not in ours]
    bad += ['volume %s of %s bears no mark' % (a['volumeId'], name)
            for name, attached in made.attached.items() for a in attached
            if a['volumeId'] not in ours]
    return bad


def strays(made, before):
    """Objects on B that were not there before the drill and do not bear its marks."""
    ours, bad = made.ids(), []
    for kind, (service, path, key) in LISTS.items():
        bad += ['%s %s' % (kind, o.get('name') or o['id']) for o in B.admin.get(service, path)[key]
                if o['id'] not in ours and o['id'] not in before[kind]]
    return bad


def ever_made_twice(op):
    """Steps that made more than one server or volume, from the data base, deleted ones too."""
    bad = []
    for kind, database, table, column in (
            ('server', 'nova', 'instance_metadata', 'instance_uuid'),
            ('volume', 'cinder', 'volume_metadata', 'volume_id')):
        rows = sql(B, database, (
            'select s.value, count(distinct s.{c}) from {t} s join {t} o on o.{c} = s.{c} '
            "where s.`key` = 'protector:step' and o.`key` = 'protector:op' and o.value = '{op}' "
            'group by s.value').format(c=column, t=table, op=op))
        bad += ['%s of step %s: %s' % (kind, step, n) for step, n in rows if n != '1']
    return bad


def never_ran(op):
    """What the data base lacks of 3 servers that became ACTIVE, each with its volumes."""
    rows = sql(B, 'nova', (
        'select i.display_name, i.launched_at is not null, count(distinct b.volume_id) '
        'from instances i join instance_metadata m on m.instance_uuid = i.uuid '
        'left join block_device_mapping b on b.instance_uuid = i.uuid '
        'and b.attachment_id is not null '
        "where m.`key` = 'protector:op' and m.value = '%s' group by i.uuid" % op))
    found = {name: (launched, int(volumes)) for name, launched, volumes in rows}
    wanted = {name: ('1', volumes) for name, (_, _, volumes) in EXPECTED.items()}
    return ['%s: launched, volumes %s' % (n, found.get(n)) for n in sorted(found.keys() | wanted)
            if found.get(n) != wanted.get(n)]


def production(checks):
    """Is site A what the suite expects to protect?"""
    servers = {s['name']: s for s in A.member.get('compute', '/servers/detail')['servers']}
    attached = [a for s in servers.values() for a in A.member.get(
        'compute', '/servers/%s/os-volume_attachments' % s['id'])['volumeAttachments']]
    checks.check('A runs web-01, app-01, db-01 with 5 volumes',
                 sorted(servers) == ['app-01', 'db-01', 'web-01'] and
                 all(s['status'] == 'ACTIVE' for s in servers.values()) and
                 len(attached) == VOLUMES)
