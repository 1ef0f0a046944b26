"""The fault matrix: every kind of call of an operation, in every way in which one can go wrong.

The calls of an undisturbed run are taken from its boundary log: a kind is a site, a verb and the
shape of a path. For each kind and each fault a new world is made in which that call is struck; of
writes the first and the last. However it goes, it ends in bounded time, and it is

  done     the same end as undisturbed, and the verb says so
  refused  nothing was begun, the sites are as they were, and the verb says why and what to do
  undone   it failed, says why and what to do, and the sites are as they were
  partial  it failed, and what is left is in the ledger and named; asked again, nothing is left

and never anything else. The invariants are checked after each.
"""
import collections
import os
import random
import re
import subprocess
import threading
import zlib

import invariants
import scenarios
from arena import SLOWNESS
from crash import act, log_of, measure, standing
from ground import differences, end_state, known_ids, labels, plain_documents

PATIENCE = 15 * SLOWNESS  # seconds with an engine that says that it will try again
API_TIMEOUT = 1  # seconds, in clouds.yaml: time-outs shall be cheap

# name: (what the lab does, how often: 0 for ever, more of it)
FAULTS = {
    '500': ('status=500', 1, {}),
    '500 for ever': ('status=500', 0, {}),
    '503 with Retry-After': ('status=503', 1, {'retry-after': 1}),
    '429': ('status=429', 1, {'retry-after': 1}),
    '401 once': ('expired-token', 1, {}),
    '401 for ever': ('status=401', 0, {}),
    '403 by policy': ('policy-403', 0, {}),
    '404': ('status=404', 1, {}),
    '409': ('status=409', 1, {}),
    'reset before': ('reset', 1, {}),
    'reset after applying': ('reset-after-apply', 1, {}),
    'slow drip': ('drip=20', 1, {}),
    'half a body': ('half-body', 1, {}),
    'garbage': ('garbage', 1, {}),
    '50 MB': ('big-body=50', 1, {}),
    'HTML': ('html=502', 1, {}),
    'time-out before': ('timeout=30', 1, {}),
    'time-out after applying': ('timeout-after-apply=30', 1, {}),
}
UNNAMED = 'name not resolved'  # of a whole service: clouds.yaml names a host that is not there
SERVICES = ('identity', 'compute', 'volume', 'network', 'image')
MEMORY = threading.Semaphore(2)  # bodies of 50 MB at once

ID = re.compile(r'op-[0-9a-f-]{36}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}')
CALL = re.compile(r'\d+ http\.before (\S+) (127\.0\.0\.1:\d+)(/\S*)')


def calls(path, hosts):
    """{(site, verb, glob of the path): how often} of one run."""
    names, found = {host: site for site, host in hosts.items()}, collections.Counter()
    with open(path, encoding='utf-8') as f:
        for line in f:
            m = CALL.match(line)
            if m and m[2] in names:
                found[names[m[2]], m[1], ID.sub(lambda i: '?' * len(i[0]), m[3])] += 1
    return found


def part_of(case, parts):
    """Which of so many parts (1..) a case belongs to: on every day and in every run the same."""
    return zlib.crc32(repr(case).encode()) % parts + 1


def shown(glob):
    return re.sub(r'\?+', '{}', glob)


