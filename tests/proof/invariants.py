"""The invariants of docs/architecture.md, as one checker: what must hold whatever happened.

at_a_kill() looks at a world whose engine has just been killed, after_all() at one that has come to
rest. Neither believes the console: the sites tell what was done to them (the lab's chronicle), and
the history is read from a copy of its file. Each returns what is wrong, as lines.
"""
import collections
import json
import os
import re

OURS = ('server', 'volume', 'port', 'network', 'subnet', 'floating-ip')
CONTROL = re.compile(rb'[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]')
LEDGER_WORDS = {'server': 'server', 'volume': 'volume', 'port': 'port', 'network': 'network',
                'subnet': 'subnet', 'floating_ip': 'floating-ip'}


def marked(chronicle):
    """{(kind, id): last entry} of everything that was ever marked as ours."""
    last = {}
    for e in chronicle:
        if e['op'] and e['kind'] in OURS:
            last[e['kind'], e['id']] = e
    return last


# ---- 1: no act before its intent is durable ---------------------------------

def unjournalled(world, chronicle, journal):
    lines = []
    intended = {(e['op_id'], e['key']): e for e in journal.ledger}
    for (kind, _), e in marked(chronicle).items():
        entry = intended.get((e['op'], e['step']))
        if not entry:
            lines.append('1: %s %s was made, and the journal does not know it (%s)' % (
                kind, e['name'], e['step']))
    lines += stopped_unjournalled(world, chronicle, journal)
    return lines


def stopped_unjournalled(world, chronicle, journal):
    """Whoever was stopped that ran before: the ledger says that it was us."""
    ran = {d['id'] for site in world.before.values() for d in site['server']
           if d.get('status') == 'ACTIVE'}
    told = {e['resource_id'] for e in journal.ledger if e['type'] == 'stopped'}
    told |= {e['source_id'] for e in journal.ledger if e['type'] == 'stopped'}
    deleting = {s['resource_id'] for s in journal.steps if s['kind'] == 'delete_server'}
    return ['1: server %s was stopped, and the journal does not know it' % e['name']
            for e in chronicle if e['kind'] == 'server' and e['id'] in ran and
            e['status'] == 'SHUTOFF' and e['id'] not in told | deleting]


# ---- 2, 7: nothing twice -----------------------------------------------------

def made_twice(chronicle):
    made = collections.Counter((e['kind'], e['op'], e['step']) for e in chronicle
                               if e['op'] and e['new'] and e['kind'] in OURS)
    alive = collections.Counter((k, e['op'], e['step']) for (k, _), e in marked(chronicle).items()
                                if e['status'] != 'gone')
    lines = ['2: made twice, and both are there: %s %s' % (k, step)
             for (k, _, step), n in alive.items() if n > 1]
    # Made again after the first was seen to fail is another try; while the first lives it is not.
    living = collections.Counter()
    for e in chronicle:
        mark = (e['kind'], e['op'], e['step'])
        if not e['op'] or e['kind'] not in OURS or made[mark] < 2:
            continue
        living[mark] += 1 if e['new'] else -1 if e['status'] == 'gone' else 0
        if living[mark] > 1:
            lines.append('2: made twice: %s %s of %s' % mark)
    return sorted(set(lines))


# ---- 4: the ledger and the world agree; only what is marked was deleted -------

def ledger_lies(chronicle, journal, documents):
    lines = []
    there = {d['id'] for site in documents.values() for kind in OURS for d in site[kind]}
    at_rest = {o['id'] for o in journal.operations if o['at_rest']}
    for e in journal.ledger:
        if e['op_id'] not in at_rest or e['type'] not in LEDGER_WORDS:
            continue
        alive = e['resource_id'] in there
        if e['state'] == 'gone' and alive:
            lines.append('4: %s %s is said to be gone and is there' % (e['type'], e['name']))
        if e['state'] == 'made' and not alive:
            lines.append('4: %s %s is said to be there and is not' % (e['type'], e['name']))
    listed = {e['resource_id'] for e in journal.ledger if e['state'] != 'gone'}
    unknown = {(e['op_id'], e['key']) for e in journal.ledger
               if e['state'] != 'gone' and not e['resource_id']}
    for (kind, rid), e in marked(chronicle).items():
        if e['status'] != 'gone' and rid in there and rid not in listed and \
                (e['op'], e['step']) not in unknown:
            lines.append('4: a leak: %s %s lives and is not listed' % (kind, e['name']))
    return lines


