"""A lab at realistic speed, the console on it, and what a run of the console cost."""
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

from parts import bound

# Every third plain server of the lab has a second volume; the first eleven are of its own groups.
TICK = os.sysconf('SC_CLK_TCK')


class Cost:
    """Of one process: processor seconds, and the most memory it ever held, in KiB."""

    def __init__(self):
        self.cpu, self.kib = 0.0, 0

    def look(self, pid):
        """False: it is not there any more."""
        try:
            with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as f:
                fields = f.read().rsplit(')', 1)[1].split()
            with open('/proc/%d/status' % pid, encoding='ascii', errors='replace') as f:
                high = [line for line in f if line.startswith('VmHWM:')]
        except OSError:
            return False
        if not high:    # a zombie
            return False
        self.cpu = (int(fields[11]) + int(fields[12])) / TICK
        self.kib = int(high[0].split()[1])
        return True


class World:
    def __init__(self, programs, servers, groups=3, latency='fixed:50', extra=()):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix='pc-bench-')
        self.state = os.path.join(self.folder, 'state')
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(('OS_', 'XDG_'))}
        self.env.update(HOME=self.folder, LC_ALL='C.UTF-8', TERM='dumb')
        lab = os.path.join(self.folder, 'lab')
        os.makedirs(lab, mode=0o700)
        self.lab = subprocess.Popen(
            [os.path.join(programs, 'protector-lab'), '--state-dir', lab, '--servers',
             str(servers), '--groups', str(groups), '--latency', latency,
             '--boot-time', 'fixed:%d' % (bound.BOOT * 1000),
             '--volume-time', 'fixed:%d' % (bound.VOLUME * 1000), '--page-size', '1000', *extra],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self.env)
        if b'ready' not in self.lab.stdout.readline():
            raise SystemExit('error: the lab did not start')
        with open(os.path.join(lab, 'lab.json'), encoding='utf-8') as f:
            self.control = json.load(f)['control_url']
        self.clouds = os.path.join(lab, 'clouds.yaml')
        self.config(os.path.join(lab, 'protector-console.cfg'), '')

    def config(self, path, extra):
        """The lab's configuration with more in it, and without its arrays: they replicate the
        lab's own groups, and not those that are made here."""
        with open(path, encoding='utf-8') as f:
            text = re.sub(r'\barray = \{[^}]*\};', '', f.read())
        self.lab_config = path
        self.config_file = os.path.join(self.folder, 'bench.cfg')
        with open(self.config_file, 'w', encoding='utf-8') as f:
            f.write(text + extra)
        os.chmod(self.config_file, 0o600)

    def with_options(self, extra):
        self.config(self.lab_config, extra)

    def end_engine(self):
        """Of a measurement that was broken off: the engine that a command left behind."""
        try:
            pid = self.history('SELECT pid FROM lease')[0][0]
            with open('/proc/%d/cmdline' % pid, encoding='utf-8', errors='replace') as f:
                if self.state in f.read():
                    os.kill(pid, signal.SIGTERM)
        except (OSError, IndexError, sqlite3.Error):
            pass

    def close(self):
        self.end_engine()
        self.lab.terminate()
        self.lab.wait(30)
        self.lab.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def documents(self, site, kind):
        url = '%s/state?site=%s&kind=%s' % (self.control, site, kind)
        with urllib.request.urlopen(url, timeout=60) as reply:
            return json.load(reply)['documents']

    def two_volume_servers(self, count):
        names = sorted(d['name'] for d in self.documents('site-a', 'server')
                       if d['name'].startswith('vm-') and len(d['vols']) == 2)
        if len(names) < count:
            raise SystemExit('error: the lab has %d servers with two volumes' % len(names))
        return names[:count]

    def command(self, *args, state=None):
        return [os.path.join(self.programs, 'protector-console'), '--config', self.config_file,
                '--state-dir', state or self.state, *args]

    def run(self, *args, state=None):
        """What a command printed that must succeed."""
        with tempfile.TemporaryFile(mode='w+') as out, tempfile.TemporaryFile(mode='w+') as err:
            done = subprocess.run(self.command(*args, state=state), stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=err, env=self.env, check=False)
            out.seek(0)
            err.seek(0)
            text, said = out.read(), err.read()
        if done.returncode:
            raise SystemExit('error: %s: %s' % (' '.join(args), said[-2000:]))
        return text

    def until_idle(self, state=None):
        """Waits for the engine that a command left behind; its Cost."""
        cost, pid = Cost(), 0
        while True:
            open_ops, = self.history('SELECT count(*) FROM operations WHERE open = 1',
                                     state=state)[0]
            pid = self.history('SELECT pid FROM lease', state=state)[0][0] or pid
            there = cost.look(pid)
            if not open_ops:
                return cost
            if pid and not there and not self.history('SELECT pid FROM lease', state=state)[0][0]:
                raise SystemExit('error: the engine has left its work')
            time.sleep(0.2)

    def json(self, *args, state=None):
        return json.loads(self.run(*args, '-f', 'json', state=state))

    def protect(self, group, servers, state=None):
        self.run('protection-group', 'create', group, '--primary', 'site-a', '--secondary',
                 'site-b', '--flavor-mapping', 'm1.large=m2.large', state=state)
        for i in range(0, len(servers), 100):
            self.run('protection-group', 'add-member', group, *servers[i:i + 100], state=state)

    def history(self, sql, *values, state=None):
        db = sqlite3.connect('file:%s/history.db?mode=ro' % (state or self.state), uri=True)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()
