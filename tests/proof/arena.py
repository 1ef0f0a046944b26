"""A stage whose sites are watched: what the proofs of the engine share.

Nothing here believes the console: what is on a site is read from the lab that plays it, and the
history is compared with that.
"""
import collections
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'verbs'))
from stage import Stage  # noqa: E402

KINDS = ('server', 'volume', 'port', 'network', 'subnet')
DRILL = ('protection-group', 'test-failover', 'prod-web-app')
INSTANCES = {'prod-web-app': 3, 'prod-billing': 8}
LONGEST = 150  # seconds: whatever takes longer hangs
SLOWNESS = float(os.environ.get('PROOF_SLOWNESS', '1'))  # of programs under a sanitizer


class Lab:
    """The lab's control interface, over one connection that is kept; any thread."""

    def __init__(self, state):
        with open(os.path.join(state, 'lab', 'lab.json'), encoding='utf-8') as f:
            url = json.load(f)['control_url']
        self.line = http.client.HTTPConnection(url.split('//')[1].rstrip('/'), timeout=30)
        self.lock = threading.Lock()

    def read(self, verb, path, body=None):
        """The answer's bytes; OSError for anything but an answer that is well."""
        data = None if body is None else json.dumps(body).encode()
        with self.lock:
            try:
                self.line.request(verb, path, data)
                reply = self.line.getresponse()
                text = reply.read()
            except http.client.HTTPException as e:
                self.line.close()
                raise OSError('%s %s: %r' % (verb, path, e)) from e
            except OSError:
                self.line.close()
                raise
        if reply.status >= 400:
            raise OSError('%s %s: %d %s' % (verb, path, reply.status, text[:200]))
        return text

    def ask(self, verb, path, body=None):
        text = self.read(verb, path, body)
        return json.loads(text) if text else None

    def fault(self, do, **where):
        return self.ask('POST', '/faults', {'site': 'site-b', **where, 'do': do})['id']

    def faults(self):
        return self.ask('GET', '/faults')['faults']

    def struck(self):
        return sum(f['struck'] for f in self.faults())

    def mend(self):
        self.ask('DELETE', '/faults')

    def documents(self, site):
        return {k: self.ask('GET', '/state?site=%s&kind=%s' % (site, k))['documents']
                for k in KINDS}

    def calls(self, site):
        """{(service, verb): count} since the counters were cleared."""
        for s in self.ask('GET', '/state')['sites']:
            if s['name'] == site:
                return {(service, verb): n for service, verbs in s['calls'].items()
                        for verb, n in verbs.items()}
        return {}

    def writes(self, site):
        """Calls other than reads and log-ins."""
        return {k: n for k, n in self.calls(site).items()
                if k[1] not in ('GET', 'HEAD') and k not in (('identity', 'POST'),
                                                             ('array', 'POST'))}

    def clear_counters(self):
        self.ask('DELETE', '/counters')


def mark_of(kind, doc):
    """(operation, step) that a resource of ours is marked with, or None."""
    meta = doc.get('metadata') or doc.get('meta') or {}
    if meta.get('protector:op'):
        return kind, meta['protector:op'], meta['protector:step']
    found = re.match(r'protector op=(\S+) step=(\S+)$', doc.get('desc') or '')
    return (kind,) + found.groups() if found else None


