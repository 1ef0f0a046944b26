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

TABLE = (
    Scenario('drill', DRILL, ends=('cleaned', 'passed'), quick=True),
    Scenario('drill-network', DRILL + ('--auto-network',), ends=('cleaned', 'passed')),
    Scenario('drill-kept', KEPT, ends=('succeeded', 'passed')),
    Scenario('drill-array', DRILL, config=ARRAYS, ends=('cleaned', 'passed')),
    Scenario('cleanup', ('test', 'cleanup', '{op}', '--wait'), prepare=(KEPT,), quick=True),
    Scenario('cleanup-array', ('test', 'cleanup', '{op}', '--wait'), prepare=(KEPT,),
             config=ARRAYS),
)


def named(names):
    return [s for s in TABLE if not names or s.name in names]
