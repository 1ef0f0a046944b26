"""Worlds to break: a pair of sites as a scenario needs it, prepared once and copied for each run.

A ground is prepared by the verbs of its scenario on a lab of its own, which is then ended; a world
is a copy of its state directory with a new lab on it. Nothing of one run reaches another.
"""
import collections
import functools
import json
import operator
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from arena import Lab, SLOWNESS

SITES = ('site-a', 'site-b')
SECRETS = ('token', 'array-session')
KINDS = ('server', 'volume', 'port', 'network', 'subnet', 'floating-ip', 'array-volume',
         'protection-group')
LOOKED_AT = ','.join(KINDS + SECRETS)
LONGEST = 180 * SLOWNESS  # seconds: whatever takes longer hangs
LAB = ('--speed', '20', '--latency', 'none', '--boot-time', 'fixed:400', '--volume-time',
       'fixed:200', '--guest-time', 'fixed:100')
SETTINGS = {'engine': '{ settle_seconds = 1; trouble_seconds = 6; step_timeout = 60; }'}
UUID = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')
DATE = re.compile(r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?')
POOL = re.compile(r'127\.N\.(\d+)\.[2-9]\b')  # given out in the order in which ports are made
POINT = re.compile(r'\bptr-[0-9a-f]{8}(-[0-9a-f]{4}-\d+\b)?')  # named after their operation
NET = re.compile(r'\b127\.\d+\.')  # every lab has one of its own for its guests
NUMBERED = re.compile(r'\b(prod-[a-z-]+)\.\d+')  # snapshots of a group, as the array counts them
STARTING = threading.Semaphore(4)  # labs at once: more only wait for each other


@functools.cache
def room():
    """Where worlds live: in memory if there is room, for a killed process loses nothing there
    that it would not lose on a disk."""
    shm = '/dev/shm'
    if os.environ.get('TMPDIR') or not os.access(shm, os.W_OK):
        return None
    free = os.statvfs(shm)
    return shm if free.f_bavail * free.f_frsize > 2 << 30 else None


class World:
    """A lab on a state directory, and the console on both."""

    def __init__(self, programs, scenario, template=None, api_timeout=0, lane=None):
        self.programs, self.scenario = programs, scenario
        self.folder = tempfile.mkdtemp(prefix='pc-proof-', dir=room())
        self.state = os.path.join(self.folder, 'state')
        self.config = os.path.join(self.folder, 'proof.cfg')
        self.api_timeout, self.lab, self.control = api_timeout, None, None
        self.on_mend = lambda: None  # what else is put right with the sites
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(('OS_', 'XDG_', 'PROTECTOR_'))}
        self.env.update(HOME=self.folder, LC_ALL='C.UTF-8', TERM='dumb')
        self.before, self.said, self.hosts, self.secrets = None, [], {}, set()
        self.known, self.struck, self.lane = None, 0, lane
        self.copy = bool(template)
        if template:
            shutil.copytree(template, self.state)
        else:
            os.makedirs(os.path.join(self.state, 'lab'), mode=0o700)

    # ---- beginning and end ----

    def __enter__(self):
        self.begin_lab()
        self.before = self.documents()
        if self.copy and self.scenario.scene:
            self.scenario.scene(self)
        if self.copy and self.scenario.weather:
            self.scenario.weather(self)
        return self

    def begin_lab(self):
        net = ('--net', str(self.lane.net)) if self.lane else ()
        with STARTING:
            self.lab = subprocess.Popen(
                [os.path.join(self.programs, 'protector-lab'), '--state-dir',
                 os.path.join(self.state, 'lab'), *LAB, *net], stdout=subprocess.PIPE,
                stdin=subprocess.DEVNULL, env=self.env)
            assert b'ready' in self.lab.stdout.readline(), 'the lab did not start'
        self.control = Lab(self.state)
        self.hosts = {s['name']: s['url'].split('//')[1]
                      for s in self.control.ask('GET', '/state')['sites']}
        self.write_config()

    def __exit__(self, *_):
        self.end_lab()
        self.remove()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def end_lab(self):
        if self.lab:
            self.lab.terminate()
            self.lab.wait(20)
            self.lab.stdout.close()
            self.lab = None

    def write_config(self):
        """The lab's own configuration, with what the scenario wants otherwise."""
        with open(os.path.join(self.state, 'lab', 'protector-console.cfg'), encoding='utf-8') as f:
            text = f.read()
        settings = {**SETTINGS, **self.scenario.config, **(self.scenario.later if self.copy else {})}
        for name, value in settings.items():
            text = re.sub(r'(?m)^%s\s*[:=].*\n' % name, '', text) + '%s: %s;\n' % (name, value)
        with open(self.config, 'w', encoding='utf-8') as f:
            f.write(text)
        os.chmod(self.config, 0o600)
        if self.api_timeout:
            self.edit_clouds(lambda t: t.replace(
                '    interface: public\n',
                '    interface: public\n    api_timeout: %d\n' % self.api_timeout))

    def edit_clouds(self, change):
        path = os.path.join(self.state, 'lab', 'clouds.yaml')
        with open(path, encoding='utf-8') as f:
            text = f.read()
        with open(path, 'w', encoding='utf-8') as f:
            f.write(change(text))
        return text

    def keep(self, name):
        """Leaves the state of a broken run where it can be looked at."""
        folder = os.environ.get('PROOF_KEEP') or tempfile.gettempdir()
        target = os.path.join(folder, 'pc-broken-%s-%d' % (re.sub(r'[^\w.-]+', '_', name)[:80],
                                                           os.getpid()))
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder, target)
        return target

    # ---- the console ----

    def command(self, *args):
        return [os.path.join(self.programs, 'protector-console'), '--state-dir', self.state,
                '--config', self.config, *args]

    def run(self, *args, seconds=LONGEST, **env):
        done = subprocess.run(self.command(*args), stdin=subprocess.DEVNULL, timeout=seconds,
                              capture_output=True, env={**self.env, **env}, cwd=self.folder)
        self.said.append(done.stdout + done.stderr)
        done.stdout, done.stderr = (t.decode('utf-8', 'replace') for t in (done.stdout, done.stderr))
        return done

    def start(self, *args, stdin=subprocess.DEVNULL, **env):
        return subprocess.Popen(self.command(*args), stdin=stdin,
                                env={**self.env, **env}, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.folder)

    def settle(self, **env):
        return self.run('engine', '--until-idle', **env)

    # ---- what is there ----

    def documents(self):
        """Everything on both sites, but for the group that Cinder's driver makes for itself."""
        found = {s: {k: [] for k in KINDS} for s in SITES}
        for line in self.control.read('GET', '/documents?kinds=' + LOOKED_AT).splitlines():
            site, kind, doc = document(line)
            if kind in SECRETS:
                self.secrets.add(doc['id'])
            elif doc['id'] != 'cinder-group':
                found[site][kind].append(doc)
        return found

    def chronicle(self):
        return self.control.ask('GET', '/chronicle')['chronicle']

    def has_history(self):
        return os.path.exists(os.path.join(self.state, 'history.db'))

    def look(self):
        """What can be seen of it now, read once for all who judge it."""
        return Look(self)

    def journal(self):
        """A copy of the history as it is on the disk now, its write-ahead log with it."""
        for _ in range(5):
            try:
                return Journal(self.state)
            except (FileNotFoundError, sqlite3.DatabaseError):  # written while it was copied
                time.sleep(0.1)
        return Journal(self.state)


