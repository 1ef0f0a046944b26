#!/usr/bin/env python3
"""A remedy that is followed literally works: every verb and flag that the program's words
name is one that it has.

usage: remedies.py        reads the sources and docs/commands.md, which is made of the tables
       remedies.py --self shows that it can fail
"""
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
TREES = ['backend/model', 'backend/engine', 'backend/cloud', 'backend/array', 'backend/store',
         'backend/probe', 'backend/notify', 'backend/config', 'tui']
# Of other programs: what they are called with is not ours to know.
OTHERS = r'\b(openstack|kolla-ansible|protector-lab|ssh|curl|sqlite3|journalctl)\b[^;)`]*'
# Flags of programs that are started, and of what is not a verb.
NOT_VERBS = {'--connect', '--ascii', '--linear', '--private', '--help'}
# Where such a word is no noun of everyday language, what follows it is a verb of it.
NOUNS = ('protection-group', 'consistency-group', 'recovery-point')


def table():
    """{verb: its flags}, and all flags, as docs/commands.md has them."""
    with open(os.path.join(TOP, 'docs', 'commands.md'), encoding='utf-8') as f:
        parts = re.split(r'^## ', f.read(), flags=re.M)[1:]
    verbs, every, own = {}, set(NOT_VERBS), set(NOT_VERBS)
    for part in parts:
        name = part.split('\n', 1)[0].strip()
        flags = set(re.findall(r'`(?:-\w, )?(--[a-z][a-z-]*)', part))
        every |= flags
        if not re.fullmatch(r'[a-z][a-z -]*', name):
            own |= flags  # of every verb
            continue
        for word in [name] + re.findall(r'`protector-console ([a-z][a-z -]*)`', part):
            verbs[word] = flags
    return {v: flags | own for v, flags in verbs.items()}, every


def literals(code):
    """Every string of a C file, those that stand side by side as one; with its line."""
    piece = r'"((?:\\.|[^"\\\n])*)"'
    code = re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group(0).count('\n'), code, flags=re.S)
    for m in re.finditer(piece + r'(?:[\s\\]*' + piece.replace('(', '(?:', 1) + ')*', code):
        if not code[:m.start()].endswith('#include '):
            yield (code.count('\n', 0, m.start()) + 1,
                   ''.join(p for p in re.findall(piece, m.group(0))).replace('\\"', '"'))


def wrong(text, verbs, flags):
    """What it names and the program has not."""
    if text.startswith('--'):
        return  # the name of an option, ours or another program's, not a sentence
    own = re.sub(OTHERS, ' ', text)
    for verb, has in verbs.items():
        for said in re.findall(r'(?<![\w-])%s((?: [A-Z]+| --[^;.,)`]*)+)' % verb, own):
            for flag in re.findall(r'--[a-z][a-z-]*', said):
                if flag in flags and flag not in has:
                    yield '%s of %s' % (flag, verb)
    for flag in re.findall(r'(?<![\w-])--[a-z][a-z-]*', own):
        if flag not in flags:
            yield flag
    for noun, word in re.findall(r'\b(%s) ([a-z][a-z-]*)' % '|'.join(NOUNS), own):
        if '%s %s' % (noun, word) not in verbs:
            yield '%s %s' % (noun, word)
    firsts = {v.split()[0] for v in verbs}
    for quoted in re.findall(r'`([^`]+)`', own):
        words = quoted.split()
        known = any(quoted == v or quoted.startswith(v + ' ') for v in verbs)
        looks = words and re.fullmatch(r'[a-z]+(-[a-z]+)+', words[0]) or words and words[0] in firsts
        if looks and not known and '%' not in quoted:
            yield '`%s`' % quoted


def check(files, verbs, flags):
    seen = 0
    for path in files:
        with open(path, encoding='utf-8') as f:
            for line, text in literals(f.read()):
                seen += '--' in text or '`' in text
                for name in wrong(text, verbs, flags):
                    yield '%s:%d: there is no %s' % (os.path.relpath(path, TOP), line, name)
    if seen < 100 and len(list(files)) > 1:
        yield 'only %d remedies were found' % seen


def sources():
    return [os.path.join(folder, name) for tree in TREES
            for folder, _, names in os.walk(os.path.join(TOP, tree))
            for name in sorted(names) if name.endswith('.c')]


def self_test(verbs, flags):
    bad = ['protection-group failover --no-cleanup', 'run it with --no-such', 'see protection-group lists', 'then `sync-force`',
           '`operation sho OP`', 'openstack server list; then --nowhere']
    good = ['protection-group test-failover GROUP --no-cleanup', 'Give --network-mapping A=B', '(openstack image create --id ...)',
            '`operation show OP`', 'protection-group show, and `openstack server unlock ...`']
    assert all(list(wrong(t, verbs, flags)) for t in bad), bad
    assert not any(list(wrong(t, verbs, flags)) for t in good), good


def main():
    verbs, flags = table()
    self_test(verbs, flags)
    found = [] if sys.argv[1:] == ['--self'] else list(check(sources(), verbs, flags))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
