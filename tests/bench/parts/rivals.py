"""The same drill by other means: a shell script of `openstack` commands, and threads of Python."""
import os
import shutil
import subprocess
import time
import urllib.request
import json
from concurrent.futures import ThreadPoolExecutor

EVERY = 0.25

# What people write down in a runbook: one command after the other.
SHELL = '''#!/bin/sh
set -e
export OS_CLOUD=site-b
image=$1 network=$2 flavor=$3; shift 3
for vm; do
  for i in 0 1; do
    openstack volume create --image "$image" --size 10 "sh-$vm-$i" -f value -c id > "$vm-$i"
  done
  openstack port create --network "$network" "sh-$vm" -f value -c id > "$vm-port"
done
for vm; do
  for i in 0 1; do
    until [ "$(openstack volume show "$(cat "$vm-$i")" -f value -c status)" = available ]; do
      sleep 0.25
    done
  done
done
for vm; do
  openstack server create --flavor "$flavor" --volume "$(cat "$vm-0")" \\
    --block-device "uuid=$(cat "$vm-1"),source_type=volume,destination_type=volume" \\
    --port "$(cat "$vm-port")" --wait "sh-$vm" -f value -c id | tail -n 1 > "$vm-server"
done
for vm; do openstack server delete --wait "$(cat "$vm-server")"; done
for vm; do
  openstack port delete "$(cat "$vm-port")"
  openstack volume delete "$(cat "$vm-0")" "$(cat "$vm-1")"
done
'''


class Rest:
    """The least that a script needs: a token, the catalogue, JSON over HTTP."""

    def __init__(self, clouds, cloud):
        with open(clouds, encoding='utf-8') as f:
            lines = f.read().split(cloud + ':', 1)[1].splitlines()
        said = {}
        for line in lines:
            key, colon, value = line.strip().partition(': ')
            if colon and key not in said:
                said[key] = value.strip('"\'')
        body = {'auth': {
            'identity': {'methods': ['password'], 'password': {'user': {
                'name': said['username'], 'password': said['password'],
                'domain': {'name': said['user_domain_name']}}}},
            'scope': {'project': {'name': said['project_name'],
                                  'domain': {'name': said['project_domain_name']}}}}}
        request = urllib.request.Request(said['auth_url'].rstrip('/') + '/auth/tokens',
                                         json.dumps(body).encode(),
                                         {'Content-Type': 'application/json'})
        with urllib.request.urlopen(request) as reply:
            self.token = reply.headers['X-Subject-Token']
            catalog = json.load(reply)['token']['catalog']
        self.urls = {s['type']: next(e['url'] for e in s['endpoints'] if
                                     e['interface'] == 'public').rstrip('/') for s in catalog}

    def ask(self, verb, service, path, body=None):
        headers = {'X-Auth-Token': self.token, 'Content-Type': 'application/json'}
        if service == 'compute':
            headers['OpenStack-API-Version'] = 'compute 2.90'
        request = urllib.request.Request(self.urls[service] + path, method=verb, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                text = reply.read()
        except urllib.error.HTTPError as e:
            if e.code == 404:
                return None
            raise
        return json.loads(text) if text else {}

    def until(self, service, path, kind, status):
        while True:
            got = self.ask('GET', service, path)
            if (got is None) if status is None else (got and got[kind]['status'] == status):
                return
            time.sleep(EVERY)


def network_prefix(rest):
    return '' if rest.urls['network'].endswith('v2.0') else '/v2.0'


def volume_service(rest):
    return next(s for s in ('volumev3', 'block-storage', 'volume') if s in rest.urls)


def threaded(world, what):
    """Everything that may run beside another does, in threads."""
    rest = Rest(world.clouds, 'site-b')
    vol, net = volume_service(rest), network_prefix(rest)

    def volume(name):
        ident = rest.ask('POST', vol, '/volumes', {'volume': {
            'name': name, 'size': 10, 'imageRef': what['image']}})['volume']['id']
        rest.until(vol, '/volumes/' + ident, 'volume', 'available')
        return ident

    def port(name):
        return rest.ask('POST', 'network', net + '/ports', {'port': {
            'name': name, 'network_id': what['network']}})['port']['id']

    def gone(service, path):
        rest.ask('DELETE', service, path)
        rest.until(service, path, None, None)

    def one(vm, pool):
        volumes = [pool.submit(volume, 'py-%s-%d' % (vm, i)) for i in range(2)]
        own = pool.submit(port, 'py-' + vm)
        ident = rest.ask('POST', 'compute', '/servers', {'server': {
            'name': 'py-' + vm, 'flavorRef': what['flavor'], 'networks': [{'port': own.result()}],
            'block_device_mapping_v2': [{
                'boot_index': 0 if i == 0 else -1, 'uuid': v.result(), 'source_type': 'volume',
                'destination_type': 'volume', 'delete_on_termination': False}
                for i, v in enumerate(volumes)]}})['server']['id']
        rest.until('compute', '/servers/' + ident, 'server', 'ACTIVE')
        return ident, own.result(), [v.result() for v in volumes]

    with ThreadPoolExecutor(32) as pool, ThreadPoolExecutor(8) as outer:
        made = list(outer.map(lambda vm: one(vm, pool), what['names']))
        list(pool.map(lambda m: gone('compute', '/servers/' + m[0]), made))
        rest_of = [pool.submit(gone, 'network', net + '/ports/' + m[1]) for m in made]
        rest_of += [pool.submit(gone, vol, '/volumes/' + v) for m in made for v in m[2]]
        for r in rest_of:
            r.result()


def shell(world, what):
    script = os.path.join(world.folder, 'drill.sh')
    with open(script, 'w', encoding='utf-8') as f:
        f.write(SHELL)
    subprocess.run(['sh', script, what['image'], what['network'], what['flavor'], *what['names']],
                   check=True, cwd=world.folder,
                   env={**world.env, 'OS_CLIENT_CONFIG_FILE': world.clouds})


def timed(work):
    began = time.monotonic()
    work()
    return '%.1f' % (time.monotonic() - began)


def run(world_of, programs):
    world = world_of(programs, 80)
    try:
        names = world.two_volume_servers(3)
        what = {
            'names': names,
            'image': next(d['id'] for d in world.documents('site-b', 'image')),
            'network': next(d['id'] for d in world.documents('site-b', 'network')
                            if d['name'] == 'net-apps'),
            'flavor': next(d['id'] for d in world.documents('site-b', 'flavor')
                           if d['name'] == 'm2.large'),
        }
        world.protect('rival', names)
        drill = ('protection-group', 'test-failover', 'rival', '--wait')
        yield 'protector-console, the whole command', timed(lambda: world.run(*drill))
        yield 'Python, 32 threads over REST, a look every 0.25 s', timed(
            lambda: threaded(world, what))
        if shutil.which('openstack'):
            yield 'a shell script of openstack commands', timed(lambda: shell(world, what))
    finally:
        world.close()
