#!/usr/bin/env python3
"""The house is as it is drawn: who includes whom, who links what, and how code is written.

usage: floors.py --source DIR [--build DIR]     check a tree; every violation is a line, exit 1
       floors.py --self                         does each rule find a planted violation?
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

# A room and the rooms it may include besides itself, lowest floor first.
BASE = ['backend/base']
MODEL = BASE + ['backend/model']
FLOOR_0 = MODEL + ['backend/store', 'backend/net']
FLOOR_1 = FLOOR_0 + ['backend/config', 'backend/cloud', 'backend/array', 'backend/probe',
                     'backend/notify']
ENGINE = ['backend/engine/' + part for part in ('recreate', 'groups', 'plan', 'rebuild', 'steps',
                                               'readiness', 'request')]
LAB = ['backend/lab/' + part for part in ('keystone', 'nova', 'cinder', 'neutron', 'array', 'fault')]
ROOMS = {
    'backend/base': [],
    'backend/model': BASE,
    'backend/store': MODEL,
    'backend/net': BASE,
    'backend/config': MODEL,
    'backend/cloud': MODEL + ['backend/net'],
    'backend/array': MODEL + ['backend/net'],
    'backend/probe': MODEL + ['backend/net'],
    'backend/notify': MODEL + ['backend/net'],
    # The engine's own rooms stand on its turn, runs and journal, and on each other in
    # this order; how a server is made anew knows none of that.
    'backend/engine': FLOOR_1 + ENGINE,
    'backend/engine/recreate': MODEL + ['backend/probe'],
    'backend/engine/groups': FLOOR_1 + ['backend/engine'],
    'backend/engine/rebuild': FLOOR_1 + ['backend/engine'],
    'backend/engine/plan': FLOOR_1 + ['backend/engine'] + ENGINE[:1],
    'backend/engine/steps': FLOOR_1 + ['backend/engine'] + ENGINE[:3],
    'backend/engine/readiness': FLOOR_1 + ['backend/engine'] + ENGINE[:3],
    'backend/engine/request': FLOOR_1 + ['backend/engine'] + ENGINE[:-1],
    'backend/door': FLOOR_1 + ['backend/engine'],
    # The lab is a program of its own: the engine never includes it. Its services
    # know the lab and whom the real ones ask too.
    'backend/lab': MODEL + LAB,
    'backend/lab/keystone': MODEL + ['backend/lab'],
    'backend/lab/neutron': MODEL + ['backend/lab'],
    'backend/lab/fault': MODEL + ['backend/lab'],
    'backend/lab/array': MODEL + ['backend/lab', 'backend/lab/fault'],
    'backend/lab/cinder': MODEL + ['backend/lab', 'backend/lab/array'],
    'backend/lab/nova': MODEL + ['backend/lab', 'backend/lab/cinder', 'backend/lab/neutron'],
    'widgets': BASE,
    'tui': MODEL + ['backend/door', 'widgets'],
}
# A foreign header, and the only rooms that may include it.
FOREIGN = [
    (r'(n?curses(w/\w+)?|panel|term)\.h', ['widgets']),
    (r'curl/.*', ['backend/net', 'backend/cloud']),
    (r'sqlite3\.h', ['backend/store', 'backend/lab']),
    (r'microhttpd\.h', ['backend/lab']),
    (r'yaml\.h', ['backend/cloud']),
    (r'libconfig\.h', ['backend/config', 'widgets']),
    (r'libssh/.*', ['backend/probe']),
    (r'openssl/.*', ['backend/notify']),
]
BANNED = ('strcpy strcat sprintf vsprintf strtok gets atoi atol localtime gmtime system popen '
          'alloca').split()
LONGEST = 600  # lines of a file
CURSES = re.compile(r'^(newterm|initscr|endwin|doupdate|stdscr|w?refresh|wnoutrefresh|w?erase|'
                    r'w?add(n?str|ch|nwstr)|mvw?add\w+|w?getch|w?get_wch|start_color|keypad)$')
CURL = re.compile(r'^curl_')
# What a library or a program may never have undefined (or need).
NEVER = [(r'libpc_(base|model|store|net|config|cloud|array|probe|notify|engine|door)\.a$', CURSES),
         (r'libpc_(base|model|store|config|widgets)\.a$', CURL)]
NEVER_NEEDS = {'bin/protector-lab': ['ncurses', 'libcurl', 'libssh', 'libyaml']}
LIBRARIES = ['base', 'model', 'store', 'net', 'config', 'cloud', 'array', 'probe', 'notify', 'engine',
             'door', 'widgets', 'tui']
TREES = ['backend', 'widgets', 'tui', 'tests', 'scripts', '.ci', 'cmake', 'docs', 'themes',
         'packaging']


def files(top):
    """Every file of the project, by its path from the root; nothing that a build made."""
    for name in sorted(os.listdir(top)):
        if os.path.isfile(os.path.join(top, name)) and name != '.git':
            yield name
    for tree in TREES:
        for folder, folders, names in os.walk(os.path.join(top, tree)):
            folders[:] = sorted(f for f in folders if f not in ('__pycache__', '.git'))
            for name in sorted(names):
                yield os.path.relpath(os.path.join(folder, name), top)


def text_of(top, path):
    with open(os.path.join(top, path), encoding='utf-8', errors='replace') as f:
        return f.read()


def bare(code):
    """C without comments and without what stands in quotes; lines stay lines."""
    def blank(match):
        found = match.group(0)
        return '\n' * found.count('\n') if found[0] == '/' else found[0] * 2
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(\\.|[^"\\\n])*"|\'(\\.|[^\'\\\n])+\'', blank, code,
                  flags=re.S)


def room_of(path):
    for room in sorted(ROOMS, key=len, reverse=True):
        if path.startswith(room + '/'):
            return room
    return None


def numbered(pattern, text):
    for match in re.finditer(pattern, text, flags=re.M):
        yield text.count('\n', 0, match.start()) + 1, match


def check_include(top, path, line, opening, name):
    room = room_of(path)
    where = '%s:%d' % (path, line)
    if opening == '<':
        for pattern, rooms in FOREIGN:
            if room and room not in rooms and re.fullmatch(pattern, name):
                yield '%s: floor: %s may not include <%s>' % (where, room, name)
        return
    beside = os.path.join(os.path.dirname(path), name)
    if path.startswith('tests/') and os.path.isfile(os.path.join(top, beside)):
        return  # a test's own fixture
    if not os.path.isfile(os.path.join(top, name)):
        yield '%s: include: "%s" is no path from the root' % (where, name)
        return
    other = room_of(name)
    if room and (other is None or (other != room and other not in ROOMS[room])):
        yield '%s: floor: %s may not include "%s"' % (where, room, name)


def check_code(top, path, text):
    pattern = r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]'
    for line, match in numbered(pattern, text):
        yield from check_include(top, path, line, *match.groups())
    for line, match in numbered(r'(?<![\w.>])(%s)\s*\(' % '|'.join(BANNED), bare(text)):
        yield '%s:%d: banned: %s()' % (path, line, match.group(1))


def check_paths(top, path, text):
    """Paths of one machine: the folder above this checkout, people's homes, ways out of it."""
    above = os.path.dirname(os.path.abspath(top))
    homes = [r'/' r'root/', r'/Users/[A-Za-z]']
    if not path.startswith('tests/'):  # there a home may be an example
        homes.append(r'/home/[a-z]')
    if above.count('/') and len(above) > 1 and above not in ('/tmp', '/usr', '/var', '/opt'):
        homes.append(re.escape(above) + r'/')
    for line, match in numbered('|'.join(r'(?<![\w.$}~-])%s' % h for h in homes), text):
        yield '%s:%d: path: %s' % (path, line, match.group(0))
    if path.endswith(('.md', '.cmake', '.txt')):
        for line, match in numbered(r'(?:(?<=[\s"\'`(])|^)((?:\.\./)+)\w', text):
            if match.group(1).count('../') > path.count('/'):
                yield '%s:%d: path: leaves the project' % (path, line)


