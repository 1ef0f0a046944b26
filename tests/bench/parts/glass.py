"""A program on a terminal of its own: keys in, bytes out, each with the time it was seen."""
import fcntl
import math
import os
import re
import select
import signal
import struct
import termios
import time

from parts.cells import Cells

now = time.monotonic    # the clock of the child's time stamp, too
COLS, ROWS = 120, 40
KEYS = {'Down': b'\x1bOB', 'Up': b'\x1bOA', 'Enter': b'\r', 'Esc': b'\x1b', 'Tab': b'\t', 'End': b'\x1bOF',
        'Home': b'\x1bOH'}


def percentile(values, p):
    values = sorted(values)
    return values[min(len(values) - 1, max(0, math.ceil(p / 100 * len(values)) - 1))]


class Line:
    """A slow line: half the round trip each way, and a width that both frames and their
    packets' heads (76 bytes) take turns on."""

    def __init__(self, rtt_ms, kbit):
        self.half, self.rate = rtt_ms / 2000, kbit * 125
        self.free = {'up': 0.0, 'down': 0.0}
        self.on_way = {'up': [], 'down': []}

    def send(self, way, data):
        size = len(data) + 76 * (1 + len(data) // 1400)
        self.free[way] = max(self.free[way], now()) + size / self.rate
        self.on_way[way].append((self.free[way] + self.half, data))

    def arrived(self, way):
        queue = self.on_way[way]
        while queue and queue[0][0] <= now():
            yield queue.pop(0)[1]

    def next(self):
        return min((q[0][0] for q in self.on_way.values() if q), default=math.inf)


class Glass:
    def __init__(self, argv, env, size=(COLS, ROWS), line=None, stdin=None, cells=True):
        self.line, self.size = line, size
        self.seen = []              # (when, bytes)
        self.cells = Cells(*size) if cells else None
        self.master, self.slave = os.openpty()
        self.resize(*size)
        os.set_blocking(self.master, False)
        self.modes = termios.tcgetattr(self.slave)
        self.status = self.ended = None
        stamp, child_stamp = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.become(argv, env, stdin, child_stamp)
        os.close(child_stamp)
        self.began = struct.unpack('d', os.read(stamp, 8))[0]
        os.close(stamp)

    def become(self, argv, env, stdin, stamp):
        try:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.slave, fd)
            if stdin:
                os.dup2(os.open(stdin, os.O_RDONLY), 0)
            for s in (signal.SIGPIPE, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(s, signal.SIG_DFL)
            os.set_inheritable(stamp, False)
            os.write(stamp, struct.pack('d', now()))
            os.closerange(3, stamp)
            os.execvpe(argv[0], argv, env)
        finally:
            os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)
            if not self.wait(10):
                os.kill(self.pid, signal.SIGKILL)
                self.wait(10)
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)

    def resize(self, cols, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))

    def alive(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status, self.ended = status, now()
        return self.status is None

    def show(self, data):
        self.seen.append((now(), data))
        if self.cells:
            self.cells.feed(data)

    def step(self, wait):
        """One wait, at most that many seconds; True: something was seen."""
        before = len(self.seen)
        if self.line:
            wait = min(wait, self.line.next() - now())
            for data in self.line.arrived('up'):
                self.push(data)
        if self.master >= 0 and select.select([self.master], [], [], max(0.0, wait))[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b''
            if self.line and data:
                self.line.send('down', data)
            elif data:
                self.show(data)
        if self.line:
            for data in self.line.arrived('down'):
                self.show(data)
        return len(self.seen) > before

    def push(self, data, limit=20):
        """Writes as fast as it is taken, and reads meanwhile; how many bytes were taken."""
        end, taken = now() + limit, 0
        while taken < len(data) and now() < end:
            try:
                taken += os.write(self.master, data[taken:])
            except BlockingIOError:
                self.step(0.002)
            except OSError:
                break
        return taken

    def send(self, data):
        if self.line:
            self.line.send('up', data)
        else:
            self.push(data)

    def key(self, *names):
        for name in names:
            self.send(KEYS.get(name) or name.encode())

    def run(self, seconds):
        end = now() + seconds
        while now() < end:
            self.step(end - now())

    def quiet(self, gap, limit, first=False):
        """Until nothing was seen for `gap` seconds (with `first`: of which something was seen
        before); False at the limit."""
        begun, before = now(), len(self.seen)
        while now() - begun < limit:
            some = len(self.seen) > before
            last = self.seen[-1][0] if some else begun
            if (some or not first) and now() - last >= gap and not (
                    self.line and self.line.next() < math.inf):
                return True
            self.step(min(gap, 0.05) if not some else max(0.0002, last + gap - now()))
            if not some and not self.alive():
                return True
        return False

    def until(self, pattern, limit=20):
        rx, end = re.compile(pattern), now() + limit
        while not rx.search(self.cells.text()):
            if now() > end or not self.alive():
                raise SystemExit('error: %r does not come; there is\n%s' % (pattern, self.cells.text()))
            self.step(0.05)

    def press(self, name, gap=0.025, limit=1.0):
        """(seconds to the last byte of the answer, bytes), or None."""
        self.quiet(0.03, 0.5)
        before, begun = len(self.seen), now()
        self.key(name)
        self.quiet(gap, limit, first=True)
        got = self.seen[before:]
        return (got[-1][0] - begun, sum(len(d) for _, d in got)) if got else None

    def total(self, since=0):
        return sum(len(d) for _, d in self.seen[since:])

    def wait(self, limit):
        end = now() + limit
        while self.alive() and now() < end:
            self.step(0.02)
        while self.step(0.02):
            pass
        return self.status is not None

    def hang_up(self):
        """The line drops: nobody has the terminal any more."""
        for fd in (self.master, self.slave):
            os.close(fd)
        self.master = self.slave = -1

    def end_word(self):
        if self.status is None:
            return 'runs on'
        if os.WIFSIGNALED(self.status):
            return signal.Signals(os.WTERMSIG(self.status)).name
        return 'exit %d' % os.WEXITSTATUS(self.status)

    def left(self):
        """What is not as it was before the program."""
        found = self.cells.left()
        if termios.tcgetattr(self.slave)[:6] != self.modes[:6]:
            found.append('modes')
        return found


class Load:
    """Of a live process: processor time, wake-ups and memory."""

    def __init__(self, pid):
        self.pid = pid
        self.at, self.cpu, self.wakes, self.main = now(), 0.0, 0, 0.0
        base = '/proc/%d/task' % pid
        for task in os.listdir(base):
            with open('%s/%s/schedstat' % (base, task), encoding='ascii') as f:
                spent = int(f.read().split()[0]) / 1e9
            with open('%s/%s/status' % (base, task), encoding='utf-8') as f:
                self.wakes += int(re.search(r'^voluntary_ctxt_switches:\s+(\d+)', f.read(),
                                            re.M).group(1))
            self.cpu += spent
            if int(task) == pid:
                self.main = spent

    @staticmethod
    def pss(pid):
        """KiB of its own, and its part of what is shared."""
        with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as f:
            return int(re.search(r'^Pss:\s+(\d+)', f.read(), re.M).group(1))
