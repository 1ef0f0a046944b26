#!/usr/bin/env python3
"""A Debian package is built, unpacked, and its console runs from there, on its own lab.

usage: deb.py BUILD_FOLDER CPACK
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

BUILD, CPACK = sys.argv[1:3]
WANTED = ['usr/bin/protector-console', 'usr/bin/protector-lab',
          'usr/share/man/man1/protector-console.1.gz', 'usr/share/man/man1/protector-lab.1.gz',
          'usr/share/bash-completion/completions/protector-console',
          'usr/share/zsh/vendor-completions/_protector-console',
          'usr/share/fish/vendor_completions.d/protector-console.fish',
          'usr/share/protector-console/themes/dark.theme',
          'usr/share/doc/protector-console/copyright',
          'usr/share/doc/protector-console/changelog.gz',
          'usr/share/doc/protector-console/linear.md',
          'usr/share/doc/protector-console/examples/protector-console.cfg']
broken = 0


def check(what, holds, detail=''):
    global broken
    broken += not holds
    print('%s  %s%s' % ('ok    ' if holds else 'BROKEN', what, '' if holds else '\n' + str(detail)))


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=90, **more)


def main():
    with tempfile.TemporaryDirectory(prefix='pc-deb-') as folder:
        done = run(CPACK, '-G', 'DEB', '--config', os.path.join(BUILD, 'CPackConfig.cmake'),
                   '-B', folder)
        packages = glob.glob(os.path.join(folder, '*.deb'))
        check('cpack makes one package', done.returncode == 0 and len(packages) == 1,
              done.stdout + done.stderr)
        if not packages:
            return 1
        depends = run('dpkg-deb', '-f', packages[0], 'Depends').stdout
        check('what it needs is found in what it links', all(
            name in depends for name in ('libc6', 'libcurl4', 'libsqlite3-0', 'libncursesw6')), depends)
        root = os.path.join(folder, 'root')
        run('dpkg-deb', '-x', packages[0], root)
        missing = [path for path in WANTED if not os.path.isfile(os.path.join(root, path))]
        check('everything is in its place', not missing, missing)
        console = os.path.join(root, 'usr/bin/protector-console')
        env = {'HOME': folder, 'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}
        done = run(console, '--once', '-f', 'json', env=env, stdin=subprocess.DEVNULL)
        check('the unpacked console finds the unpacked lab', done.returncode == 0 and
              len(json.loads(done.stdout)['protection_groups']) == 3, done.stdout[:300] + done.stderr)
        done = run(console, '--linear', env=env, input='operation list\nq\n')
        check('and talks', done.returncode == 0 and 'home> ' in done.stdout, done.stdout + done.stderr)
    return 1 if broken else 0


if __name__ == '__main__':
    sys.exit(main())
