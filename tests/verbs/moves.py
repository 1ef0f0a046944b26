#!/usr/bin/env python3
"""Failover and what follows it, by verbs alone, on a lab: nothing real happens unconfirmed.

usage: moves.py FOLDER_OF_THE_PROGRAMS
"""
import os
import re
import sqlite3
import sys
import time

from sites import differences, inventory, log_in, whole_list
from stage import Report, Stage

GROUP = 'prod-web-app'
QUESTION = 'changes nothing: '
RUN, STOPPED = ['ACTIVE'] * 3, ['SHUTOFF'] * 3
MOVES = ('failover', 'commit', 'rollback', 'failback', 'confirm-failback', 'cancel-failback')


def group(stage):
    return stage.json('protection-group', 'show', GROUP)


def statuses(stage, site):
    """The status of every server of the group at a site, as Nova tells it; of one name there
    are two where an old one stays, stopped."""
    with open(os.path.join(stage.state, 'lab', 'clouds.yaml'), encoding='utf-8') as f:
        part = f.read().split('  %s:\n' % site)[1]
    token, catalog = log_in(re.search(r'auth_url: (\S+)', part).group(1),
                            re.search(r'password: (\S+)', part).group(1))
    names = ('web-1', 'web-2', 'db-1')
    return [s['status'] for s in
            whole_list(catalog['compute'].rstrip('/') + '/servers/detail', token, 'servers')
            if s['name'] in names]


def both(stage):
    return {site: sorted(statuses(stage, site)) for site in ('site-a', 'site-b')}


def holder(stage):
    """The process that executes, 0: nobody does."""
    base = sqlite3.connect('file:%s/history.db?mode=ro' % stage.state, uri=True)
    try:
        return base.execute('SELECT pid FROM lease').fetchone()[0]
    finally:
        base.close()


def stands(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='utf-8') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def unconfirmed(report, stage, before):
    for move in MOVES:
        done = stage.run('protection-group', move, GROUP)
        report.check('%s without a terminal and without --confirm is not permitted' % move,
                     done.returncode == 77 and '--confirm' in done.stderr, done.stderr)
    done = stage.run('failover', GROUP, '--confirm', GROUP + 'x')
    report.check('the engine does not take another name', done.returncode == 77, done.stderr)
    done = stage.run('failover', GROUP, '--force', '--confirm', GROUP)
    report.check('an unplanned failover needs a reason', done.returncode == 2 and
                 '--reason' in done.stderr, done.stderr)
    for typed in ('prod-web-ap\n', '\n', 'y\n', 'pr\u043ed-web-app\n'):
        code, said = stage.on_terminal('failover', GROUP, when=QUESTION, keys=typed)
        report.check('typing %r changes nothing' % typed, code == 1 and
                     'nothing was changed' in said, said[-300:])
    done = stage.run('failover', GROUP, '--dry-run')
    report.check('a dry run tells the plan and what it costs', done.returncode == 0 and
                 re.search(r'\| preparation +\| stop_server +\| web-1', done.stdout) and
                 'site-a -> site-b' in done.stdout and 'data loss' in done.stdout,
                 done.stdout[-900:] + done.stderr)
    changed = differences(before, inventory(stage))
    report.check('so far nothing was touched', not changed and
                 both(stage)['site-a'] == RUN, changed)


def retained(report, stage):
    done = stage.run('failover', GROUP, '--retain-primary', '--wait', '--confirm', GROUP,
                     seconds=120)
    newest = stage.json('operation', 'list')[0]
    report.check('failover --retain-primary is a drill', done.returncode == 0 and
                 newest['operation_type'] == 'test_failover' and newest['status'] == 'cleaned',
                 done.stdout[-400:] + done.stderr)
    report.check('and the primary runs on', both(stage)['site-a'] == RUN)


def typed(report, stage):
    code, said = stage.on_terminal('failover', GROUP, when=QUESTION, keys=GROUP + '\n',
                                   seconds=120)
    report.check('typing the name begins it, and it is followed to its end', code == 0 and
                 'completed' in said and 'commit, or protection-group rollback' in said,
                 said[-900:])
    now, where = group(stage), both(stage)
    report.check('the group serves at site-b, and waits for a decision',
                 now['state'] == 'awaiting_commit' and now['current_primary_site'] == 'site-b',
                 now['state'])
    report.check('the old servers are stopped, the new ones run',
                 where == {'site-a': STOPPED, 'site-b': RUN}, where)
    shown = stage.run('protection-group', 'show', GROUP).stdout
    report.check('show tells what is legal now, and why not the rest',
                 re.search(r'allowed_actions +\|.*\n(\|.*\n)*.*rollback', shown) and
                 'refused_actions' in shown and 'Decide first' in shown, shown)
    done = stage.run('failover', GROUP, '--confirm', GROUP)
    report.check('another failover is refused, with the way out', done.returncode == 1 and
                 'rollback' in done.stderr, done.stderr)