def survivors_unnamed(journal):
    """What is left of an operation that was to leave nothing is named in its words."""
    lines = []
    for op in journal.operations:
        if not op['at_rest'] or op['status'] != 'failed':
            continue
        words = '%s %s' % (op['error_message'], op['warnings'])
        for told in [op['id']] + [o['id'] for o in journal.operations if o['parent'] == op['id']]:
            words += ' '.join(e['text'] for e in journal.of('events', told))
        begun = [s for s in journal.of('steps', op['id'])
                 if s['phase'] == 'cleaning_up' and s['status'] not in ('waiting',)]
        left = [e for e in journal.of('ledger', op['id']) if e['state'] != 'gone']
        if begun and left and not re.search(r'%d left on' % len(left), words):
            lines.append('4: %d are left and not named: %s' % (len(left), words[:200]))
    return lines


def released(journal):
    """{id: what it belongs to} of what an operation was told to release."""
    return {s['key'].split(':', 1)[1]: s['kind'] for s in journal.steps
            if s['kind'].startswith('release_')}


def released_alive(chronicle, journal):
    """Of what is released no server ran when it was deleted."""
    ids, state, lines = released(journal), {}, []
    for e in chronicle:
        if e['kind'] == 'server' and e['id'] in ids:
            if e['status'] == 'gone' and state.get(e['id'], 'SHUTOFF') != 'SHUTOFF':
                lines.append('4: server %s was released while it was %s' % (
                    e['name'], state[e['id']]))
            state[e['id']] = e['status']
    return lines


def foreign_deleted(world, chronicle, journal):
    """Ours are marked, or were in the ledger, or a person had them released; everything else is
    somebody's."""
    ours = {rid for _, rid in marked(chronicle)} | world.scenario.known | released(journal).keys()
    return ['4: %s %s of %s was deleted and is not ours' % (e['kind'], e['name'], e['site'])
            for e in chronicle if e['status'] == 'gone' and e['kind'] in OURS and
            e['id'] not in ours and not e['new'] and not e['op']]


# ---- 5: one running operation a group -----------------------------------------

def running_twice(journal):
    """A drill that is being cleaned up does not count: what asked for that waits for it."""
    open_ = [o for o in journal.operations if not o['at_rest']]
    cleaned = {o['parent'] for o in open_ if o['type'] == 'test_cleanup'}
    busy = collections.Counter(o['group_id'] for o in open_
                               if not o['parent'] and o['id'] not in cleaned)
    return ['5: %d operations run on one group' % n for n in busy.values() if n > 1]


# ---- never two writable primaries ----------------------------------------------

def two_primaries(world, chronicle, journal):
    """A member that runs on both sites at once, drills' copies left out."""
    if world.scenario.forced:
        return []
    real = {o['id'] for o in journal.operations if o['type'] in ('failover', 'failback')}
    source = {}  # id of a copy -> id of what it is a copy of
    for e in journal.ledger:
        if e['type'] == 'server' and e['op_id'] in real and e['resource_id']:
            source[e['resource_id']] = e['source_id']
    state = {d['id']: d.get('status') for site in world.before.values() for d in site['server']}
    lines = []
    for e in chronicle:
        if e['kind'] != 'server':
            continue
        state[e['id']] = e['status']
        for copy, origin in source.items():
            if state.get(copy) == 'ACTIVE' and state.get(origin) == 'ACTIVE':
                lines.append('two primaries: %s ran on both sites (entry %d)' % (e['name'], e['n']))
    return lines[:3]


# ---- 7, 8: what is said is in the history ---------------------------------------

