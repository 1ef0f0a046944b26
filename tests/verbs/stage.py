"""What the end-to-end tests of the command line share: the real programs on a lab of their own."""
import json
import os
import pty
import select
import shutil
import subprocess
import tempfile
import time


class Stage:
    """A state directory, a lab that runs fast in it, and the console on both."""

    def __init__(self, programs, speed=20):
        self.programs = os.path.abspath(programs)
        self.folder = tempfile.mkdtemp(prefix='pc-stage-')
        self.state = os.path.join(self.folder, 'state')
        self.speed = speed
        self.lab = None
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(('OS_', 'XDG_'))}
        self.env.update(HOME=self.folder, LC_ALL='C.UTF-8', TERM='xterm')
        os.makedirs(os.path.join(self.state, 'lab'), mode=0o700)

    def __enter__(self):
        self.lab = subprocess.Popen(
            [self.program('protector-lab'), '--state-dir', os.path.join(self.state, 'lab'),
             '--speed', str(self.speed)],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self.env)
        assert b'ready' in self.lab.stdout.readline(), 'the lab did not start'
        return self

    def __exit__(self, *_):
        self.lab.terminate()
        self.lab.wait(20)
        self.lab.stdout.close()
        shutil.rmtree(self.folder)

    def program(self, name):
        return os.path.join(self.programs, name)

    def command(self, *args):
        return [self.program('protector-console'), '--state-dir', self.state, *args]

    def file(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def run(self, *args, seconds=60, **env):
        """The finished process, with its texts; a later --state-dir wins over the stage's."""
        return subprocess.run(self.command(*args), stdin=subprocess.DEVNULL, timeout=seconds,
                              capture_output=True, text=True, env={**self.env, **env},
                              cwd=self.folder)

    def linear(self, *lines, args=(), seconds=60):
        """--linear with these lines as its input, which is a pipe and then ends."""
        return subprocess.run(self.command('--linear', *args), env=self.env, cwd=self.folder,
                              input=''.join(line + '\n' for line in lines), timeout=seconds,
                              capture_output=True, text=True)

    def start(self, *args, **env):
        return subprocess.Popen(self.command(*args), stdin=subprocess.DEVNULL,
                                env={**self.env, **env},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                cwd=self.folder)

    def json(self, *args, **env):
        done = self.run(*args, '-f', 'json', **env)
        assert done.returncode == 0, '%s: %s' % (args, done.stderr)
        return json.loads(done.stdout)

    def on_terminal(self, *args, seconds=20, when=None, keys='', **env):
        """Exit code and all that was written, on a terminal; `keys` are sent when `when` shows."""
        return self.in_terminal(args, [(when, keys)] if when else [], seconds, **env)

    def in_terminal(self, args, steps, seconds=20, **env):
        """The same with several steps, each a text to wait for and the keys that follow it; a
        step counts what was written since the one before. Keys may be made by a function; None
        is a line that drops."""
        steps, seen = list(steps), 0
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(self.program('protector-console'), self.command(*args), {**self.env, **env})
        said, until = b'', time.monotonic() + seconds
        while time.monotonic() < until:
            if steps and steps[0][1] is None and steps[0][0].encode() in said[seen:]:
                break
            if not select.select([fd], [], [], 0.2)[0]:
                continue
            try:
                more = os.read(fd, 65536)
            except OSError:
                break
            if not more:
                break
            said += more
            while steps and steps[0][1] is not None and steps[0][0].encode() in said[seen:]:
                seen = len(said)
                keys = steps.pop(0)[1]
                os.write(fd, (keys() if callable(keys) else keys).encode())
        else:
            os.kill(pid, 9)
        os.close(fd)
        status = os.waitpid(pid, 0)[1]
        return os.waitstatus_to_exitcode(status), said.decode('utf-8', 'replace')


class Report:
    """Counts what held and what did not; the exit code follows."""

    def __init__(self):
        self.held, self.broken = 0, 0

    def check(self, what, holds, detail=''):
        if holds:
            self.held += 1
        else:
            self.broken += 1
        print('%s  %s%s' % ('ok    ' if holds else 'BROKEN', what,
                            '' if holds or not detail else '\n        ' + str(detail)), flush=True)
        return holds

    def end(self):
        print('%d held, %d broken' % (self.held, self.broken))
        return 1 if self.broken or not self.held else 0