class Look:
    """A world at one moment: its journal, what came to be on the sites, and what is there."""

    def __init__(self, world):
        self.world = world
        self.journal, self.chronicle = world.journal(), world.chronicle()

    @functools.cached_property
    def documents(self):
        return self.world.documents()


class Document(dict):
    """A resource's facts as the lab keeps them; shared by all worlds, never written.

    line: as it was read, and ids: every id in it. Worlds are copies of one ground, so nearly
    every line was read before.
    """

    line, ids = b'', ()


@functools.lru_cache(maxsize=1 << 14)
def document(line):
    """(site, kind, document) of a line of the lab's."""
    site, kind, name, facts = json.loads(line)
    doc = Document(facts, id=name)
    doc.line, doc.ids = line, frozenset(UUID.findall(line.decode()))
    return site, kind, doc


class Journal:
    """The history, read by somebody else than the console."""

    operations, steps, events, groups, ledger = (), (), (), (), ()

    def __init__(self, state):
        if not os.path.exists(os.path.join(state, 'history.db')):
            return  # none yet, or it was lost
        with tempfile.TemporaryDirectory(prefix='pc-journal-', dir=room()) as folder:
            for end in ('', '-wal'):
                if os.path.exists(os.path.join(state, 'history.db' + end)):
                    shutil.copy(os.path.join(state, 'history.db' + end), folder)
            base = sqlite3.connect(os.path.join(folder, 'history.db'))
            base.row_factory = sqlite3.Row
            read = lambda sql: [dict(r) for r in base.execute(sql)]
            self.operations = read('SELECT * FROM operations ORDER BY seq')
            self.steps = read('SELECT * FROM plan_steps ORDER BY op_id, idx')
            self.events = read('SELECT * FROM events ORDER BY seq')
            self.groups = [json.loads(g['body']) for g in
                           read('SELECT body FROM protection_groups ORDER BY name')]
            self.ledger = read('SELECT l.*, s.key, s.kind FROM ledger l JOIN plan_steps s '
                               'ON s.op_id = l.op_id AND s.idx = l.step ORDER BY l.op_id, l.step')
            base.close()

    def of(self, table, op):
        return [row for row in getattr(self, table) if row['op_id'] == op]


