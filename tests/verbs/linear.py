#!/usr/bin/env python3
"""The console without a full screen, on a lab: by pipe, by terminal, once for programs.

usage: linear.py FOLDER_OF_THE_PROGRAMS
"""
import json
import os
import re
import subprocess
import sys

from sites import differences, inventory
from stage import Report, Stage

GROUP = 'prod-web-app'
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs', 'linear.md')
NUMBER = re.compile(r'^(\d+)\. (.*)$', re.M)
# What a line may be made of: no control but the end of it, nothing drawn.
PLAIN = re.compile(r'^[^\x00-\x09\x0b-\x1f\x7f\u2500-\u259f\u2800-\u28ff]*$')


def home_is_plain(report, stage, _):
    done = stage.linear()
    report.check('home is told, and the end of the input ends it with 0',
                 done.returncode == 0 and 'prod-web-app: active at site-a' in done.stdout and
                 'site-b, secondary, active: identity' in done.stdout and
                 'Running: 0' in done.stdout, done.stdout + done.stderr)
    report.check('in plain lines: no control character, nothing drawn',
                 PLAIN.match(done.stdout), repr(done.stdout))
    report.check('nothing is left for the error stream', done.stderr == '', done.stderr)
    numbers = [int(n) for n, _ in NUMBER.findall(done.stdout)]
    report.check('its lines are numbered from 1 on', numbers == list(range(1, len(numbers) + 1)) and
                 len(numbers) > 6, numbers)


def row(text, what):
    """The number of the last line that was told so."""
    return [n for n, line in NUMBER.findall(text) if line.startswith(what)][-1]


def by_number_and_by_name(report, stage, _):
    first = stage.linear()
    number = row(first.stdout, GROUP)
    by_number = stage.linear(number, 'q')
    by_name = stage.linear(GROUP, 'quit')
    report.check('a group is gone to by its number, and by its name',
                 row(by_number.stdout, 'drill') == row(by_name.stdout, 'drill') and
                 by_name.returncode == 0, by_number.stdout + by_name.stdout)
    report.check('what is not possible has its number, and the reason once',
                 re.search(r'^Not now: .*\d+\. commit \(M\), \d+\. rollback \(R\).*: The group serves',
                           by_name.stdout, re.M), by_name.stdout)
    done = stage.linear(GROUP, 'M')
    report.check('asked for all the same, it says why; the exit code is 1',
                 'commit is not possible now: The group serves' in done.stdout and
                 done.returncode == 1, done.stdout)
    done = stage.linear('/billing')
    report.check('/ narrows the groups', '1. prod-billing' in done.stdout.split('> /billing')[1] and
                 'prod-web-app' not in done.stdout.split('> /billing')[1], done.stdout)


def a_script_that_errs(report, stage, before):
    for line, what in (('99', 'no line of that number'), ('dril', 'not understood'),
                       ('drill', 'of what?'), ('failover "prod', 'a quote does not end')):
        done = stage.linear(line, 'drill ' + GROUP, '', '1', '2')
        report.check('after %s nothing more is read, and it ends with 2' % line,
                     done.returncode == 2 and what in done.stdout and 'begun' not in done.stdout,
                     done.stdout[-400:])
    done = stage.linear('x' * 2000, 'q')
    report.check('a line without end is refused, not taken in parts',
                 'too long' in done.stdout and done.returncode == 0, done.stdout[-300:])
    done = stage.linear('a\x1b[2J\u202eb', 'q')
    report.check('what is said back is clean', '\x1b' not in done.stdout and
                 '\u202e' not in done.stdout and done.returncode == 2, repr(done.stdout[-300:]))
    report.check('nothing was touched', not differences(before, inventory(stage)))


def a_drill(report, stage, before):
    done = stage.linear(GROUP, 'drill', 'http:/healthz', 'no', '')
    report.check('a drill shows its plan, and Enter starts nothing', done.returncode == 0 and
                 'makes       5 volumes' in done.stdout and 'nothing was changed' in done.stdout and
                 'begun' not in done.stdout, done.stdout[-600:])
    done = stage.linear('drill ' + GROUP, 'http:/healthz', '1', '2', 'operation list -f value -c status',
                        seconds=120)
    report.check('started, it is told to its end', done.returncode == 0 and
                 re.search(r'begun: op-.*(\n.*)*creating_volumes(.*\n)*.*cleaned: 3 instances, '
                           r'5 volumes, verdict passed', done.stdout), done.stdout[-900:])
    report.check('a verb is taken as at a shell', done.stdout.rstrip().endswith('\ncleaned\nhome>'),
                 done.stdout[-200:])
    report.check('every line of it is plain', PLAIN.match(done.stdout))
    report.check('both sites are as they were', not differences(before, inventory(stage)))
    done = stage.linear('drill %s --health-check tcp:9 --health-check-timeout 2' % GROUP, '1', '2',
                        seconds=120)
    report.check('the exit code is that of what was done last: a failed drill is 1',
                 done.returncode == 1 and 'verdict failed' in done.stdout, done.stdout[-400:])