class Faults:
    """One row of the table as a suite."""

    name = 'faults'

    def __init__(self, programs, scenario, o):
        self.scenario, self.o = scenario, o
        self.ground, self.lines = measure(programs, scenario, runs=1)
        self.ends, self.struck, self.others = collections.Counter(), collections.Counter(), 0
        with self.ground.world(api_timeout=API_TIMEOUT) as w:
            self.before = standing(w.journal())
            act(w, PROTECTOR_BOUNDARY_LOG=log_of(w))
            self.calls = calls(log_of(w), w.hosts)
        self.want = {k: v for k, v in self.ground.ends[0].items()}

    def rounds(self):
        cases = []
        for (site, verb, glob), n in sorted(self.calls.items()):
            nths = {1, n} if verb not in ('GET', 'HEAD') and not self.o.quick else {1}
            cases += [(fault, site, verb, glob, nth) for fault in FAULTS for nth in sorted(nths)
                      if nth == 1 or FAULTS[fault][1] == 1]
        cases += [(UNNAMED, site, 'any', service, 1) for site in ('site-a', 'site-b')
                  for service in SERVICES]
        mine = [c for c in cases if part_of(c, self.o.part[1]) == self.o.part[0]]
        self.others, cases = len(cases) - len(mine), mine
        if self.o.sample:
            cases = random.Random(self.o.seed).sample(cases, min(len(cases), self.o.sample))
        yield cases

    @staticmethod
    def cases_at(text):
        fault, site, verb, glob, nth = text.split(' | ')
        return [(fault, site, verb, glob, int(nth))]

    def repeat(self, case):
        return "faults --scenario %s --at '%s'" % (self.scenario.name,
                                                   ' | '.join(str(c) for c in case))

    def file_of(self, case):
        return '%s-%s-%s' % (self.name, self.scenario.name, '-'.join(str(c).strip('?') for c in case))

    def act(self, case):
        if case[0] != '50 MB':
            return self.strike(case)
        with MEMORY:
            return self.strike(case)

    def strike(self, case):
        fault, site, verb, glob, nth = case
        lines = []
        with self.ground.world(api_timeout=API_TIMEOUT) as w:
            if fault == UNNAMED:
                named = w.edit_clouds(lambda text: unnamed(text, site, glob))
                w.on_mend = lambda: w.edit_clouds(lambda _: named)
            else:
                do, count, more = FAULTS[fault]
                w.control.ask('POST', '/faults', {'site': site, 'verb': verb, 'path': glob,
                                                  'nth': nth, 'count': count, 'do': do, **more})
            try:
                done = self.begin(w, case)
            except subprocess.TimeoutExpired:
                w.end_lab()
                return ['it hangs; kept in %s' % w.keep(self.file_of(case))]
            self.struck[fault == UNNAMED or w.struck + w.control.struck() > 0, verb, shown(glob)] += 1
            self.mend(w, case)
            end = self.judge(w, done, lines)
            self.ends[end] += 1
            if lines:
                lines.append('%s, exit %d; kept in %s' % (end, done.returncode,
                                                          w.keep(self.file_of(case))))
        return lines

    def begin(self, w, case, play=lambda w, _, **how: act(w, **how)):
        """The verb. An engine that waits with a decision asks again as long as it is refused, and
        says so; whoever looks ends that, and the next engine finds nothing in the way."""
        if not self.scenario.waits:
            return play(w, case)
        try:
            return play(w, case, seconds=PATIENCE)
        except subprocess.TimeoutExpired:
            with open(os.path.join(w.state, 'console.log'), encoding='utf-8') as f:
                if 'the window has ended, but not with' not in f.read():
                    raise
        self.ends['waited'] += 1
        w.struck = w.control.struck()
        self.mend(w, case)
        return act(w)

    @staticmethod
    def mend(w, _):
        w.control.mend()
        w.on_mend()

    def judge(self, w, done, lines, curable=True):
        """Which of the ends it came to; what contradicts it goes to lines."""
        look = w.look()
        journal = look.journal
        lines += invariants.after_all(w, look)
        if standing(journal) == self.before:
            lines += explained(done, (1, 2, 69, 77))
            lines += ['refused, and changed: ' + d for d in self.changed(w, look)]
            return 'refused'
        op = self.scenario.operation(journal)
        if (op['status'], op['verdict']) == self.scenario.ends:
            if done.returncode != 0:
                lines.append('it went well, and the exit code is %d: %s' % (done.returncode,
                                                                            done.stderr))
            told = 'does not show its key pairs' in done.stderr  # and that it goes without them
            lines += [d for d in differences(self.want, end_state(w, look), 20)
                      if not (told and re.search(r'/key(_name)?: ', d)) and
                      # Nova tells which address it is, and not which of Neutron's.
                      not re.search(r'/floating_ip_id: .*, found None$', d)]
            return 'done'
        lines += explained(done, (1,))
        if not op['error_message'] or not op['remedy']:
            lines.append('it failed without %s: %s' % (
                'a reason' if not op['error_message'] else 'a remedy', op['error_message']))
        owner = op['parent'] or op['id']
        left = [e for e in journal.of('ledger', owner) if e['state'] != 'gone']
        deleted = op['type'] == 'release'  # by its record, not by a ledger
        if not left and not op['parent'] and not deleted:
            lines += ['undone, and changed: ' + d for d in self.changed(w, look)]
            return 'undone'
        if curable:
            lines += self.try_again(w, owner)
        return 'partial'

    def try_again(self, w, owner):
        """What is left of a failure goes, or is done, once somebody asks for it and nothing is in
        the way any more."""
        op = self.scenario.operation(w.journal())
        if op['type'] in ('test_failover', 'test_cleanup'):
            how = ('test', 'cleanup', owner, '--wait')
        elif op['type'] in ('confirm_failback', 'cancel_failback', 'commit', 'resolve',
                            'release'):
            how = self.scenario.fill(self.scenario.act, w)
        else:
            how = ('operation', 'retry', op['id'], '--confirm', scenarios.GROUP, '--reason',
                   'nothing is in the way any more', '--wait')
        if self.scenario.forced:
            w.run('protection-group', 'readiness', scenarios.GROUP)  # whoever looks sees who runs
        again = w.run(*how)
        look = w.look()
        if 'resolve GROUP --serving' in again.stderr and self.scenario.forced:
            return self.decide(w, op)
        op = self.scenario.operation(look.journal)
        left = [e for e in look.journal.of('ledger', owner) if e['state'] != 'gone']
        lines = ['asked again: ' + line for line in invariants.after_all(w, look)]
        if op['type'] in ('failover', 'failback') and op['status'] == 'failed' and not left:
            # It was being taken back when it could not go on: now it has been.
            return lines + ['taken back, and changed: ' + d for d in self.changed(w, look)]
        if again.returncode != 0:
            lines.append('asked again (%s), it ends with %d: %s' % (' '.join(how[:2]),
                                                                    again.returncode, again.stderr))
        if op['type'] in ('test_failover', 'test_cleanup'):
            return lines + ['asked again, and %s is left' % e['name'] for e in left]
        if (op['status'], op['verdict']) != self.scenario.ends:
            lines.append('asked again, it comes to %s %s' % (op['status'], op['verdict']))
        return lines

    def decide(self, w, op):
        """After a forced failover both sites were seen to run: a person says who serves. What a
        failed one has left goes then; what a partial one has moved is stopped, and stays."""
        owner, lines = op['parent'] or op['id'], []
        self.ends['decided'] += 1
        how = [scenarios.move('resolve', '--serving', 'site-a', '--stop-other', '--reason',
                              'the failover is not whole')]
        if op['status'] == 'failed':
            how.append(('test', 'cleanup', owner, '--wait'))
        for args in how:
            done = w.run(*args)
            if done.returncode != 0:
                lines.append('decided (%s), it ends with %d: %s' % (' '.join(args[:2]),
                                                                    done.returncode, done.stderr))
        look = w.look()
        lines += ['decided: ' + line for line in invariants.after_all(w, look)]
        if any(g.get('split_brain') for g in look.journal.groups):
            lines.append('decided, and both sites run')
        return lines + ['decided, and %s is left' % e['name']
                        for e in look.journal.of('ledger', owner)
                        if e['state'] != 'gone' and op['status'] == 'failed']

    def changed(self, w, look):
        """What is not on the sites as it was; what an array has destroyed is gone, and a drill that
        was in the way was to be cleaned up, or part of it."""
        now, known = look.documents, known_ids(w)
        names = labels(look.journal, known)
        drills = {o['id'] for o in look.journal.operations
                  if o['type'] == 'test_failover' and o['id'][3:] in self.scenario.known}
        drilled = {e['resource_id'] for e in look.journal.ledger if e['op_id'] in drills}
        return [line for s in now for k in now[s] for line in differences(*(
            plain_documents([d for d in living(docs) if d['id'] not in drilled], names, known)
            for docs in (w.before[s][k], now[s][k])))]

    def summary(self):
        struck = sum(n for key, n in self.struck.items() if key[0])
        never = {key[1:] for key in self.struck} - {key[1:] for key in self.struck if key[0]}
        self.lines += ['never struck: %s %s' % key for key in sorted(never)]
        return '%d kinds of call x %d faults, %d struck; %s%s' % (
            len(self.calls), len(FAULTS) + 1, struck,
            ', '.join('%s %d' % e for e in sorted(self.ends.items())),
            '; %d are of other parts' % self.others if self.others else '')

    def close(self):
        self.ground.close()


def living(docs):
    return [d for d in docs if not d.get('destroyed')]


def explained(done, codes):
    """Whoever asked was told no, why, and what to do."""
    lines = []
    if done.returncode not in codes:
        lines.append('it failed, and the exit code is %d: %s' % (done.returncode,
                                                                 done.stdout + done.stderr))
    if 'error: ' not in done.stderr or 'what to do: ' not in done.stderr:
        lines.append('it failed and does not say %s: %s' % (
            'why' if 'error: ' not in done.stderr else 'what to do', done.stderr))
    return lines


def unnamed(text, site, service):
    """clouds.yaml in which that service of the site has a name that nobody resolves."""
    head, entry, tail = re.match(r'((?:.*\n)*?)(  %s:\n(?:    .*\n)+)((?:.*\n)*)' % site, text).groups()
    if service == 'identity':
        entry = re.sub(r'auth_url: \S+', 'auth_url: http://nowhere.invalid/identity/v3', entry)
    else:
        key = {'volume': 'volumev3'}.get(service, service)
        entry += '    %s_endpoint_override: http://nowhere.invalid/%s\n' % (key, service)
    return head + entry + tail