# ---- to compare ------------------------------------------------------------

# Of a document: what differs from run to run and says nothing (the version of a group, because its
# facts have changed once the addresses of the copy's own network are others).
VOLATILE = {'ghost', 'created', 'updated', 'launched', 'guest_up', 'at', 'due', 'time', 'guest_ms', 'att',
            'seq', 'serial', 'serial_of', 'actions', 'metadata_version', 'mac', 'destroyed', 'host', 'created_at', 'updated_at', 'made_ms',
            'gone_ms', 'version', 'updated_ms', 'created_ms', 'hwtime'}


def labels(journal, known):
    """{id: what it is}: of operations and of what they made, whatever its id this time."""
    names = {}
    for i, op in enumerate(o for o in journal.operations if o['id'][3:] not in known):
        names[op['id'][3:]] = 'OPERATION-%d' % i
        for e in journal.of('ledger', op['id']):
            if e['resource_id'] and e['resource_id'] not in known:
                names[e['resource_id']] = 'MADE-%d-%s' % (i, e['key'])
    return names


@functools.lru_cache(maxsize=1 << 16)  # worlds are copies: nearly all of it was seen before
def plain_text(text):
    """A text without times, and without the numbers that every run has of its own."""
    text = POINT.sub('ptr-OPERATION', POOL.sub(r'127.N.\1.x', NET.sub('127.N.', text)))
    return NUMBERED.sub(r'\1.N', DATE.sub('TIME', text))


def plain(value, names, known):
    """A value without ids and times."""
    if isinstance(value, str):
        if '-' in value:
            value = UUID.sub(lambda m: names.get(m[0], m[0] if m[0] in known else 'ID'), value)
        return plain_text(value)
    if isinstance(value, dict):
        return {plain(k, names, known): plain(v, names, known) for k, v in sorted(value.items())
                if k not in VOLATILE}
    if isinstance(value, list):
        return sorted((plain(v, names, known) for v in value), key=repr)
    if isinstance(value, (int, float)) and value > 1e11:
        return 'TIME'
    return value


PLAIN = {}  # of documents in which every id is one that was there before


def plain_document(doc, names, known):
    """(its text to sort by, the document without ids and times)."""
    new = not doc.ids <= known
    found = None if new else PLAIN.get(doc.line)
    if not found:
        value = plain(doc, names, known)
        found = repr(value), value
        if not new and len(PLAIN) < 1 << 14:
            PLAIN[doc.line] = found
    return found


def plain_documents(docs, names, known):
    return [value for _, value in sorted((plain_document(d, names, known) for d in docs),
                                         key=operator.itemgetter(0))]


