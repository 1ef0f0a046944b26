#!/usr/bin/env python3
"""Drills by verbs alone, on a lab: waited for, left to an engine, kept, interrupted, killed.

usage: drills.py FOLDER_OF_THE_PROGRAMS
"""
import json
import os
import re
import signal
import sys
import time

from sites import differences, inventory
from stage import Report, Stage

PHASES = ['creating_snapshots', 'creating_volumes', 'creating_vms', 'verifying', 'cleaning_up']
DRILL = ('protection-group', 'test-failover', 'prod-web-app')


def operation(stage, op_id):
    return stage.json('operation', 'show', op_id)


def wait_until(stage, op_id, status, seconds=60):
    """Looks until the operation has that status; the operation as last seen."""
    until = time.monotonic() + seconds
    op = operation(stage, op_id)
    while op['status'] != status and time.monotonic() < until:
        op = operation(stage, op_id)
    return op


def waited_for(report, stage):
    done = stage.run(*DRILL, '--health-check', 'http:/healthz', '--wait', seconds=120)
    report.check('a drill that is waited for ends with 0', done.returncode == 0,
                 done.stdout + done.stderr)
    words = re.findall(r'prod-web-app  (\w+)', done.stdout)
    order = [p for p in dict.fromkeys(words) if p in PHASES]
    report.check('its phases are told in their order', order == PHASES or
                 order == [p for p in PHASES if p in order] and len(order) >= 4, words)
    report.check('it ends cleaned: 3 instances, 5 volumes, verdict passed',
                 done.stdout.endswith('cleaned: 3 instances, 5 volumes, verdict passed\n'),
                 done.stdout[-300:])
    percents = [int(p) for p in re.findall(r' (\d+)%\n', done.stdout)]
    report.check('the percentage never falls', percents == sorted(percents) and
                 percents[-1] == 100, percents)
    listed = stage.json('operation', 'list')[0]
    report.check('the history shows it', listed['status'] == 'cleaned' and
                 listed['verdict'] == 'passed' and listed['progress'] == 100 and
                 listed['instances'] == 3 and listed['volumes'] == 5, listed)
    shown = operation(stage, listed['operation_id'][:12])
    report.check('a beginning of its id is enough', shown['steps_completed'] == PHASES, shown)


def left_to_an_engine(report, stage):
    begun = time.monotonic()
    done = stage.run(*DRILL)
    took = time.monotonic() - begun
    report.check('a drill that is not waited for returns at once', done.returncode == 0 and
                 '| pending ' in done.stdout and took < 10, '%.1f s %s' % (took, done.stderr))
    op_id = re.search(r'op-[0-9a-f-]+', done.stdout).group(0)
    done = stage.run('operation', 'watch', op_id)
    report.check('watch tells it to the end', done.returncode == 0 and 'cleaned' in done.stdout,
                 done.stdout + done.stderr)


def kept_and_cleaned(report, stage):
    kept = json.loads(stage.run(*DRILL, '--no-cleanup', '--wait', '-f', 'json').stdout)
    report.check('--no-cleanup ends succeeded', kept['status'] == 'succeeded', kept)
    done = stage.run(*DRILL)
    report.check('a second drill is refused, with the way out',
                 done.returncode == 1 and 'test cleanup' in done.stderr, done.stderr)
    done = stage.run('test', 'cleanup', kept['operation_id'])
    report.check('cleanup says what goes', done.returncode == 0 and done.stdout.startswith(
        'Cleanup initiated for operation %s\nStatus: cleaning_up\nResources to be deleted:\n'
        '  Instances : 3\n  Volumes   : 5\n  Networks  : 0 (user-supplied, not auto-created)\n'
        % kept['operation_id']), done.stdout + done.stderr)
    op = wait_until(stage, kept['operation_id'], 'cleaned')
    report.check('and it goes', op['status'] == 'cleaned', op['status'])
    done = stage.run('test', 'cleanup', '--wait', kept['operation_id'])
    report.check('cleanup may be repeated', done.returncode == 0, done.stdout + done.stderr)


def two_at_once(report, stage):
    """One process executes both; when its own is over the other takes the lease and goes on."""
    first = stage.start(*DRILL, '--wait')
    for line in first.stdout:
        if 'creating_v' in line:
            break
    second = stage.start('protection-group', 'test-failover', 'prod-billing', '--wait')
    out, err = first.communicate(timeout=60)
    report.check('the first of two drills ends with 0', first.returncode == 0, out + err)
    out, err = second.communicate(timeout=90)
    report.check('and so does the second, with 8 instances', second.returncode == 0 and
                 out.splitlines()[-1].startswith('cleaned: 8 instances, 20 volumes'), out + err)


def failing(report, stage):
    done = stage.run(*DRILL, '--health-check', 'tcp:9', '--health-check-timeout', '2', '--wait')
    report.check('a drill whose check fails ends with 1, and is cleaned',
                 done.returncode == 1 and 'verdict failed' in done.stdout and
                 done.stdout.splitlines()[-1].startswith('cleaned: '), done.stdout + done.stderr)
    op = stage.json('operation', 'list', '--limit', '1')[0]
    report.check('it says why and what to do', op['error_message'] and op['remedy'], op)