def a_failover(report, stage, before):
    for typed in (GROUP[:-1], 'y', '', 'pr\u043ed-web-app'):
        done = stage.linear(GROUP, 'failover', 'planned', typed)
        report.check('typing %r moves nothing' % typed, done.returncode == 1 and
                     'nothing was changed' in done.stdout and 'begun' not in done.stdout,
                     done.stdout[-400:])
    done = stage.linear(GROUP, 'failover', 'unplanned', '', GROUP)
    report.check('unplanned asks why, and takes no silence', done.returncode != 0 and
                 'no reason was given' in done.stdout and 'begun' not in done.stdout,
                 done.stdout[-400:])
    report.check('so far nothing was touched', not differences(before, inventory(stage)))
    done = stage.linear(GROUP, 'F', '1', GROUP, 'rollback --reason tried', GROUP, 'history', '2',
                        'events', seconds=180)
    report.check('failover and rollback in one go, each by the name',
                 done.returncode == 0 and done.stdout.count('begun: op-') == 2 and
                 done.stdout.count('verdict passed    100%') == 2, done.stdout[-1500:])
    report.check('the history tells both, and an operation its events',
                 re.search(r'^1\. rollback prod-web-app op-', done.stdout, re.M) and
                 'Operation: failover prod-web-app, site-a to site-b' in done.stdout and
                 re.search(r'^\S+Z: level info, text ', done.stdout, re.M), done.stdout[-900:])
    report.check('both sites are as they were', not differences(before, inventory(stage)))


def on_a_terminal(report, stage, _):
    for term in ('dumb', 'no-such-terminal', ''):
        code, said = stage.in_terminal((), [('home> ', 'q\n')], TERM=term)
        report.check('TERM=%s: it says so, and goes on in lines' % (term or '(empty)'), code == 0 and
                     said.startswith('No full screen here: ') and 'prod-web-app: active' in said and
                     '\x1b' not in said, said[:300])
    code, said = stage.in_terminal(('--linear',), [('home> ', 'nonsense\n'), ('home> ', '\x03')])
    report.check('at a terminal a mistake may be corrected, and Ctrl-C leaves with 130',
                 code == 130 and 'there is no verb nonsense' in said and '\x1b' not in said,
                 '%d %s' % (code, said[-300:]))
    code, said = stage.in_terminal(
        ('--linear',), [('home> ', 'drill %s --no-cleanup\n' % GROUP), ('leaves it: ', '\n'),
                        ('Enter is 1: ', 'yes\n'), ('creating_volumes', '\x03'),
                        ('home> ', 'q\n')], seconds=60)
    report.check('Ctrl-C ends the watching of a drill, not the drill', code == 0 and
                 'no longer followed: op-' in said, '%d %s' % (code, said[-500:]))
    report.check('left behind, it goes on in the background', '1 operation goes on' in said,
                 said[-300:])
    op_id = re.search(r'begun: (op-\S+)', said).group(1)
    done = stage.linear('watch ' + op_id, 'operation watch ' + op_id, op_id, 'cleanup', 'yes',
                        seconds=120)
    report.check('watch is an action at the operation, elsewhere a verb', done.returncode == 2,
                 done.stdout[-300:])
    done = stage.linear('operation watch ' + op_id, op_id, 'cleanup', 'yes', seconds=120)
    report.check('it is watched to its end from another console, and cleaned up there',
                 done.returncode == 0 and 'verdict passed' in done.stdout and
                 'Cleanup initiated' in done.stdout, done.stdout[-700:])


