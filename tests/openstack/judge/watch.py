"""A watch on the recovery site while a drill runs: what exists, by the marks of the operation.

A thread of its own reads the servers, volumes, ports and networks a few times a second,
and remembers every object that it ever saw.
"""
import http.client
import re
import threading
import time

from .rest import ApiError

EVERY = 0.2     # seconds from the end of one look to the next
MARK = re.compile(r'protector op=(\S+) step=(\S+)')

LISTS = {       # kind: service, path, key of the list
    'server': ('compute', '/servers/detail?all_tenants=1', 'servers'),
    'volume': ('volumev3', '/volumes/detail?all_tenants=1', 'volumes'),
    'port': ('network', '/ports', 'ports'),
    'network': ('network', '/networks', 'networks'),
    'subnet': ('network', '/subnets', 'subnets'),
}


def mark(kind, o):
    """(operation, step) that made an object, or (None, None)."""
    if kind in ('server', 'volume'):
        return o['metadata'].get('protector:op'), o['metadata'].get('protector:step')
    found = MARK.match(o.get('description') or '')
    return found.groups() if found else (None, None)


def marked(site, op=None):
    """{kind: [object]} of everything on a site that bears the marks of an operation (or of any)."""
    found = {}
    for kind, (service, path, key) in LISTS.items():
        objects = site.admin.get(service, path)[key]
        found[kind] = [o for o in objects
                       if mark(kind, o)[0] and (op is None or mark(kind, o)[0] == op)]
    return found


class Watch:
    """with Watch(site) as w: ...   Objects in `ignore` (a set of ids) are not looked at."""

    def __init__(self, site, ignore):
        self._site, self._ignore = site, ignore
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.looks = 0
        self.now = {kind: [] for kind in LISTS}     # the newest look
        self.ever = {}                              # (kind, op, step) -> {id}
        self.unmarked = {}                          # id -> text, for what bears no mark

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.is_set():
            for kind, (service, path, key) in LISTS.items():
                try:
                    objects = self._site.admin.get(service, path)[key]
                except (OSError, ApiError, http.client.HTTPException, ValueError):
                    continue        # the test may have taken this service down
                self._note(kind, [o for o in objects if o['id'] not in self._ignore])
            with self._changed:
                self.looks += 1
                self._changed.notify_all()
            self._stop.wait(EVERY)

    def _note(self, kind, objects):
        for o in objects:
            op, step = mark(kind, o)
            if op:
                self.ever.setdefault((kind, op, step), set()).add(o['id'])
            else:
                self.unmarked[o['id']] = '%s %s' % (kind, o.get('name') or o['id'])
        self.now[kind] = objects

    def until(self, condition, seconds):
        """Waits for a look at which condition(watch) holds; False when it never did."""
        end = time.monotonic() + seconds
        with self._changed:
            while not condition(self):
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def operations(self):
        return {op for _, op, _ in self.ever}

    def twice(self):
        """A line for each step that made more than one object."""
        return ['%s of step %s: %d' % (kind, step, len(found))
                for (kind, _, step), found in sorted(self.ever.items()) if len(found) > 1]


# -- moments of a drill, for Watch.until ---------------------------------------------------

def first_volume(w):
    return len(w.now['volume']) >= 1


def first_port(w):
    return len(w.now['port']) >= 1


def building(w):
    return any(s['status'] == 'BUILD' for s in w.now['server'])


def cleanup_begun(w):
    return any(s['OS-EXT-STS:task_state'] == 'deleting' for s in w.now['server'])


def volumes_going(w):
    return any(v['status'] == 'deleting' for v in w.now['volume'])