def planned(report, stage):
    before = stage.json('operation', 'list')
    plan = stage.json(*DRILL, '--dry-run')
    report.check('a dry run is the plan', plan['counts']['servers'] == 3 and
                 plan['counts']['volumes'] == 5 and plan['steps'], plan)
    report.check('and changes nothing', stage.json('operation', 'list') == before)


def ended(stage, how):
    """A waiting drill that gets the signal in its middle; its id, exit code and words."""
    running = stage.start(*DRILL, '--wait')
    said = ''
    for line in running.stdout:
        said += line
        if 'creating_v' in line:
            break
    running.send_signal(how)
    out, err = running.communicate(timeout=30)
    return re.search(r'op-[0-9a-f-]{36}', said).group(0), running.returncode, out + err


def interrupted(report, stage):
    op_id, code, said = ended(stage, signal.SIGTERM)
    report.check('TERM ends the wait with 143 and says how to go on',
                 code == 143 and 'engine --until-idle' in said, '%d %s' % (code, said))
    report.check('the operation stays in the journal',
                 operation(stage, op_id)['status'] not in ('cleaned', 'failed'))
    shown = stage.run('operation', 'show', op_id).stdout
    report.check('it says that nobody executes it, and what to do', operation(stage, op_id)[
        'executor'] == 'nobody' and 'nobody executes it: start an engine' in shown, shown)
    done = stage.run('doctor')
    report.check('and so does doctor', done.returncode == 1 and op_id in done.stdout and
                 'nobody executes' in done.stdout and 'No problem found' not in done.stdout,
                 done.stdout)
    watching = stage.start('operation', 'watch', op_id)
    words = watching.stderr.readline()
    watching.kill()
    watching.communicate()
    report.check('and so does whoever watches it', 'nobody executes it' in words, words)
    done = stage.run('engine', '--until-idle')
    op = operation(stage, op_id)
    report.check('an engine carries it on', done.returncode == 0 and op['status'] == 'cleaned' and
                 op['verdict'] == 'passed', done.stdout + done.stderr + str(op))
    done = stage.run('doctor')
    report.check('then doctor knows of nothing', done.returncode == 0, done.stdout)


def killed(report, stage):
    op_id, code, _ = ended(stage, signal.SIGKILL)
    report.check('killed in its middle', code == -signal.SIGKILL, code)
    done = stage.run('engine', '--until-idle', seconds=90)
    op = operation(stage, op_id)
    report.check('an engine finds and ends it', done.returncode == 0 and
                 op['status'] == 'cleaned' and op['verdict'] == 'passed' and
                 op['instances'] == 3 and op['volumes'] == 5, done.stdout + done.stderr + str(op))
    done = stage.run('engine', '--until-idle')
    report.check('with nothing to do it ends at once, silently',
                 done.returncode == 0 and done.stdout == '', done.stdout)


def kept_is_there(report, stage, before):
    """A drill that is kept is on site-b, by the sites themselves, and nowhere else."""
    kept = json.loads(stage.run(*DRILL, '--no-cleanup', '--wait', '-f', 'json').stdout)
    now = inventory(stage)
    new = differences(before, now)
    names = sorted(set(now['site-b']['servers'].values()) -
                   set(before['site-b']['servers'].values()))
    report.check('the kept copies are on site-b alone: 3 servers, 5 volumes, 4 ports',
                 len(new) == 12 and all(d.startswith('site-b: new in ') for d in new), new)
    report.check('they are called test-...', names == ['test-db-1', 'test-web-1', 'test-web-2'],
                 names)
    done = stage.run('test', 'cleanup', '--wait', kept['operation_id'])
    report.check('their cleanup ends with 0', done.returncode == 0, done.stdout + done.stderr)


def nothing_left(report, stage, before):
    left = differences(before, inventory(stage))
    report.check('both sites are as they were', not left, left)
    for op in stage.json('operation', 'list'):
        full = operation(stage, op['operation_id'])
        kept = [x for kind in full['result_data'].values() for x in kind if x['status'] != 'gone']
        report.check('%s left nothing, by the history' % full['operation_id'], not kept, kept)


def main():
    report = Report()
    with Stage(sys.argv[1]) as stage:
        before = inventory(stage)
        for play in (waited_for, left_to_an_engine, kept_and_cleaned, kept_is_there, two_at_once,
                     failing, planned, interrupted, killed, nothing_left):
            try:
                play(report, stage, *[before][:play.__code__.co_argcount - 2])
            except Exception as e:  # pylint: disable=broad-except
                report.check('%s came to its end' % play.__name__, False, repr(e))
        log = os.path.join(stage.state, 'console.log')
        with open(log, encoding='utf-8') as f:
            report.check('the log has no escape sequence', '\x1b' not in f.read())
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
