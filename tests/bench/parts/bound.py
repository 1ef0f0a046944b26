"""What a plan could cost at best: its DAG, the least that each step takes on the lab, the caps."""
import collections
import heapq

CALL = 0.050    # seconds of every call: --latency fixed:50
BOOT = 2.000    # --boot-time fixed:2000
VOLUME = 1.200  # --volume-time fixed:1200
# Built into the lab, at --speed 1.
STOP, START, DELETE_SERVER, DELETE_VOLUME = 0.900, 0.900, 0.600, 0.500

# The lab does what it is asked when it is asked, and answers a call's time later: what takes its
# own time runs beside the answer.  Seeing that it is done costs one read.
def asked(span):
    return max(CALL, span) + CALL


# kind: (service whose cap counts, or None; seconds at least)
LEAST = {
    'check_source': ('image', CALL),
    'create_volume': ('volume', asked(VOLUME)),
    'create_port': ('network', 2 * CALL),
    'create_network': ('network', 2 * CALL),
    'create_subnet': ('network', CALL),
    'create_server': ('compute', asked(BOOT) + 2 * CALL),   # its volumes and ports are read
    'verify_boot': ('compute', CALL),
    'stop_server': ('compute there', CALL + asked(STOP)),   # looked at before; caps are a site's
    'start_server': ('compute there', CALL + asked(START)),
    'validate_target_site': ('compute', CALL),
    'update_group': (None, 2 * CALL),                       # the members are read anew
    # The mark is read before anything is deleted, and that it is gone after.
    'delete_server': ('compute', CALL + asked(DELETE_SERVER)),
    'delete_port': ('network', 3 * CALL),
    'delete_volume': ('volume', CALL + asked(DELETE_VOLUME)),
    'delete_network': ('network', 3 * CALL),
}


def least(step):
    return LEAST.get(step['kind'], (None, 0.0))


def passes(steps, cleanup):
    """Cleanup begins when everything else is over; without it those steps never run."""
    forward = [s for s in steps if s['phase'] != 'cleaning_up']
    return [forward] + ([[s for s in steps if s['phase'] == 'cleaning_up']] if cleanup else [])


def longest_way(steps):
    ends = {}
    for s in steps:
        before = max((ends.get(k, 0.0) for k in s['after']), default=0.0)
        ends[s['key']] = before + least(s)[1]
    return max(ends.values(), default=0.0)


def bound(steps, cap, cleanup):
    """No schedule is shorter: the longest way, and the work of a service through its cap."""
    total = 0.0
    for some in passes(steps, cleanup):
        work = collections.Counter()
        for s in some:
            service, seconds = least(s)
            if service:
                work[service] += seconds / cap
        total += max([longest_way(some)] + list(work.values()))
    return total


def ideal(steps, cap, cleanup):
    """A schedule that begins whatever is ready, in the plan's order, without a moment lost."""
    clock = 0.0
    for some in passes(steps, cleanup):
        known = {s['key'] for s in some}
        waits = {s['key']: sum(k in known for k in s['after']) for s in some}
        nexts = collections.defaultdict(list)
        for i, s in enumerate(some):
            for k in s['after']:
                nexts[k].append(i)
        room = collections.Counter({s: cap for s in {least(x)[0] for x in some} if s})
        ready = collections.defaultdict(list)
        for i, s in enumerate(some):
            if waits[s['key']] == 0:
                heapq.heappush(ready[least(s)[0]], i)
        running = []
        while running or any(ready.values()):
            for service, queue in ready.items():
                while queue and (service is None or room[service] > 0):
                    i = heapq.heappop(queue)
                    room[service] -= 1
                    heapq.heappush(running, (clock + least(some[i])[1], i))
            clock, i = heapq.heappop(running)
            room[least(some[i])[0]] += 1
            for k in nexts[some[i]['key']]:
                waits[some[k]['key']] -= 1
                if waits[some[k]['key']] == 0:
                    heapq.heappush(ready[least(some[k])[0]], k)
    return clock