def detached(report, stage, verb, *args):
    """Ctrl-C in the middle of a move: nobody waits for it any more, and it ends all the same."""
    code, said = stage.in_terminal(('protection-group', verb, GROUP, *args),
                                   [(QUESTION, GROUP + '\n'), ('steps', '\x03')], seconds=60)
    op_id = re.search(r'operation watch (op-\S+)', said)
    report.check('Ctrl-C hands a %s over, and says how to follow and to stop it' % verb,
                 code == 130 and op_id and 'goes on in the background' in said and
                 'operation cancel ' + op_id.group(1) in said, '%d %s' % (code, said[-900:]))
    if not op_id:
        return
    open_one = stage.json('operation', 'show', op_id.group(1))
    report.check('somebody executes it', open_one['completed_at'] or until(
        lambda: stage.json('operation', 'show', op_id.group(1))['executor'] != 'nobody', 10),
                 open_one['executor'])
    report.check('it comes to its end by itself', until(
        lambda: stage.json('operation', 'show', op_id.group(1))['completed_at'], 90))
    now = stage.json('operation', 'show', op_id.group(1))
    report.check('as it would have with somebody waiting', now['verdict'] == 'passed',
                 (now['status'], now['error_message']))


def let_go(report, stage, before):
    detached(report, stage, 'failover')
    detached(report, stage, 'rollback')
    changed = differences(before, inventory(stage))
    report.check('taken back, both sites are as they were', not changed, changed)


def twice(report, stage, before):
    """Whoever presses Ctrl-C again does not wait for the handing over; the journal knows it."""
    code, said = stage.in_terminal(('failover', GROUP), [
        (QUESTION, GROUP + '\n'), ('steps', '\x03\x03')], seconds=60)
    report.check('a second Ctrl-C ends it at once', code == 130, '%d %s' % (code, said[-300:]))
    stage.run('engine', '--until-idle', seconds=90)
    report.check('what was begun is carried on', until(
        lambda: group(stage)['state'] == 'awaiting_commit', 60), group(stage)['state'])
    stage.run('protection-group', 'rollback', GROUP, '--confirm', GROUP, '--wait', seconds=120)
    changed = differences(before, inventory(stage))
    report.check('and taken back', not changed, changed)


def rolled_back(report, stage, before):
    done = stage.run('protection-group', 'rollback', GROUP, '--confirm', GROUP, '--reason',
                     'only tried', '--wait', seconds=120)
    report.check('a rollback ends with 0', done.returncode == 0, done.stdout + done.stderr)
    words = list(dict.fromkeys(re.findall(GROUP + r'  (\w+) ', done.stdout)))
    report.check('it is told as it goes: taken back, then written down', [
        w for w in words if w in ('rolling_back', 'finalization')] == [
            'rolling_back', 'finalization'], words)
    report.check('its reason is on the record', stage.json(
        'operation', 'show', stage.json('operation', 'list')[0]['operation_id'])[
            'request'].get('reason') == 'only tried')
    changed = differences(before, inventory(stage))
    report.check('both sites are as they were', not changed, changed)
    report.check('the primary runs again', both(stage)['site-a'] == RUN)
    report.check('the group is ready', group(stage)['state'] == 'ready')


def there_and_back(report, stage):
    for move, state, site in (('failover', 'awaiting_commit', 'site-b'),
                              ('commit', 'committed', 'site-b'),
                              ('failback', 'failback_ready', 'site-b'),
                              ('confirm-failback', 'ready', 'site-a')):
        done = stage.run('protection-group', move, GROUP, '--confirm', GROUP, '--wait',
                         seconds=120)
        now = group(stage)
        report.check('%s leads to %s' % (move, state), done.returncode == 0 and
                     now['state'] == state and now['current_primary_site'] == site,
                     '%s at %s\n%s' % (now['state'], now['current_primary_site'],
                                       done.stdout[-600:] + done.stderr))
    where = both(stage)
    report.check('it runs at site-a, where the first ones stay stopped, and nowhere else',
                 where == {'site-a': RUN + STOPPED, 'site-b': []}, where)


def by_itself(report, stage):
    """What is to be decided by itself is, when the command that began it has long ended."""
    with open(os.path.join(stage.state, 'lab', 'protector-console.cfg'), encoding='utf-8') as f:
        lab = f.read()
    auto = stage.file('auto.cfg', lab + 'failover: { commit_mode = "auto"; };\n')
    window = stage.file('window.cfg', lab + 'failover: { commit_window_minutes = 600; };\n')
    move = ('failover', GROUP, '--confirm', GROUP, '--wait', '--config')
    done = stage.run(*move, window, seconds=120)
    report.check('a failover tells what comes by itself, and when', done.returncode == 0 and
                 re.search(r'^by itself: commit at 20', done.stdout, re.M), done.stdout[-300:])
    there = until(lambda: holder(stage))
    ours = holder(stage)
    report.check('an engine stays for it', there and stands(ours), ours)
    done = stage.run('protection-group', 'rollback', GROUP, '--confirm', GROUP, '--wait',
                     '--config', window, seconds=120)
    report.check('a person may decide before', done.returncode == 0, done.stdout + done.stderr)
    report.check('then it leaves', until(lambda: not stands(ours)), ours)
    done = stage.run(*move, auto, seconds=120)
    report.check('what is committed at once is, by the engine that stays',
                 done.returncode == 0 and until(lambda: group(stage)['state'] == 'committed'),
                 group(stage)['state'])
    report.check('and that one leaves, too', until(lambda: not holder(stage)))


def main():
    report = Report()
    with Stage(sys.argv[1]) as stage:
        stage.run('protection-group', 'list')
        before = inventory(stage)
        for play in (unconfirmed, retained, typed, rolled_back, let_go, twice, there_and_back, by_itself):
            try:
                play(report, stage, *[before][:play.__code__.co_argcount - 2])
            except Exception as e:  # pylint: disable=broad-except
                report.check('%s came to its end' % play.__name__, False, repr(e))
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