def check_source(top):
    for path in files(top):
        if path == 'LICENSE' or path.endswith(('.png', '.pyc')):
            continue
        text = text_of(top, path)
        if path.endswith(('.c', '.h')):
            yield from check_code(top, path, text)
        lines = text.count('\n')
        if path.endswith(('.c', '.h', '.py', '.sh', '.cmake')) and lines > LONGEST:
            yield '%s: length: %d lines are more than %d' % (path, lines, LONGEST)
        yield from check_paths(top, path, text)


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_archive(path, name):
    undefined = {line.split()[-1] for line in output_of('nm', '-A', '-u', path).splitlines()
                 if ' U ' in line}
    for pattern, symbols in NEVER:
        if re.search(pattern, name):
            for symbol in sorted(s for s in undefined if symbols.match(s)):
                yield '%s: link: uses %s' % (name, symbol)


def check_build(build):
    for library in LIBRARIES:
        name = 'libpc_%s.a' % library
        path = os.path.join(build, name)
        if os.path.exists(path):
            yield from check_archive(path, name)
        else:
            yield '%s: link: was not built' % name
    for name, never in NEVER_NEEDS.items():
        path = os.path.join(build, name)
        if not os.path.exists(path):
            yield '%s: link: was not built' % name
            continue
        needed = re.findall(r'NEEDED.*\[(.*)\]', output_of('readelf', '-d', path))
        for library in needed:
            if any(library.startswith(n) or library.startswith('lib' + n) for n in never):
                yield '%s: link: needs %s' % (name, library)


