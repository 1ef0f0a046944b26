"""Everything a site holds, whole, so that two readings can be compared to the last field."""
import os
import time

SETTLE = 5      # seconds in which a service may still be adding up what is used

# kind: service, path, key of the list, microversion.  Read as the admin, of all projects.
LISTS = {
    'server': ('compute', '/servers/detail?all_tenants=1', 'servers', '2.90'),
    'server group': ('compute', '/os-server-groups?all_projects=1', 'server_groups', '2.90'),
    'flavor': ('compute', '/flavors/detail?is_public=None', 'flavors', '2.90'),
    'volume': ('volumev3', '/volumes/detail?all_tenants=1', 'volumes', '3.59'),
    'snapshot': ('volumev3', '/snapshots/detail?all_tenants=1', 'snapshots', '3.59'),
    'attachment': ('volumev3', '/attachments/detail?all_tenants=1', 'attachments', '3.59'),
    'volume type': ('volumev3', '/types?is_public=None', 'volume_types', '3.59'),
    'network': ('network', '/networks', 'networks', None),
    'subnet': ('network', '/subnets', 'subnets', None),
    'port': ('network', '/ports', 'ports', None),
    'router': ('network', '/routers', 'routers', None),
    'security group': ('network', '/security-groups', 'security_groups', None),
    'image': ('image', '/images?limit=1000', 'images', None),
}


def quotas(site):
    """Limits, and what Nova and Cinder say is used of them or reserved."""
    project = site.member.project_id
    return {
        'compute': site.admin.get(
            'compute', '/os-quota-sets/%s/detail' % project, '2.90')['quota_set'],
        'volumes': site.admin.get(
            'volumev3', '/os-quota-sets/%s?usage=True' % project)['quota_set'],
        'placement': [site.admin.get(
            'placement', '/resource_providers/%s/usages' % p['uuid'])['usages']
            for p in site.admin.get('placement', '/resource_providers')['resource_providers']],
    }


def edge(site):
    """The array's and the hypervisor's own files: what Cinder and Nova might forget."""
    return {n: sorted(os.listdir(os.path.join(site.dir, n))) for n in ('pool', 'guests')}


def read(site):
    """{kind: {id: object}}"""
    found = {kind: {o['id']: o for o in site.admin.get(service, path, version)[key]}
             for kind, (service, path, key, version) in LISTS.items()}
    for image in found['image'].values():
        del image['updated_at']     # a test hides an image for a while, and shows it again
    found['used'] = quotas(site)
    found['file'] = edge(site)
    return found


def ids(inventory):
    """The ids of everything in an inventory."""
    return {i for kind in LISTS for i in inventory[kind]}


def name_of(ident, o):
    return o.get('name') or ident if isinstance(o, dict) else ident


def differences(before, after):
    """One line for each object that came, went or changed.  Empty: nothing at all is different."""
    lines = []
    for kind in before:
        old, new = before[kind], after[kind]
        for i in sorted(old.keys() | new.keys()):
            if i not in new:
                lines.append('%s %s went' % (kind, name_of(i, old[i])))
            elif i not in old:
                lines.append('%s %s came' % (kind, name_of(i, new[i])))
            elif old[i] != new[i]:
                lines.append('%s %s changed%s' % (kind, name_of(i, new[i]),
                                                  changed_fields(old[i], new[i])))
    return lines


def changed_fields(old, new):
    if not isinstance(old, dict):
        return ': %s -> %s' % (old, new)
    return ''.join(', %s: %s -> %s' % (k, old.get(k), new.get(k))
                   for k in sorted(old.keys() | new.keys()) if old.get(k) != new.get(k))


def changes(site, before):
    """The differences from before to now.  Objects count at once; sums of use may settle."""
    end = time.monotonic() + SETTLE
    now = differences(before, read(site))
    while now and all(line.startswith('used ') for line in now) and time.monotonic() < end:
        time.sleep(0.5)
        now = differences(before, read(site))
    return now
