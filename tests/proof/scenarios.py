"""The operations that the matrices play, one row each. A new operation is a new row."""

GROUP = 'prod-web-app'
ARRAYS = {'storage': '{ mode = "flasharray"; }'}


class Scenario:
    """name: of the row. prepare: verbs that lead to where it begins. act: the verb that is broken.

    config: settings beside the lab's own. ends: status and verdict of an undisturbed run's newest
    operation. forced: both sites may serve for a moment, because somebody said so. "{op}" in a
    verb stands for the newest operation.
    """

    def __init__(self, name, act, prepare=(), config=None, ends=('completed', ''), forced=False,
                 quick=False):
        self.name, self.act, self.prepare = name, act, prepare
        self.config, self.ends, self.forced, self.quick = config or {}, ends, forced, quick
        self.known = set()  # ids of operations and resources that preparing made

    @staticmethod
    def fill(args, world):
        newest = world.journal().operations
        return [a.replace('{op}', newest[-1]['id'] if newest else '') for a in args]


DRILL = ('protection-group', 'test-failover', GROUP, '--wait')
KEPT = DRILL + ('--no-cleanup',)
SYNC = ('consistency-group', 'sync', GROUP, '--wait')


def move(verb, *more):
    return ('protection-group', verb, GROUP, '--confirm', GROUP, '--wait', *more)


FAILOVER, COMMIT, FAILBACK = move('failover'), move('commit'), move('failback')
FORCED = move('failover', '--force', '--reason', 'proof of an unplanned failover')
BACK = (FAILOVER, COMMIT, FAILBACK)

TABLE = (
    Scenario('drill', DRILL, ends=('cleaned', 'passed'), quick=True),
    Scenario('drill-network', DRILL + ('--auto-network',), ends=('cleaned', 'passed')),
    Scenario('drill-kept', KEPT, ends=('succeeded', 'passed')),
    Scenario('drill-array', DRILL, config=ARRAYS, ends=('cleaned', 'passed')),
    Scenario('cleanup', ('test', 'cleanup', '{op}', '--wait'), prepare=(KEPT,), quick=True),
    Scenario('cleanup-array', ('test', 'cleanup', '{op}', '--wait'), prepare=(KEPT,),
             config=ARRAYS),
    Scenario('sync', SYNC, config=ARRAYS, ends=('completed', 'passed')),
    Scenario('failover', FAILOVER, ends=('completed', 'passed'), quick=True),
    Scenario('failover-array', FAILOVER, config=ARRAYS, ends=('completed', 'passed')),
    Scenario('failover-forced', FORCED, ends=('completed', 'passed'), forced=True),
    Scenario('commit', COMMIT, prepare=(FAILOVER,), ends=('completed', 'passed')),
    Scenario('rollback', move('rollback'), prepare=(FAILOVER,), ends=('completed', 'passed')),
    Scenario('rollback-array', move('rollback'), prepare=(FAILOVER,), config=ARRAYS,
             ends=('completed', 'passed')),
    Scenario('failback', FAILBACK, prepare=BACK[:2], ends=('completed', 'passed')),
    Scenario('failback-array', FAILBACK, prepare=BACK[:2] + (SYNC,), config=ARRAYS,
             ends=('completed', 'passed')),
    Scenario('confirm-failback', move('confirm-failback'), prepare=BACK,
             ends=('completed', 'passed')),
    Scenario('cancel-failback', move('cancel-failback'), prepare=BACK,
             ends=('completed', 'passed')),
)


def named(names):
    return [s for s in TABLE if not names or s.name in names]
