"""Two consoles on one state directory: one executes, the other looks on, takes over, and fences.

Each case is two drills of two groups, each waited for by a console of its own: the first console
has the lease and executes both; the second must carry both on when the first is killed or stopped.
"""
import re
import threading

from arena import DRILL, SLOWNESS, Watch, kill, signal, time
from standstill import quiet_journal, stands_still

OTHER = ('protection-group', 'test-failover', 'prod-billing')
TAKE_OVER = 15  # seconds within which somebody goes on


def wait_for(what, seconds=40):
    """The seconds until what() is true, or None."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds * SLOWNESS:
        if what():
            return time.monotonic() - begun
        time.sleep(0.05)
    return None


def fencing(arena):
    """How often the lease was taken, by the log of all engines."""
    with open(arena.state + '/console.log', encoding='utf-8') as f:
        return re.findall(r'executing: lease (\d+)', f.read())


def begin(arena, fault, **where):
    """Two consoles, both drills begun; (first, second, watch)."""
    arena.begin()
    watch = Watch(arena.control)
    watch.start()
    arena.control.fault(fault, service='compute', verb='POST', path='/servers', **where)
    first = arena.start(*DRILL, '--wait')
    begun = wait_for(lambda: arena.new_operations() and
                     arena.new_operations()[0]['status'] != 'pending')
    second = arena.start(*OTHER, '--wait')
    both = wait_for(lambda: len(arena.new_operations()) == 2)
    assert begun is not None and both is not None, 'the drills did not begin'
    assert wait_for(arena.control.struck) is not None, 'no server was asked for'
    return first, second, watch


def finish(arena, watch, second, lines):
    """Both drills passed, nothing was made twice, nothing is left."""
    out, err = second.communicate(timeout=120 * SLOWNESS)
    if second.returncode != 0:
        lines.append('the second console ended with %d: %s%s' % (second.returncode, out, err))
    done = arena.settle()  # the second console leaves when its own drill has ended
    if done.returncode != 0:
        lines.append('the last engine ended with %d: %s%s' % (done.returncode, done.stdout,
                                                              done.stderr))
    watch.look()
    watch.over.set()
    lines += arena.judge()
    lines += ['made twice: %s %s of %s' % (k, step, op) for k, op, step in watch.twice]
    for op in arena.new_operations():
        if op['verdict'] != 'passed':
            lines.append('%s %s: %s' % (op['operation_id'], op['verdict'], op['error_message']))


def time_to_take_over(arena, before, lines):
    took = wait_for(lambda: len(fencing(arena)) > before)
    if took is None or took > TAKE_OVER * SLOWNESS:
        lines.append('nobody took over within %d s: %s' % (TAKE_OVER, took))
    return took or -1


def killed(arena):
    """The first console dies at once; the second sees it dead and goes on. Until then neither drill
    gets an answer about its servers: it cannot have ended when its console is killed."""
    lines = []
    first, second, watch = begin(arena, 'timeout-after-apply=600')
    before = len(fencing(arena))
    kill(first)
    arena.control.mend()
    took = time_to_take_over(arena, before, lines)
    finish(arena, watch, second, lines)
    return 'taken over after %.1f s' % took, lines


def stop(arena, process):
    """Stops it between two transactions: nobody could take over from one that is stopped within."""
    with quiet_journal(arena):
        process.send_signal(signal.SIGSTOP)
        assert wait_for(lambda: stands_still(process.pid)) is not None, 'it does not stand still'


def stopped(arena, fault, **where):
    """The first console is stopped for so long that it loses its lease, and wakes up while the
    second is at work: it must see that it was fenced off, and do nothing any more."""
    lines = []
    first, second, watch = begin(arena, fault, **where)
    before = len(fencing(arena))
    stop(arena, first)
    try:
        took = time_to_take_over(arena, before, lines)
        arena.control.mend()
        before = sum(arena.control.writes('site-b').values())
        if wait_for(lambda: sum(arena.control.writes('site-b').values()) > before) is None:
            lines.append('the second console does nothing')
    finally:
        first.send_signal(signal.SIGCONT)
    finish(arena, watch, second, lines)
    out, err = first.communicate(timeout=60 * SLOWNESS)
    if first.returncode != 0:
        lines.append('the first console, fenced off, ended with %d: %s%s' % (first.returncode, out,
                                                                             err))
    return 'taken over after %.1f s' % took, lines


def stopped_in_a_call(arena):
    """Its answer is on the way when it is stopped, and read when it wakes up."""
    return stopped(arena, 'timeout-after-apply=600', nth=1)


def stopped_before_a_repeat(arena):
    """It was told to come back later, and wakes up when later is long past."""
    return stopped(arena, 'status=429', nth=1, **{'retry-after': 9})


class Said(threading.Thread):
    """What a process says, while it runs."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.text = stream, ''
        self.start()

    def run(self):
        for line in self.stream:
            self.text += line


