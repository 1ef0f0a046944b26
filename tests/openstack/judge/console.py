"""The program under judgement, run as an operator runs it: its own state, its own configuration."""
import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from .sites import CLOUDS

GROUP = 'prod-web-app'
MEMBERS = ('web-01', 'app-01', 'db-01')
PATIENCE = 300      # seconds that any one command may take

CONFIG = '''clouds_file = "%s";
sites = (
    { name = "site-a"; cloud = "site-a"; type = "primary"; },
    { name = "site-b"; cloud = "site-b"; type = "secondary"; }
);
storage: { mode = "mock"; };
'''


class Ended:
    """How one command ended."""

    def __init__(self, args, code, out, err, seconds):
        self.args, self.code, self.out, self.err, self.seconds = args, code, out, err, seconds

    def json(self):
        """The JSON on stdout, with keys in lower case and underscores; None if there is none."""
        try:
            return plain(json.loads(self.out))
        except ValueError:
            return None

    def __str__(self):
        last = (self.err.strip() or self.out.strip()).splitlines()[-3:]
        return 'exit %s after %.1f s: %s' % (self.code, self.seconds, ' | '.join(last))


def plain(value):
    """Column headings as field names: 'Operation ID' becomes 'operation_id'."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k.lower().replace(' ', '_'): v for k, v in value.items()}
    return value


def drain(terminal):
    """Reads what is painted, so that the painter never waits."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 65536):
            pass


def op_id(operation):
    return operation.get('operation_id') or operation.get('id')


class Console:
    def __init__(self, program):
        self.program = program
        self.dir = tempfile.mkdtemp(prefix='protector-suite-')
        self.config = os.path.join(self.dir, 'protector-console.cfg')
        with open(self.config, 'w') as f:
            f.write(CONFIG % CLOUDS)
        self._running = set()

    def _argv(self, args):
        return [self.program, '--config', self.config,
                '--state-dir', os.path.join(self.dir, 'state'), *args]

    def start(self, *args):
        """A command in a session of its own; give it to finish() or kill()."""
        out = tempfile.TemporaryFile('w+', dir=self.dir)
        err = tempfile.TemporaryFile('w+', dir=self.dir)
        p = subprocess.Popen(
            self._argv(args), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True, text=True,
            env={'PATH': os.environ['PATH'], 'HOME': self.dir, 'LANG': 'C.UTF-8', 'TERM': 'dumb'})
        p.out, p.err, p.began, p.words = out, err, time.monotonic(), args
        self._running.add(p)
        return p

    def finish(self, p, seconds=PATIENCE):
        """Waits for the end; what takes too long is killed and ends with code None."""
        try:
            code = p.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill(p)
            code = None
        self._running.discard(p)
        for f in (p.out, p.err):
            f.seek(0)
        ended = Ended(p.words, code, p.out.read(), p.err.read(), time.monotonic() - p.began)
        p.out.close()
        p.err.close()
        return ended

    def kill(self, p):
        """kill -9 of the command and of all that it started."""
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        p.wait()

    @contextlib.contextmanager
    def screens(self):
        """The full screen, open on a terminal of its own."""
        pid, terminal = pty.fork()
        if pid == 0:
            argv = self._argv(())
            os.execve(argv[0], argv, {'PATH': os.environ['PATH'], 'HOME': self.dir,
                                      'LANG': 'C.UTF-8', 'TERM': 'xterm-256color'})
        reader = threading.Thread(target=drain, args=(terminal,), daemon=True)
        reader.start()
        try:
            yield
        finally:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
            os.close(terminal)

    def run(self, *args):
        return self.finish(self.start(*args))

    def make_group(self):
        """Creates the group with its three members; RuntimeError if the console will not."""
        for args in (('protection-group', 'create', GROUP,
                      '--primary', 'site-a', '--secondary', 'site-b'),
                     ('protection-group', 'add-member', GROUP, *MEMBERS)):
            r = self.run(*args)
            if r.code != 0:
                raise RuntimeError('%s: %s' % (' '.join(args), r))

    def operation(self, op):
        """What the console says of an operation; {} if it says nothing that can be read."""
        return self.run('operation', 'show', op, '-f', 'json').json() or {}

    def operations(self):
        return self.run('operation', 'list', '-f', 'json').json() or []

    def close(self, keep):
        for p in list(self._running):
            self.kill(p)
        if not keep:
            shutil.rmtree(self.dir, ignore_errors=True)