def history_gaps(journal):
    lines = []
    for op in journal.operations:
        if not op['at_rest']:
            continue
        texts = {e['text'] for e in journal.of('events', op['id'])}
        undone = any(o['parent'] == op['id'] for o in journal.operations)  # which tells it
        rebuilt = any(t.startswith('told anew: ') for t in texts)  # its own events are lost
        if op['status'] not in texts and not undone and not rebuilt:
            lines.append('7: %s rests %s, and no event says so' % (op['type'], op['status']))
        if not op['completed_ms'] or not op['started_ms']:
            lines.append('7: %s rests %s without its times' % (op['type'], op['status']))
        if op['status'] == 'failed' and not op['error_message']:
            lines.append('8: %s failed and does not say why' % op['type'])
    return lines


def restless(journal):
    return ['7: %s is left %s' % (o['type'], o['status']) for o in journal.operations
            if not o['at_rest']]


# ---- the second record ---------------------------------------------------------------

REAL = ('failover', 'failback', 'commit', 'rollback', 'confirm_failback', 'cancel_failback', 'resolve',
        'release')


def file_behind(world, journal):
    """groups.json says what the history says: a rebuild would tell the same story."""
    if world.scenario.lost and not journal.groups:
        return []  # nothing has been told anew
    path = os.path.join(world.state, 'groups.json')
    if not os.path.exists(path):
        return ['groups.json is missing'] if journal.groups else []
    with open(path, encoding='utf-8') as f:
        told = {g['id']: g for g in json.load(f)['groups']}
    lines = ['groups.json has %s, which was deleted' % told[i]['name']
             for i in told.keys() - {g['id'] for g in journal.groups}]
    for g in journal.groups:
        ended = [(o['id'], o['status']) for o in journal.operations if o['group_id'] == g['id'] and
                 o['type'] in REAL and o['completed_ms']]
        has = told.get(g['id'], {})
        for key in ('metadata_version', 'current_primary'):
            if has.get(key) != g[key]:
                lines.append('groups.json says %s of %s: %s; the history %s' % (
                    key, g['name'], has.get(key), g[key]))
        if [(o['id'], o['status']) for o in has.get('operations', [])] != ended:
            lines.append('groups.json lacks operations of %s: %s; the history has %s' % (
                g['name'], has.get('operations'), ended))
    return lines


# ---- 9, 10: what is shown, what is written ----------------------------------------

def dirty_outputs(world):
    return ['9: a control byte was printed: %r' % text[max(0, CONTROL.search(text).start() - 40):]
            [:90] for text in world.said if CONTROL.search(text)][:2]


def secrets_of(world):
    words = {'lab-secret'} | world.secrets
    with open(world.config, encoding='utf-8') as f:
        words |= set(re.findall(r'api_token = "([^"]+)"', f.read()))
    return [w.encode() for w in words if len(w) > 7]


def secrets_written(world):
    lines, words = [], secrets_of(world)
    for folder, folders, names in os.walk(world.state):
        if folder == world.state and 'lab' in folders:
            folders.remove('lab')  # the sites' own memory
        for name in names:
            with open(os.path.join(folder, name), 'rb') as f:
                text = f.read()
            lines += ['10: a secret is in %s' % name for w in words if w in text]
    lines += ['10: a secret was printed' for text in world.said for w in words if w in text]
    return sorted(set(lines))


# ---- the two moments ----------------------------------------------------------------

def at_a_kill(world, look=None):
    """The engine has just died: every trace in the world has its intent on the disk."""
    look = look or world.look()
    journal, chronicle = look.journal, look.chronicle
    return unjournalled(world, chronicle, journal) + made_twice(chronicle) + \
        running_twice(journal)


def after_all(world, look=None):
    look = look or world.look()
    journal, chronicle = look.journal, look.chronicle
    lines = unjournalled(world, chronicle, journal) + made_twice(chronicle)
    lines += ledger_lies(chronicle, journal, look.documents) + survivors_unnamed(journal)
    lines += foreign_deleted(world, chronicle, journal) + released_alive(chronicle, journal) + \
        running_twice(journal) + restless(journal)
    lines += two_primaries(world, chronicle, journal) + history_gaps(journal)
    lines += file_behind(world, journal) + dirty_outputs(world) + secrets_written(world)
    return lines


__all__ = ['after_all', 'at_a_kill']