def known_ids(world):
    """Ids that were there before: they are the same in every copy of the ground."""
    if not world.known:
        world.known = frozenset(world.scenario.known).union(*(
            d.ids for kinds in world.before.values() for docs in kinds.values() for d in docs))
    return world.known


def end_state(world, look=None):
    """What a run came to: both sites, arrays, ledger, history and groups, without ids and times."""
    look = look or world.look()
    journal, known = look.journal, known_ids(world)
    names, state = labels(journal, known), {}
    for site, kinds in look.documents.items():
        for kind, docs in kinds.items():
            state['%s %s' % (site, kind)] = plain_documents(docs, names, known)
    for op in journal.operations:
        name = names.get(op['id'][3:], op['id'])
        state['%s header' % name] = [op['type'], op['status'], op['verdict'], op['progress'],
                                     op['source_site'], op['target_site'],
                                     plain(op['parent'], names, known), bool(op['error_message'])]
        state['%s steps' % name] = sorted((s['key'], s['status'])
                                          for s in journal.of('steps', op['id']))
        state['%s ledger' % name] = sorted((e['key'], e['type'], e['site'], e['state'])
                                           for e in journal.of('ledger', op['id']))
    if world.scenario.forced:  # the primary that lives on is seen when it is looked at
        for group in journal.groups:
            group.pop('split_brain', None)
    for group in journal.groups:  # only noted, and looked for again wherever it is needed
        group.pop('array_group_secondary', None)
    state['groups'] = plain(journal.groups, names, known)
    return state


def differences(was, now, most=6):
    return list(compare('', was, now))[:most]


def compare(path, a, b):
    """Lines: where two values differ, as near to the leaf as it can be said."""
    if a == b:
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            yield from compare('%s/%s' % (path, key), a.get(key), b.get(key))
    elif isinstance(a, list) and isinstance(b, list):
        less, more = [x for x in a if x not in b], [x for x in b if x not in a]
        if len(less) == len(more) and all(isinstance(x, dict) for x in less + more):
            for i, (x, y) in enumerate(zip(less, more)):
                yield from compare('%s[%d]' % (path, i), x, y)
        else:
            yield '%s: missing %s, too much %s' % (path, brief(less), brief(more))
    else:
        yield '%s: expected %s, found %s' % (path, brief(a), brief(b))


def brief(value):
    text = repr(value)
    return text if len(text) < 500 else text[:500] + '...'


class Ground:
    """The template of a scenario, and what an undisturbed run of it comes to."""

    def __init__(self, programs, scenario):
        self.programs, self.scenario = programs, scenario
        self.folder = tempfile.mkdtemp(prefix='pc-ground-', dir=room())
        self.template = os.path.join(self.folder, 'state')
        self.ends, self.places, self.count = [], collections.Counter(), 0

    def prepare(self):
        with World(self.programs, self.scenario) as w:
            w.run('--config', os.path.join(w.state, 'lab', 'protector-console.cfg'), 'site', 'list')
            subprocess.run([os.path.join(self.programs, 'protector-console'), '--state-dir',
                            w.state, 'protection-group', 'list'], stdin=subprocess.DEVNULL,
                           capture_output=True, timeout=LONGEST, env=w.env, check=True)
            for step in self.scenario.prepare:
                self.lead(w, step)
            w.end_lab()
            shutil.copytree(w.state, self.template, ignore=shutil.ignore_patterns(
                'lock', 'lab.json', 'console.log'))
        return self

    def lead(self, w, step):
        """One step of preparing, and the ids that it made."""
        if callable(step):
            step(w)
        else:
            done = w.run(*self.scenario.fill(step, w))
            assert done.returncode == 0, 'preparing %s: %s: %s%s' % (
                self.scenario.name, step, done.stdout, done.stderr)
        if w.has_history():
            made = w.journal()
            self.scenario.known.update(UUID.findall(json.dumps([made.operations, made.ledger])))

    def world(self, **options):
        return World(self.programs, self.scenario, self.template, **options)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def killed(done):
    return done.returncode == -signal.SIGKILL
