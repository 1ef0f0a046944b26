"""The programs that are measured: where they are, and whether they are those of this source."""
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
DEFAULT = os.path.join(ROOT, 'build')
STORE = ('backend/base', 'backend/model', 'backend/store')
# What each is linked of: below a folder, but not below the second.
MADE_OF = {
    'protector-console': (('backend', 'tui', 'widgets', 'themes'), 'backend/lab'),
    'protector-lab': (('backend/lab', 'backend/base', 'backend/model'), None),
    'bench_journal': (STORE + ('tests/bench/journal.c',), None),
    'bench_groups': (STORE + ('tests/bench/screen/groups.c',), None),
    'bench_floor': (('tests/bench/screen/floor.c',), None),
    'bench_rows': (('backend/base', 'widgets', 'tests/bench/screen/rows.c'), None),
}


def sources(parts, without):
    for part in parts:
        top = os.path.join(ROOT, part)
        if os.path.isfile(top):
            yield top
        for folder, _, names in os.walk(top):
            if not without or not (folder + '/').startswith(os.path.join(ROOT, without) + '/'):
                yield from (os.path.join(folder, name) for name in names
                            if name.endswith(('.c', '.h', '.theme')))


def programs(opts, *wanted):
    """The folder of the programs of --build; it is told when they were built. Ends the bench when
    one of them is missing or, of this clone's own builds, older than what it is made of."""
    folder, when = os.path.join(os.path.abspath(opts.build), 'bin'), []
    for name in wanted:
        path = os.path.join(folder, name)
        if not os.access(path, os.X_OK):
            sys.exit('error: no %s in %s: build it, or name the folder with --build' % (name, folder))
        when.append(os.path.getmtime(path))
        newer = max(sources(*MADE_OF[name]), key=os.path.getmtime)
        if os.path.commonpath([ROOT, folder]) == ROOT and os.path.getmtime(newer) > when[-1]:
            sys.exit('error: %s is older than %s: scripts/build release' %
                     (path, os.path.relpath(newer, ROOT)))
    print('%s, built %s' % (folder, time.strftime('%Y-%m-%d %H:%M:%SZ', time.gmtime(max(when)))),
          flush=True)
    return folder
