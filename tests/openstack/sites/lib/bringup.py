#!/usr/bin/python3
"""Two steps of `up` that need the APIs: bringup.py register|health SITE.

register: the service users and the catalogue, once.
health:   waits until every daemon says that it is up and takes work.
"""
import http.client
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(HERE)))
from judge.rest import ApiError, wait  # noqa: E402
from judge.sites import BOTH, SECRET  # noqa: E402

HEALTHY_WITHIN = 240    # seconds

SERVICES = {            # user: catalogue type, URL at an address
    'nova': ('compute', 'http://%s:8774/v2.1'),
    'cinder': ('volumev3', 'http://%s:8776/v3/$(project_id)s'),
    'glance': ('image', 'http://%s:9292'),
    'neutron': ('network', 'http://%s:9696'),
    'placement': ('placement', 'http://%s:8778'),
}


def answers(site):
    try:
        return site.admin.raw('GET', site.keystone)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def register(site):
    wait('keystone of %s to answer' % site.name, lambda: answers(site), 60)
    k = site.admin
    if k.has('placement'):          # the last one made
        return

    def one(path, key, match, body):
        query = '&'.join('%s=%s' % m for m in match.items())
        got = k.get('identity', '/%s?%s' % (path, query))[path]
        return got[0] if got else k.post('identity', '/' + path, {key: body})[key]

    roles = {r: one('roles', 'role', {'name': r}, {'name': r})['id'] for r in ('admin', 'service')}
    project = one('projects', 'project', {'name': 'service'},
                  {'name': 'service', 'domain_id': 'default'})
    for name, (kind, url) in SERVICES.items():
        user = one('users', 'user', {'name': name},
                   {'name': name, 'domain_id': 'default', 'password': SECRET})
        for role in roles.values():
            k.put('identity', '/projects/%s/users/%s/roles/%s' % (project['id'], user['id'], role))
        service = one('services', 'service', {'type': kind}, {'type': kind, 'name': name})
        have = {e['interface'] for e in k.get(
            'identity', '/endpoints?service_id=' + service['id'])['endpoints']}
        for interface in {'public', 'internal', 'admin'} - have:
            k.post('identity', '/endpoints', {'endpoint': {
                'interface': interface, 'service_id': service['id'],
                'region_id': site.region, 'url': url % site.addr}})


def services_up(admin, service, wanted):
    return wanted <= {x['binary'] for x in admin.get(service, '/os-services')['services']
                      if x['state'] == 'up'}


CHECKS = {
    'glance': lambda a: a.get('image', '/images') is not None,
    'neutron': lambda a: a.get('network', '/networks') is not None,
    'placement': lambda a: a.get('placement', '/resource_providers')['resource_providers'],
    'nova': lambda a: services_up(a, 'compute',
                                  {'nova-conductor', 'nova-scheduler', 'nova-compute'}),
    'nova cell': lambda a: a.get('compute', '/os-hypervisors')['hypervisors'],
    'cinder': lambda a: services_up(a, 'volumev3', {'cinder-volume', 'cinder-scheduler'}),
    'cinder pool': lambda a: a.get('volumev3', '/scheduler-stats/get_pools')['pools'],
}


def health(site):
    end = time.monotonic() + HEALTHY_WITHIN
    waiting = dict.fromkeys(CHECKS, 'not up yet')
    while waiting:
        for name in list(waiting):
            try:
                if CHECKS[name](site.admin):
                    del waiting[name]
            except (OSError, ApiError, http.client.HTTPException, ValueError) as e:
                waiting[name] = str(e)
        dead = site.dead_daemons()
        if dead:
            sys.exit('%s: ended at its start: %s' % (site.name, ' '.join(dead)))
        if waiting and time.monotonic() > end:
            sys.exit('\n'.join('%s: %s: %s' % (site.name, n, why) for n, why in waiting.items()))
        if waiting:
            time.sleep(0.5)


if __name__ == '__main__':
    step = {'register': register, 'health': health}[sys.argv[1]]
    step(next(s for s in BOTH if s.name == sys.argv[2]))