def a_line_that_drops(report, stage, before):
    code, said = stage.in_terminal(
        ('--linear',), [('home> ', 'drill %s\n' % GROUP), ('leaves it: ', '\n'),
                        ('Enter is 1: ', '\n'), ('Enter is 1: ', 'yes\n'),
                        ('creating_volumes', None)], seconds=90)
    op_id = re.search(r'begun: (op-\S+)', said).group(1)
    op = stage.json('operation', 'show', op_id)
    report.check('without its terminal it sees the drill through, then ends with 0', code == 0 and
                 op['status'] == 'cleaned' and op['verdict'] == 'passed', '%d %s' % (code, op['status']))
    report.check('both sites are as they were', not differences(before, inventory(stage)))


def changes_are_told(report, stage, _):
    """What another process does is told at the prompt, a line a change, by itself."""
    running = []

    def begin():
        running.append(stage.start('protection-group', 'test-failover', GROUP, '--wait'))
        return ''
    code, said = stage.in_terminal(('--linear',), [
        ('home> ', begin), (GROUP + ': drill at', ''), (GROUP + ': active at', 'q\n')], seconds=90)
    out, err = running[0].communicate(timeout=90)
    report.check('a drill of another process is told at the prompt', code == 0 and
                 running[0].returncode == 0 and
                 re.search(r'\d\dZ  drill prod-web-app op-\w+: (creating|verifying)', said) and
                 re.search(r'\d\dZ  drill prod-web-app op-\w+: (cleaned, 100%|over; )', said),
                 said[-600:] + out[-200:] + err)


def once(report, stage, _):
    now = stage.json('--once')
    report.check('--once -f json is one document with its schema version',
                 now['schema_version'] == 1 and now['lab'] is True and now['sites_read'] is True and
                 {s['name']: s['status'] for s in now['sites']} ==
                 {'site-a': 'active', 'site-b': 'active'} and now['running'] == [], list(now))
    groups = {g['name']: g for g in now['protection_groups']}
    actions = {a['name']: a for a in groups[GROUP]['actions']}
    report.check('its actions have the names of the screens, and their reasons',
                 actions['drill']['allowed'] and actions['failover']['request'] == 'failover' and
                 actions['failover']['changes'] and not actions['commit']['allowed'] and
                 actions['commit']['reason'] and not actions['readiness']['changes'], actions)
    refused = {a['name'] for a in groups[GROUP]['actions'] if not a['allowed']}
    report.check('every one that is refused says why',
                 refused and all(actions[name]['reason'] for name in refused), refused)
    code, said = stage.in_terminal(('--once', '-f', 'json'), [])
    report.check('the same at a terminal, without a screen', code == 0 and '\x1b' not in said and
                 json.loads(said)['schema_version'] == 1, said[:200])
    done = stage.run('--once')
    report.check('--once is a table for people', done.returncode == 0 and
                 'Protection groups\n+' in done.stdout and 'need a terminal' not in done.stdout,
                 done.stdout[:300])
    done = stage.run()
    report.check('without a terminal it says so, and how to go on', done.returncode == 0 and
                 'The screens need a terminal' in done.stdout and '--linear' in done.stdout,
                 done.stdout[-300:])
    done = stage.run('--linear')
    report.check('--linear without any input tells home and ends', done.returncode == 0 and
                 'Protection groups: 3' in done.stdout, done.stdout[-300:])


def the_script_of_the_page(report, stage, _):
    with open(PAGE, encoding='utf-8') as page:
        lines = re.search(r"^    printf .*\n(?:    .*\n)*", page.read(), re.M).group(0)
    ours = 'protector-console() { "$PROGRAM" --state-dir "$STATE" "$@"; }\n'
    done = subprocess.run(['bash', '-c', ours + lines], capture_output=True, text=True,
                          timeout=120, cwd=stage.folder,
                          env={**stage.env, 'PROGRAM': stage.program('protector-console'),
                               'STATE': stage.state})
    state = stage.json('protection-group', 'show', GROUP)['state']
    report.check('the script of docs/linear.md, as it stands there, moves and commits',
                 done.returncode == 0 and state == 'committed', (state, done.stdout[-600:]))


def main():
    report = Report()
    with Stage(sys.argv[1]) as stage:
        stage.run('protection-group', 'list')
        before = inventory(stage)
        for play in (home_is_plain, by_number_and_by_name, a_script_that_errs, once, a_drill,
                     a_failover, on_a_terminal, a_line_that_drops, changes_are_told,
                     the_script_of_the_page):
            try:
                play(report, stage, before)
            except Exception as e:  # pylint: disable=broad-except
                report.check('%s came to its end' % play.__name__, False, repr(e))
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
