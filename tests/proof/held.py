"""One run, held at many of its boundaries, and the worlds that SIGKILL would have left there.

To run up to every boundary anew costs more than what is proved there. So an engine is stopped
(SIGSTOP) at every so-many-th of its boundaries. While it stands still, all that a killed one would
leave is copied: its state directory, and the sites, once they have done what was on its way to
them. Then it goes on, and each copy gets a lab and an engine of its own. At the last of its
boundaries it is killed for good, and what it leaves is compared with the copy of that moment.

Addresses of guests are in the journal, so a copy must be served in the same network as the run:
a run and its copies are in a lane, and the network of a lane is nobody else's.
"""
import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

from ground import LONGEST, SITES, World, room

TRIES = 5  # to find the sites at rest
NETS = range(250, 15, -1)  # labs that choose for themselves begin anywhere and go up


class Lane:
    """Worlds of one ground, one after the other, in a network that is kept for them.

    It is claimed as a lab does (backend/lab/net.c): by the name of an abstract socket.
    """

    def __init__(self, ground):
        self.ground, self.claim = ground, socket.socket(socket.AF_UNIX)
        for self.net in NETS:
            try:
                self.claim.bind('\0protector-lab/127.%d' % self.net)
                return
            except OSError:
                continue
        raise OSError('no network is free for the guests')

    def world(self):
        return World(self.ground.programs, self.ground.scenario, self.ground.template, lane=self)

    def close(self):
        self.claim.close()


def left_out(_, names):
    return [n for n in names if n in ('lock', 'lab.json')]


class Resumed(World):
    """A copy of a run as a kill would have left it, with a lab of its own."""

    def __init__(self, source, state, told):
        super().__init__(source.programs, source.scenario, lane=source.lane)
        shutil.rmtree(self.state)
        os.rename(state, self.state)
        self.copy, self.told = True, told
        self.before, self.known = source.before, source.known
        self.secrets.update(source.secrets)

    def __enter__(self):
        self.begin_lab()
        if self.scenario.weather:
            self.scenario.weather(self)
        return self

    def chronicle(self):
        return self.told + super().chronicle()


class Moment:
    """What was copied while an engine stood still: the state, and what had come to be by then."""

    def __init__(self, world):
        self.folder = tempfile.mkdtemp(prefix='pc-held-', dir=room())
        self.state = os.path.join(self.folder, 'state')
        for _ in range(TRIES):
            settled(world)
            self.told = world.chronicle()
            with stopped(world.lab):
                shutil.copytree(world.state, self.state, ignore=left_out)
            if len(world.chronicle()) == len(self.told):
                return
            shutil.rmtree(self.state)  # something came to be while it was copied
        self.remove()
        raise AssertionError('the sites do not come to rest')

    def world(self, source):
        return Resumed(source, self.state, self.told)

    def differs(self, world):
        """Lines: where a killed engine left something else than was copied."""
        names = {n for state in (self.state, world.state) for n in os.listdir(state)} - {'lab'}
        lines = ['killed, %s is not as it was copied' % n for n in sorted(names)
                 if content(self.state, n) != content(world.state, n)]
        # What is not marked may come to be by itself, as a volume of the array that is given up.
        more = [e for e in world.chronicle()[len(self.told):] if e['new'] and e['op']]
        return lines + ['killed, %s %s was made that was not copied' % (e['kind'], e['name'])
                        for e in more]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def content(folder, name):
    try:
        with open(os.path.join(folder, name), 'rb') as f:
            return f.read()
    except FileNotFoundError:
        return None


def settled(world):
    """What was on its way to the sites has arrived: each serves in the order of arrival."""
    for site in SITES:
        line = http.client.HTTPConnection(world.hosts[site], timeout=30)
        try:
            line.request('GET', '/identity')
            line.getresponse().read()
        except (OSError, http.client.HTTPException):
            pass  # it is away
        finally:
            line.close()


class stopped:  # pylint: disable=invalid-name
    """While this holds, that process stands still."""

    def __init__(self, process):
        self.process = process

    def __enter__(self):
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGCONT)


def stands(process):
    """Waits until it stands still (True) or has ended (False), which is left to be seen."""
    seen = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WSTOPPED | os.WNOWAIT)
    if seen.si_code != os.CLD_STOPPED:
        return False
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
    return True


def hold(world, args, first, every, most, **env):
    """Runs args, held at boundary first and every every-th after it, at most so often, and killed
    at the last. (its end, [Moment])"""
    moments = []
    process = world.start(*args, PROTECTOR_BOUNDARY_STOP='%d/%d' % (first, every), **env)
    limit = threading.Timer(LONGEST, process.kill)
    limit.start()
    try:
        while stands(process):
            moments.append(Moment(world))
            process.send_signal(signal.SIGKILL if len(moments) == most else signal.SIGCONT)
    except BaseException:
        process.kill()
        for m in moments:
            m.remove()
        raise
    finally:
        limit.cancel()
        out, err = process.communicate()
    world.said.append((out + err).encode())
    return subprocess.CompletedProcess(args, process.returncode, out, err), moments