# -- the check of the check ------------------------------------------------------------------

PLANTED = {
    # path: (content, what must be said of it; None: nothing)
    'backend/base/good.h': ('#include <stdio.h>\n/* strcpy(a, b) is banned */\n', None),
    'backend/base/good.c': ('#include "backend/base/good.h"\nconst char *s = "system(1)";\n'
                            'int my_system(void);\nint x = a.gets(1);\n', None),
    'tui/good.c': ('#include "backend/base/good.h"\n', None),
    'tests/base/good.c': ('#include "backend/base/good.h"\n#include <curses.h>\n', None),
    'backend/base/up.c': ('#include "tui/good.c"\n', 'floor: backend/base may not include "tui'),
    'tui/deep.c': ('#include "backend/engine/e.h"\n', 'floor: tui may not include "backend/eng'),
    'backend/engine/e.h': ('#include "backend/lab/l.h"\n', 'floor: backend/engine may not'),
    'backend/lab/l.h': ('#include <curses.h>\n', 'floor: backend/lab may not include <curses.h>'),
    'widgets/w.c': ('#include <curl/curl.h>\n', 'floor: widgets may not include <curl/curl.h>'),
    'backend/model/m.c': ('#include "good.h"\n', 'include: "good.h" is no path from the root'),
    'backend/model/t.c': ('#include "tests/base/good.c"\n', 'floor: backend/model may not'),
    'backend/store/b.c': ('/* one\n two */ int n = atoi (s);\n', ':2: banned: atoi()'),
    'backend/store/long.c': ('\n' * (LONGEST + 1), 'length: 601 lines'),
    'docs/p.md': ('see `' + '../' + 'elsewhere`\n', None),
    'docs/q.md': ('see `' + '../' * 2 + 'elsewhere`\n', 'path: leaves the project'),
    'tests/base/f.c': ('#include "good.c"\n#include "none.h"\n', 'include: "none.h" is no path'),
    'tests/base/g.c': ('const char *p = "/' + 'root/x";\n', 'path: /' + 'root/'),
    'docs/r.md': ('in /' + 'home/someone/x\n', 'path: /' + 'home/s'),
}


def self_check():
    wrong = []
    with tempfile.TemporaryDirectory() as top:
        for path, (content, _) in PLANTED.items():
            os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(top, path), 'w', encoding='utf-8') as f:
                f.write(content)
        said = list(check_source(top))
        said += ['built: ' + s for s in check_build(os.path.join(top, 'nothing'))]
    for path, (_, expected) in PLANTED.items():
        lines = [s for s in said if s.startswith(path + ':')]
        if len(lines) != (expected is not None) or (expected and expected not in lines[0]):
            wrong.append('%s: expected %r, was told %r' % (path, expected, lines))
    if sum(s.startswith('built: ') for s in said) != len(LIBRARIES) + len(NEVER_NEEDS):
        wrong.append('libraries that were not built went unnoticed')
    wrong += linked_check()
    return wrong


def linked_check():
    """A widgets library that calls curl, made by the compiler, is found out."""
    with tempfile.TemporaryDirectory() as top:
        source = os.path.join(top, 'w.c')
        with open(source, 'w', encoding='utf-8') as f:
            f.write('void *curl_easy_init(void);\nvoid *newterm(void);\n'
                    'void *w(void);\nvoid *w(void) { return curl_easy_init() ? newterm() : 0; }\n')
        output_of('cc', '-c', source, '-o', os.path.join(top, 'w.o'))
        wrong = []
        for name, symbol in (('libpc_widgets.a', 'curl_easy_init'), ('libpc_engine.a', 'newterm')):
            path = os.path.join(top, name)
            output_of('ar', 'rcs', path, os.path.join(top, 'w.o'))
            if list(check_archive(path, name)) != ['%s: link: uses %s' % (name, symbol)]:
                wrong.append('%s: the call of %s went unnoticed' % (name, symbol))
        return wrong


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--source')
    ap.add_argument('--build')
    ap.add_argument('--self', action='store_true')
    opts = ap.parse_args()
    violations = self_check() if opts.self else list(check_source(opts.source))
    if opts.build:
        violations += check_build(opts.build)
    for violation in violations:
        print(violation)
    print('%d violations' % len(violations))
    return 1 if violations else 0


if __name__ == '__main__':
    sys.exit(main())