def stopped_within_a_transaction(arena):
    """The first console is stopped (SIGSTOP) before it commits, and nobody can write, nor take over.
    Whoever waits or is asked says at once who that is; killed, the other one goes on by itself."""
    lines = []
    arena.begin()
    watch = Watch(arena.control)
    watch.start()
    first = arena.start(*DRILL, '--wait', PROTECTOR_BOUNDARY_STOP='6@* commit.before *')
    assert wait_for(lambda: stands_still(first.pid)) is not None, 'it does not stand still'
    second = arena.start('engine', '--until-idle')
    said, words = Said(second.stderr), 'pid %d is stopped and locks the history' % first.pid
    if wait_for(lambda: words in said.text, 10) is None:
        lines.append('the second console does not say who: %s' % said.text)
    op = arena.new_operations()[0]
    if words not in str(op['executor']):
        lines.append('the executor is said to be %s' % op['executor'])
    if 'kill -9 %d' % first.pid not in str(arena.run('doctor').stdout):
        lines.append('doctor does not say what to do')
    refused = arena.run(*OTHER, '--no-wait')
    if refused.returncode == 0 or 'kill -9 %d' % first.pid not in refused.stderr:
        lines.append('what cannot be written down was answered: %s' % refused)
    before = len(fencing(arena))
    kill(first)
    took = time_to_take_over(arena, before, lines)
    code = second.wait(timeout=120 * SLOWNESS)
    if code != 0:
        lines.append('the second console ended with %d: %s' % (code, said.text))
    watch.look()
    watch.over.set()
    lines += arena.judge()
    lines += ['made twice: %s %s of %s' % (k, step, op) for k, op, step in watch.twice]
    return 'told, and taken over after %.1f s' % took, lines


def asked_at_once(arena):
    """Six consoles ask for the same drill at the same moment: one is begun."""
    lines = []
    arena.begin()
    watch = Watch(arena.control)
    watch.start()
    consoles = [arena.start(*DRILL, '--wait') for _ in range(6)]
    ends = [(c.communicate(timeout=120 * SLOWNESS), c.returncode) for c in consoles]
    begun = [code for _, code in ends if code == 0]
    others = [err for (_, err), code in ends if code != 0]
    if len(begun) != 1:
        lines.append('%d of 6 consoles say that theirs passed: %s' % (len(begun), ends))
    if [e for e in others if 'what to do: ' not in e]:
        lines.append('refused without a word: %s' % others)
    done = arena.settle()
    if done.returncode != 0:
        lines.append('the last engine: %s%s' % (done.stdout, done.stderr))
    watch.over.set()
    lines += arena.judge()
    lines += ['made twice: %s %s of %s' % (k, step, op) for k, op, step in watch.twice]
    if len(arena.new_operations()) != 1:
        lines.append('the history has %d' % len(arena.new_operations()))
    return '1 of 6 began', lines


ACTS = {f.__name__: f for f in (killed, stopped_in_a_call, stopped_before_a_repeat,
                               stopped_within_a_transaction, asked_at_once)}


def cases(_):
    return list(ACTS)


def act(arena, case):
    return ACTS[case](arena)
