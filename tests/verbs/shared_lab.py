#!/usr/bin/env python3
"""The built-in lab belongs to all consoles of a state directory: it lives as long as one of them.

usage: shared_lab.py FOLDER_OF_THE_PROGRAMS
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from stage import Report

TURNS = 8
LONGEST = 60  # seconds


class Bench:
    """A state directory without a configuration: the consoles start the lab themselves."""

    def __init__(self, programs):
        self.folder = tempfile.mkdtemp(prefix='pc-shared-')
        self.state = os.path.join(self.folder, 'state')
        self.argv = [os.path.join(os.path.abspath(programs), 'protector-console'), '--state-dir',
                     self.state]
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(('OS_', 'XDG_'))}
        self.env.update(HOME=self.folder, LC_ALL='C.UTF-8', TERM='dumb')

    def stays(self):
        """A console that uses the lab until its input ends."""
        process = subprocess.Popen([*self.argv, '--linear'], env=self.env, cwd=self.folder, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        process.stdin.write('site list\n')
        process.stdin.flush()
        while 'site-b' not in (line := process.stdout.readline()):
            assert line, 'the console ended'
        return process

    def asks(self):
        """A console that reads both sites and ends."""
        done = subprocess.run([*self.argv, 'site', 'list'], env=self.env, cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=LONGEST, check=False)
        return done, done.returncode == 0 and done.stdout.count(' active ') == 2

    def lab(self):
        """The lab that is announced, or None."""
        try:
            with open(os.path.join(self.state, 'lab', 'lab.json'), encoding='utf-8') as f:
                return json.load(f)['pid']
        except FileNotFoundError:
            return None


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open('/proc/%d/stat' % pid, encoding='utf-8') as f:
        return f.read().rsplit(')', 1)[1].split()[0] != 'Z'


def gone(pid):
    until = time.monotonic() + 10
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not lives(pid)


def killed(process):
    process.kill()
    process.communicate()


def main():
    report, bench = Report(), Bench(sys.argv[1])
    try:
        first = bench.stays()
        lab = bench.lab()
        second = bench.stays()
        report.check('two consoles, one lab', bench.lab() == lab)
        killed(first)
        done, well = bench.asks()
        report.check('who started it is killed: the other goes on', well,
                     done.stdout + done.stderr)
        report.check('with the same lab', bench.lab() == lab and lives(lab))
        second.communicate('', timeout=LONGEST)
        report.check('the last one leaves: it ends', gone(lab) and bench.lab() is None)
        for turn in range(TURNS):
            running = bench.stays()
            running.kill()  # and at the same moment somebody comes
            done, well = bench.asks()
            running.communicate()
            report.check('turn %d: whoever comes while it ends finds one' % turn,
                         well, done.stdout + done.stderr)
        lab = bench.lab()
        report.check('nobody is left, and none runs', lab is None or gone(lab))
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
