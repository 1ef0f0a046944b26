#!/usr/bin/env python3
"""The manual page and the completions: what the build wrote, and what programs make of it.

A shell or a formatter that is not installed is named, and judged where it is.

usage: printed.py FOLDER_OF_THE_PROGRAMS FOLDER_OF_WHAT_WAS_PRINTED
"""
import gzip
import json
import os
import shutil
import subprocess
import sys

PROGRAMS, MADE = (os.path.abspath(p) for p in sys.argv[1:3])
CONSOLE = os.path.join(PROGRAMS, 'protector-console')
STATE = os.path.join(MADE, 'state-of-printed')
HERE = os.path.dirname(os.path.abspath(__file__))
# For each shell: set the words of a line, the last one under the cursor; print what is offered.
DRIVERS = {
    'bash': '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _protector_console\n'
            'printf "%s\\n" "${COMPREPLY[@]}"',
    'zsh': 'compdef() { :; }; compset() { :; }; _files() { print @files; }\n'
           '_describe() { print -l -- "${(@P)2}"; }\n'
           '. "$1"; shift; words=("$@"); CURRENT=$#; _protector_console',
    'fish': 'source $argv[1]; complete -C "$argv[2..-1]"',
}
# What is typed, what must be offered, and what must not.
LINES = [
    (['oper'], ['operation'], ['list']),
    (['dr', 'operation', ''], ['list', 'watch'], ['operation']),
    (['--state-dir', '/tmp', 'operation', 'w'], ['watch'], []),
    (['failover', 'prod', '--type', ''], ['planned', 'unplanned'], ['--wait']),
    (['protection-group', 'commit', 'prod', '--co'], ['--confirm'], ['--health-check']),
    (['site', 'list', '--li'], ['--linear'], ['--limit']),
    (['operation', 'list', '-f', ''], ['table', 'lines', 'json', 'csv', 'value'], ['list']),
    (['completion', ''], ['bash', 'zsh', 'fish'], []),
    (['names', ''], ['groups', 'operations', 'sites'], []),
    (['operation', 'answer', 'op-1', ''], ['continue', 'stop'], []),
    (['--state-dir', STATE, 'failover', 'prod-w'], ['prod-web-app'], ['prod-billing']),
    (['protection-group', 'add-member', '--state-dir', STATE, ''], ['hr-suite', 'prod-web-app'], []),
    (['--state-dir', STATE, 'protection-group', 'add-member', 'hr-suite', ''], [], ['hr-suite']),
    (['--state-dir', STATE, 'operation', 'list', '--protection-group', ''], ['hr-suite'], ['site-a']),
    (['--state-dir', STATE, 'site', 'show', ''], ['site-a', 'site-b'], ['list', 'bash']),
    (['--state-dir', STATE, 'operation', 'show', ''], ['OPERATION'], ['list', 'bash']),
]
OPERATION = None
broken = 0


def check(what, holds, detail=''):
    global broken
    broken += not holds
    print('%s  %s%s' % ('ok    ' if holds else 'BROKEN', what, '' if holds else '\n' + str(detail)))


def printed(*args):
    home = os.path.join(MADE, 'no-such-home')
    done = subprocess.run([CONSOLE, *args], capture_output=True, text=True, timeout=30,
                          env={'HOME': home, 'PATH': os.environ['PATH']})
    check('%s prints and makes no state' % ' '.join(args),
          done.returncode == 0 and done.stderr == '' and not os.path.exists(home), done.stderr)
    return done.stdout


def formatted(page):
    for program in (['mandoc', '-Tlint'], ['groff', '-ww', '-man', '-Tutf8', '-z'],
                    ['man', '--warnings', '-l']):
        if not shutil.which(program[0]):
            print('skip    %s is not installed' % program[0])
            continue
        done = subprocess.run([*program, page], capture_output=True, text=True, timeout=30,
                              env={**os.environ, 'LC_ALL': 'C.UTF-8', 'MANWIDTH': '80'})
        said = done.stderr + (done.stdout if program[0] == 'mandoc' else '')
        check('%s has nothing to say about %s' % (program[0], os.path.basename(page)),
              done.returncode == 0 and said == '', said)


def offered(shell, script, words):
    driver = ['-c', DRIVERS[shell], 'driver', script] if shell != 'fish' else [
        '--no-config', '-c', DRIVERS[shell], script]
    done = subprocess.run([shell, *(['-f'] if shell == 'zsh' else []), *driver,
                           'protector-console', *words], capture_output=True, text=True,
                          timeout=30, env={**os.environ, 'PATH': PROGRAMS + ':' + os.environ['PATH'],
                                           'LC_ALL': 'C.UTF-8'})
    part = words[-1]
    found = [line.replace('\t', ':').split(':')[0] for line in done.stdout.splitlines()]
    return [word for word in found if word.startswith(part)], done.stderr


def completes(shell, script):
    if not shutil.which(shell):
        print('skip    %s is not installed' % shell)
        return
    for words, wanted, unwanted in LINES:
        wanted = [OPERATION if word == 'OPERATION' else word for word in wanted]
        found, said = offered(shell, script, words)
        check('%s: %s' % (shell, ' '.join(words)), said == '' and all(w in found for w in wanted) and
              not any(w in found for w in unwanted), '%s %s' % (found, said))


def history():
    """What names are completed from: the lab's groups, and a sync that waits to be run."""
    global OPERATION
    shutil.rmtree(STATE, ignore_errors=True)
    for words in (['protection-group', 'list'], ['consistency-group', 'sync', 'hr-suite', '--no-wait']):
        done = subprocess.run([CONSOLE, '--state-dir', STATE, *words, '-f', 'json'],
                              capture_output=True, text=True, timeout=60)
        check(' '.join(words), done.returncode == 0, done.stderr)
    OPERATION = json.loads(done.stdout)['operation_id']


def main():
    history()
    with gzip.open(os.path.join(MADE, 'protector-console.1.gz'), 'rt', encoding='utf-8') as f:
        check('the build wrote the manual page that the program prints', f.read() == printed('--man'))
    formatted(os.path.join(MADE, 'protector-console.1'))
    formatted(os.path.join(HERE, '..', '..', 'packaging', 'protector-lab.1'))
    for shell in DRIVERS:
        script = os.path.join(MADE, 'protector-console.' + shell)
        with open(script, encoding='utf-8') as f:
            check('the build wrote the completion of %s that the program prints' % shell,
                  f.read() == printed('completion', shell))
        completes(shell, script)
    done = subprocess.run([CONSOLE, 'completion', 'tcsh'], capture_output=True, text=True)
    check('another shell is refused with 2', done.returncode == 2 and 'fish' in done.stderr,
          done.stderr)
    subprocess.run([CONSOLE, '--state-dir', STATE, 'engine', '--until-idle'], capture_output=True, timeout=60)
    shutil.rmtree(STATE, ignore_errors=True)
    return 1 if broken else 0


if __name__ == '__main__':
    sys.exit(main())
