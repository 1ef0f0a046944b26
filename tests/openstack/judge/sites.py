"""The two sites: where they are, who may log in, and how a test breaks and mends them.

sites/lib/common.sh knows the same addresses, regions and password.
"""
import contextlib
import os
import signal
import subprocess

from .rest import ApiError, Client, wait

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPTS = os.path.join(HERE, 'sites')
STATE = os.environ.get('PROTECTOR_SITES_STATE') or os.path.join(
    os.environ.get('XDG_RUNTIME_DIR') or '/tmp', 'protector-sites')
CLOUDS = os.path.join(STATE, 'clouds.yaml')
SECRET = 'sites-secret'
IMAGE = 'c0ffee00-0000-4000-8000-000000000001'      # the same image on both sites
IMAGE_HEAD = b'protector-sites boot disk\n'


class Site:
    def __init__(self, name, addr, region):
        self.name, self.addr, self.region = name, addr, region
        self.dir = os.path.join(STATE, name)
        self.keystone = 'http://%s:5000/v3' % addr
        self.member = Client(self.keystone, 'demo', SECRET, 'demo')
        self.admin = Client(self.keystone, 'admin', SECRET, 'admin')

    # -- daemons -------------------------------------------------------------------------
    def daemon_pid(self, daemon):
        """The pid of a daemon that runs, or None."""
        try:
            with open(os.path.join(self.dir, 'run', daemon + '.pid')) as f:
                pid, began = f.read().split()
            with open('/proc/%s/stat' % pid) as f:
                state, *rest = f.read().rpartition(')')[2].split()
        except (OSError, ValueError):
            return None
        return int(pid) if state != 'Z' and rest[18] == began else None

    def dead_daemons(self):
        names = sorted(n[:-len('.pid')] for n in os.listdir(os.path.join(self.dir, 'run')))
        return [n for n in names if self.daemon_pid(n) is None]

    def stop_daemon(self, daemon):
        pid = self.daemon_pid(daemon)
        if pid:
            os.kill(pid, signal.SIGTERM)
            wait('%s of %s to end' % (daemon, self.name),
                 lambda: self.daemon_pid(daemon) is None, 30, 0.1)

    def mend(self):
        """Starts every daemon that is down, and waits until the site is healthy."""
        script('up', self.name)

    @contextlib.contextmanager
    def without(self, daemon):
        """The site with one daemon down."""
        self.stop_daemon(daemon)
        try:
            yield
        finally:
            self.mend()

    # -- faults, quotas, the image -------------------------------------------------------
    @contextlib.contextmanager
    def fault(self, point, text):
        """A driver that fails or dawdles: sites/lib/edge says how."""
        path = os.path.join(self.dir, 'faults', point)
        with open(path + '.new', 'w') as f:
            f.write(text)
        os.rename(path + '.new', path)
        try:
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):    # 'once' has removed it
                os.unlink(path)

    @contextlib.contextmanager
    def quota(self, service, **limits):
        """The member's project with these quotas, on service compute or volumev3."""
        path = '/os-quota-sets/' + self.member.project_id
        self.admin.put(service, path, {'quota_set': limits})
        try:
            yield
        finally:
            self.admin.delete(service, path)

    def _image_visibility(self, value):
        self.admin.call(
            'PATCH', 'image', '/images/' + IMAGE,
            [{'op': 'replace', 'path': '/visibility', 'value': value}],
            headers={'Content-Type': 'application/openstack-images-v2.1-json-patch'})

    @contextlib.contextmanager
    def image_missing(self):
        """For the member there is no such image.  (The id of a deleted one is spent for ever.)"""
        self._image_visibility('private')
        try:
            yield
        finally:
            self._image_visibility('public')

    def reset(self):
        """Undoes the faults, quotas and hiding that a run killed in the middle may have left."""
        for n in os.listdir(os.path.join(self.dir, 'faults')):
            os.unlink(os.path.join(self.dir, 'faults', n))
        for service in ('compute', 'volumev3'):
            self.admin.delete(service, '/os-quota-sets/' + self.member.project_id)
        self._image_visibility('public')

    def sweep(self, keep):
        """Deletes every server, volume, port, subnet and network that is not in keep."""
        a = self.admin
        for service, path, key, seconds in (
                ('compute', '/servers/detail?all_tenants=1', 'servers', 120),
                ('volumev3', '/volumes/detail?all_tenants=1', 'volumes', 120),
                ('network', '/ports', 'ports', 30),
                ('network', '/networks', 'networks', 30)):
            for i in {o['id'] for o in a.get(service, path)[key]} - keep:
                one = '/%s/%s' % (key, i)
                with contextlib.suppress(ApiError):     # a volume may still be letting go
                    if service == 'volumev3':
                        a.post(service, one + '/action', {'os-force_delete': {}})
                    else:
                        a.delete(service, one)
                wait(one + ' to go', lambda: a.gone(service, one), seconds)


A = Site('site-a', '127.0.0.11', 'RegionA')
B = Site('site-b', '127.0.0.12', 'RegionB')
BOTH = (A, B)


def script(name, *args):
    """Runs one of the scripts that make the sites; its output is shown only if it fails."""
    r = subprocess.run([os.path.join(SCRIPTS, name), *args], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    if r.returncode:
        raise RuntimeError('sites/%s failed:\n%s' % (name, r.stdout[-3000:]))


def sql(site, database, statement):
    """Rows of a site's own data base, each a tuple of text: what no API shows any more."""
    r = subprocess.run(['mariadb', '--no-defaults', '-S', os.path.join(STATE, 'mysql.sock'), '-N',
                        '-B', '-u', 'root', '-e', statement,
                        '%s_%s' % (site.name[-1], database)],
                       stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    return [tuple(line.split('\t')) for line in r.stdout.splitlines()]
