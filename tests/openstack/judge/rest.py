"""A small OpenStack REST client: one connection a call, no retries, errors as they come."""
import http.client
import json
import threading
import time
from urllib.parse import urlsplit

TOKEN_LIFE = 1800       # seconds; Keystone's tokens live for an hour
TIMEOUT = 60            # seconds for one call

# What the version header calls each service that has microversions.
VERSIONED = {'compute': 'compute', 'volumev3': 'volume', 'placement': 'placement'}
# What follows the catalogue's URL before the paths used here.
SUFFIX = {'network': '/v2.0', 'image': '/v2'}


class ApiError(Exception):
    def __init__(self, method, url, status, body):
        super().__init__('%s %s: HTTP %d %s' % (method, url, status, body[:400]))
        self.status = status


def wait(what, ready, seconds, every=0.25):
    """Calls ready() until it gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        got = ready()
        if got:
            return got
        if time.monotonic() > end:
            raise TimeoutError('waited %d s for %s' % (seconds, what))
        time.sleep(every)


class Client:
    """One user's session at one site.  Any thread may use it."""

    def __init__(self, keystone, user, password, project):
        self.keystone = keystone
        self._login = (user, password, project)
        self._lock = threading.Lock()
        self._born = None
        self._token = None
        self._catalogue = {}
        self._ids = {}

    def raw(self, method, url, body=None, headers=None):
        """One HTTP exchange: status, headers, text.  body: bytes, or anything JSON can say."""
        u = urlsplit(url)
        headers = dict({'Accept': 'application/json'}, **(headers or {}))
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault('Content-Type', 'application/json')
        c = http.client.HTTPConnection(u.hostname, u.port, timeout=TIMEOUT)
        try:
            c.request(method, u.path + ('?' + u.query if u.query else ''), body, headers)
            r = c.getresponse()
            return r.status, r.headers, r.read().decode('utf-8', 'replace')
        finally:
            c.close()

    def _session(self):
        with self._lock:
            if self._born is None or time.monotonic() - self._born > TOKEN_LIFE:
                self._authenticate()
                self._born = time.monotonic()
            return self._token

    def _authenticate(self):
        user, password, project = self._login
        domain = {'id': 'default'}
        url = self.keystone + '/auth/tokens'
        status, headers, text = self.raw('POST', url, {'auth': {
            'identity': {'methods': ['password'], 'password': {'user': {
                'name': user, 'domain': domain, 'password': password}}},
            'scope': {'project': {'name': project, 'domain': domain}}}})
        if status != 201:
            raise ApiError('POST', url, status, text)
        self._token = headers['X-Subject-Token']
        token = json.loads(text)['token']
        self._ids = {'project': token['project']['id'], 'user': token['user']['id']}
        self._catalogue = {
            s['type']: e['url'].rstrip('/') + SUFFIX.get(s['type'], '')
            for s in token['catalog'] for e in s['endpoints'] if e['interface'] == 'public'}

    def login(self):
        """Logs in anew, whatever the token's age: the catalogue may have grown."""
        self._born = None
        self._session()
        return self

    @property
    def project_id(self):
        self._session()
        return self._ids['project']

    @property
    def user_id(self):
        self._session()
        return self._ids['user']

    def has(self, service):
        self._session()
        return service in self._catalogue

    def call(self, method, service, path, body=None, version=None, headers=None):
        """One API call.  Returns the JSON of the answer, or None; ApiError for 300 and above."""
        h = dict(headers or {}, **{'X-Auth-Token': self._session()})
        if version:
            h['OpenStack-API-Version'] = '%s %s' % (VERSIONED[service], version)
        url = self._catalogue[service] + path
        status, _, text = self.raw(method, url, body, h)
        if status >= 300:
            raise ApiError(method, url, status, text)
        return json.loads(text) if text.strip() else None

    def get(self, service, path, version=None):
        return self.call('GET', service, path, version=version)

    def post(self, service, path, body, version=None):
        return self.call('POST', service, path, body, version)

    def put(self, service, path, body=None):
        return self.call('PUT', service, path, body)

    def delete(self, service, path):
        """Deletes; what is gone already is fine."""
        try:
            self.call('DELETE', service, path)
        except ApiError as e:
            if e.status != 404:
                raise

    def find(self, service, path, key, **match):
        """The first of a list with these values, or None."""
        for o in self.get(service, path)[key]:
            if all(o.get(k) == v for k, v in match.items()):
                return o
        return None

    def gone(self, service, path):
        try:
            self.get(service, path)
        except ApiError as e:
            if e.status == 404:
                return True
            raise
        return False

    def wait_status(self, service, path, key, *good, seconds=120, every=0.25):
        """Waits for one of these statuses; an error status ends it at once."""
        def ready():
            o = self.get(service, path)[key]
            if o['status'].lower().startswith('error'):
                raise RuntimeError('%s is %s: %s' % (path, o['status'], o.get('fault')))
            return o if o['status'] in good else None
        return wait('%s to be %s' % (path, ' or '.join(good)), ready, seconds, every)
