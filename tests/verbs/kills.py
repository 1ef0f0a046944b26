#!/usr/bin/env python3
"""kill -9 at random moments of a drill, then resume: no orphan, nothing made twice, history true.

usage: kills.py FOLDER_OF_THE_PROGRAMS [HOW_MANY [SEED]]
"""
import random
import signal
import subprocess
import sys
import time

from sites import differences, inventory
from stage import Report, Stage

DRILL = ('protection-group', 'test-failover', 'prod-web-app', '--wait')
LONGEST = 3.0  # seconds; a drill on the stage's lab takes about two


def killed_drill(stage, dice, delay):
    """Starts a drill and kills it; then engines, which are killed too as the dice say."""
    running = stage.start(*DRILL)
    kills = 0
    for _ in range(4):
        try:
            running.communicate(timeout=delay)
            break
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.communicate()
            kills += 1
        if dice.random() < 0.6:
            break
        delay = dice.uniform(0.05, LONGEST)
        running = stage.start('engine', '--until-idle')
    return kills


def ended_well(op):
    """A drill that was begun at all ended cleaned, with each thing made once and gone."""
    made = op['result_data']
    sources = [x['source_id'] for x in made['instances'] + made['volumes']]
    return (op['status'] == 'cleaned' and op['verdict'] == 'passed' and op['progress'] == 100 and
            len(made['instances']) == 3 and len(made['volumes']) == 5 and
            len(sources) == len(set(sources)) and
            all(x['status'] == 'gone' for kind in made.values() for x in kind))


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    report, dice = Report(), random.Random(seed)
    print('seed %d' % seed)
    with Stage(sys.argv[1]) as stage:
        before = inventory(stage)
        seen = 0
        for turn in range(count):
            delay = dice.uniform(0.02, LONGEST)
            kills = killed_drill(stage, dice, delay)
            done = stage.run('engine', '--until-idle', seconds=90)
            history = stage.json('operation', 'list', '--limit', '1000')
            what = 'turn %d: killed %d times, first after %.2f s' % (turn + 1, kills, delay)
            report.check(what + ': the engine ends with 0', done.returncode == 0,
                         done.stdout + done.stderr)
            report.check(what + ': at most one more operation', len(history) - seen in (0, 1))
            if len(history) > seen:
                op = stage.json('operation', 'show', history[0]['operation_id'])
                report.check(what + ': it ended well', ended_well(op), op)
            seen = len(history)
            left = differences(before, inventory(stage))
            report.check(what + ': both sites are as they were', not left, left)
        report.check('most of the kills hit a drill', seen * 2 >= count, seen)
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