class Watch(threading.Thread):
    """Looks at site-b all the time: two resources of one mark are a double create."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.lab, self.over, self.twice, self.most = lab, threading.Event(), set(), 0

    def run(self):
        while not self.over.is_set():
            try:
                self.look()
            except OSError:
                pass
            self.over.wait(0.1)

    def look(self):
        marks = collections.Counter(mark_of(k, d) for k, docs in
                                    self.lab.documents('site-b').items() for d in docs)
        marks.pop(None, None)
        self.most = max(self.most, sum(marks.values()))
        self.twice |= {m for m, n in marks.items() if n > 1}


class Arena(Stage):
    """A lab of its own, the console on it, and the sites as they were."""

    def __init__(self, programs, speed=20, api_timeout=None):
        super().__init__(programs, speed)
        self.api_timeout, self.control = api_timeout, None
        self.before, self.known = {}, set()

    def __enter__(self):
        super().__enter__()
        self.control = Lab(self.state)
        if self.api_timeout:
            self.set_timeout()
        self.json('protection-group', 'list')  # the groups are made at the first opening
        return self

    def set_timeout(self):
        path = os.path.join(self.state, 'lab', 'clouds.yaml')
        with open(path, encoding='utf-8') as f:
            text = f.read()
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text.replace('    interface: public\n',
                                 '    interface: public\n    api_timeout: %d\n' % self.api_timeout))

    def begin(self):
        """Remembers how the sites and the history are."""
        self.control.mend()
        self.control.clear_counters()
        self.before = {s: self.control.documents(s) for s in ('site-a', 'site-b')}
        self.known = {o['operation_id'] for o in self.json('operation', 'list')}

    def new_operations(self):
        found = [o['operation_id'] for o in self.json('operation', 'list')]
        return [self.json('operation', 'show', o) for o in found if o not in self.known]

    def settle(self, seconds=LONGEST):
        """An engine runs until nothing is left to run."""
        return self.run('engine', '--until-idle', seconds=seconds * SLOWNESS)

    def judge(self, clean=True):
        """What is not as it must be after whatever happened, as lines."""
        wrong = []
        if self.control.documents('site-a') != self.before['site-a']:
            wrong.append('site-a was changed')
        if self.control.writes('site-a'):
            wrong.append('site-a was written to: %s' % self.control.writes('site-a'))
        left = {k: [d.get('name') for d in docs if d not in self.before['site-b'][k]]
                for k, docs in self.control.documents('site-b').items()}
        left = {k: names for k, names in left.items() if names}
        if clean and left:
            wrong.append('left on site-b: %s' % left)
        if clean and self.control.documents('site-b') != self.before['site-b'] and not left:
            wrong.append('site-b lost something that was there before')
        for op in self.new_operations():
            wrong += ['%s: %s' % (op['operation_id'], line) for line in untrue(op, clean)]
        return wrong


def untrue(op, clean=True):
    """Contradictions within one operation of the history."""
    lines, drill = [], op['operation_type'] == 'test_failover'
    ledger = [e for kind in op['result_data'].values() for e in kind]
    if not op['completed_at'] or not op['started_at']:
        return ['it does not rest: %s' % op['status']]
    open_steps = [s['key'] for s in op['steps'] if s['status'] in ('waiting', 'running')]
    if open_steps and op['status'] != 'succeeded':
        lines.append('it rests (%s), and these do not: %s' % (op['status'], open_steps))
    if clean and [e for e in ledger if e['status'] != 'gone']:
        lines.append('its ledger is not empty: %s' % [e for e in ledger if e['status'] != 'gone'])
    if clean and op['status'] not in ('cleaned', 'completed'):
        lines.append('it rests %s: %s' % (op['status'], op['error_message']))
    ids = [e['id'] for e in ledger if e['id']]
    if len(ids) != len(set(ids)) or len({e['name'] for e in ledger}) != len(ledger):
        lines.append('its ledger names something twice: %s' % ledger)
    forward = [s for s in op['steps'] if s['phase'] != 'cleaning_up']
    passed = all(s['status'] == 'done' for s in forward)
    if drill and op['verdict'] != ('passed' if passed else 'failed'):
        lines.append('its verdict is %s' % op['verdict'])
    if drill and not passed and not op['error_message']:
        lines.append('it failed and does not say why')
    if op['verdict'] == 'passed' and \
            len(op['result_data']['instances']) != INSTANCES[op['protection_group']]:
        lines.append('it passed with %d instances' % len(op['result_data']['instances']))
    if op['status'] in ('cleaned', 'completed') and op['progress'] != 100:
        lines.append('it is at %d%%' % op['progress'])
    return lines


def kill(process):
    process.kill()
    process.communicate()


def said_id(text):
    found = re.search(r'op-[0-9a-f-]{36}', text or '')
    return found.group(0) if found else None


def play(plays, workers, make):
    """Acts every (suite, case) of plays on so many arenas; what was wrong, as (case, line).

    make(suite) is a new arena for cases of that suite; one that was played on is used again.
    """
    queue, wrong, lock = collections.deque(plays), [], threading.Lock()

    def act(arena, suite, case):
        try:
            return suite.act(arena, case)
        except Exception as e:  # pylint: disable=broad-except
            return '', [repr(e)]

    def worker():
        arenas = {}
        try:
            while True:
                with lock:
                    if not queue:
                        return
                    suite, case = queue.popleft()
                begun = time.monotonic()
                if suite not in arenas:
                    arenas[suite] = make(suite).__enter__()
                note, lines = act(arenas[suite], suite, case)
                with lock:
                    tell(suite, case, lines, time.monotonic() - begun, note)
                    wrong.extend(((suite, case), line) for line in lines)
                if lines:  # the next case shall not pay for this one
                    keep(arenas[suite])
                    arenas.pop(suite).__exit__()
        except Exception as e:  # a lab that does not start is a failure, not silence
            with lock:
                wrong.append((('arena', ''), repr(e)))
                queue.clear()
            raise
        finally:
            for arena in arenas.values():
                arena.__exit__()

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(worker) for _ in range(workers)]:
            done.result()
    return wrong


def tell(suite, case, lines, seconds, note):
    what = case if isinstance(case, str) or type(case) is not tuple else \
        ' '.join(str(w) for w in case)
    print('%s  %-8s%-56s %5.1f s  %s' % ('BROKEN' if lines else 'ok    ', suite.__name__, what,
                                         seconds, note), flush=True)
    for line in lines:
        print('          %s' % line, flush=True)


def keep(arena):
    """Keeps what shows why something was wrong, when asked to (PROOF_KEEP=FOLDER)."""
    folder = os.environ.get('PROOF_KEEP')
    if folder:
        shutil.copytree(arena.state, os.path.join(folder, '%d-%d' % (os.getpid(), id(arena))),
                        ignore=shutil.ignore_patterns('lock'), dirs_exist_ok=True)


__all__ = ['Arena', 'DRILL', 'LONGEST', 'SLOWNESS', 'Lab', 'Watch', 'kill', 'play', 'random',
           'said_id', 'signal', 'subprocess', 'time']
