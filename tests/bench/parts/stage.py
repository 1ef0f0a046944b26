"""What is measured: the console on a filled history, the floor, and what Debian has beside it."""
import functools
import os
import shutil
import subprocess
import sys

from parts.glass import Glass
from parts.world import World

LOG_LINES = 200000
FIRST_GROUP = 'bench'


def environment(home, **more):
    env = {k: v for k, v in os.environ.items()
           if k in ('PATH', 'USER', 'LOGNAME', 'LD_LIBRARY_PATH', 'ASAN_OPTIONS')}
    env.update({'HOME': home, 'TERM': 'xterm-256color', 'LANG': 'C.UTF-8', **more})
    return env


class Peer:
    """A program that shows a list, and how it is asked to."""

    def __init__(self, name, argv, cwd=None):
        self.name, self.argv, self.cwd = name, argv, cwd


class Stage:
    """One world for all parts: a lab that serves, and a state directory for each number of
    groups, made when it is first asked for."""

    def __init__(self, programs, latency='lognormal:6,40', servers=60):
        self.world = World(programs, servers, latency=latency)
        self.poll_every(10)
        self.programs = programs
        self.home = os.path.join(self.world.folder, 'home')
        os.mkdir(self.home)
        self.states = {}

    def poll_every(self, seconds):
        with open(self.world.config_file, 'r+', encoding='utf-8') as f:
            text = f.read().replace('engine: {', 'engine: { site_poll_seconds = %d;' % seconds)
            f.seek(0)
            f.write(text)

    def close(self):
        self.world.close()

    def program(self, name):
        return os.path.join(self.programs, name)

    def state(self, groups):
        """The state directory that has so many."""
        if not self.states:
            seed = os.path.join(self.world.folder, 'seed')
            self.world.protect(FIRST_GROUP, self.world.two_volume_servers(2), state=seed)
            self.states[1] = seed
        if groups not in self.states:
            made = os.path.join(self.world.folder, 'groups-%d' % groups)
            shutil.copytree(self.states[1], made)
            subprocess.run([self.program('bench_groups'), made, FIRST_GROUP, str(groups)], check=True)
            self.states[groups] = made
        return self.states[groups]

    def env(self, **more):
        return environment(self.home, **more)

    def console(self, groups, *flags, more=None, **glass):
        """As on the first day: not where the last one was left."""
        session = os.path.join(self.state(groups), 'session.json')
        if os.path.exists(session):
            os.remove(session)
        return Glass(self.world.command(*flags, state=self.state(groups)), self.env(**(more or {})),
                     **glass)

    def loaded(self, groups, *flags, more_groups=0, **glass):
        """The console once all is there: every group (and more, which were made in that state
        directory since), and both sites read."""
        g = self.console(groups, *flags, **glass)
        g.until(r'read (now|\d+s ago)')
        g.until(r'Protection groups +%d\b' % (groups + more_groups), 60)
        g.quiet(0.3, 5)
        return g

    @functools.cached_property
    def peers(self):
        """Those that are installed, with something long to show."""
        log, repo, found = self.log_file(), self.history_of_git(), []
        wanted = [('htop', ['htop'], None), ('tig', ['tig'], repo), ('lnav', ['lnav', '-N', log], None),
                  ('less', ['less', log], None)]
        for name, argv, cwd in wanted:
            if shutil.which(name) and (name != 'tig' or repo):
                found.append(Peer(name, argv, cwd))
            else:
                print('%s is not installed: left out' % name, file=sys.stderr)
        return found

    def peer(self, peer, **glass):
        argv = ['env', '-C', peer.cwd] + peer.argv if peer.cwd else peer.argv
        return Glass(argv, self.env(), **glass)

    def log_file(self):
        path = os.path.join(self.world.folder, 'long.log')
        with open(path, 'w', encoding='ascii') as f:
            for i in range(LOG_LINES):
                f.write('2026-01-%02d %02d:%02d:%02d INFO host-%03d request %06d took %d ms\n' %
                        (1 + i // 86400 % 28, i // 3600 % 24, i // 60 % 60, i % 60, i % 977, i,
                         i * 31 % 997))
        return path

    def history_of_git(self):
        """A repository of a thousand commits, for tig; None: there is no git."""
        path = os.path.join(self.world.folder, 'repo')
        if not shutil.which('git'):
            return None
        subprocess.run(['git', 'init', '-q', path], check=True)
        commits = ''.join('commit refs/heads/main\ncommitter A <a@example.org> %d +0000\ndata 12\n'
                          'change %05d\n' % (1700000000 + i, i) for i in range(1000))
        subprocess.run(['git', '-C', path, 'fast-import', '--quiet'], check=True,
                       input=commits.encode())
        subprocess.run(['git', '-C', path, 'symbolic-ref', 'HEAD', 'refs/heads/main'], check=True)
        return path
