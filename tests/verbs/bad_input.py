#!/usr/bin/env python3
"""Bad input gets a clear error that names the thing and the remedy, and changes nothing.

usage: bad_input.py FOLDER_OF_THE_PROGRAMS
"""
import http.server
import os
import sqlite3
import subprocess
import sys
import threading

from stage import Report, Stage

DARK = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'themes', 'dark.theme')
DRILL = ('protection-group', 'test-failover', 'prod-web-app')

# what is asked, the exit code, and words that the error or its remedy must have
ASKED = [
    (['protection-group', 'show', 'no-such-group'], 2, ['no-such-group']),
    (['protection-group', 'delete', 'no-such-group'], 2, ['no-such-group']),
    (['operation', 'list', '--protection-group', 'no-such-group'], 2, ['no-such-group', 'hr-suite']),
    (['audit', 'list', '--target', 'never-named'], 2, ['never-named', 'hr-suite']),
    (['protection-group', 'test-failover', 'no-such-group'], 2, ['no-such-group']),
    (['protection-group', 'add-member', 'prod-web-app', 'no-such-server'], 2, ['no-such-server']),
    (['protection-group', 'remove-member', 'prod-web-app', 'no-such-vm'], 2, ['no-such-vm']),
    (['protection-group', 'create', 'x', '--primary', 'site-q', '--secondary', 'site-b'], 2,
     ['site-q']),
    (['protection-group', 'create', 'x', '--primary', 'site-a', '--secondary', 'site-a'], 2,
     ['site']),
    (['protection-group', 'create', '-', '--primary', 'site-a', '--secondary', 'site-b'], 2,
     ['name']),
    (['protection-group', 'create', 'prod-web-app', '--primary', 'site-a', '--secondary',
      'site-b'], 2, ['prod-web-app']),
    (['site', 'show', 'site-q'], 2, ['site-q']),
    (['operation', 'show', 'op-00000000'], 2, ['op-00000000']),
    (['operation', 'watch', 'op-00000000'], 2, ['op-00000000']),
    (['test', 'cleanup', 'op-00000000'], 2, ['op-00000000']),
    ([*DRILL, '--network-mapping', 'net-primary-web=no-such-net'], 2,
     ['no-such-net', 'NetworkNotFound']),
    ([*DRILL, '--network-mapping', 'no-such-net=net-secondary-web'], 2, ['no-such-net']),
    ([*DRILL, '--flavor-mapping', 'm1.small=no-such-flavor'], 2,
     ['no-such-flavor', 'FlavorNotFound']),
    ([*DRILL, '--network-mapping', 'net-primary-web'], 2, ['SOURCE=TARGET']),
    ([*DRILL, '--network-mapping', '=net-secondary-web'], 2, ['SOURCE=TARGET']),
    ([*DRILL, '--health-check', 'tcp:99999'], 2, ['tcp:99999']),
    ([*DRILL, '--health-check', 'tcp:'], 2, ['tcp:']),
    ([*DRILL, '--health-check', 'http:nopath'], 2, ['http:nopath']),
    ([*DRILL, '--health-check', 'smtp:25'], 2, ['smtp:25']),
    ([*DRILL, '--health-check-timeout', '0'], 2, ['--health-check-timeout']),
    ([*DRILL, '--read-only'], 77, ['read-only']),
    (['protection-group', 'delete', 'prod-web-app', '--read-only'], 77, ['read-only']),
    (['protection-group', 'tset-failover', 'prod-web-app'], 2, ['test-failover']),
    ([*DRILL, '--networkmapping', 'a=b'], 2, ['--network-mapping']),
    (['site', 'list', '-c', 'Colour'], 2, ['Colour', 'Auth URL']),
    (['site', 'list', '-f', 'yaml'], 2, ['yaml', 'csv']),
    (['site', 'list', '--state-dir', '/proc/none'], 77, ['/proc/none', '--state-dir']),
    (['site', 'list', '--config', 'no-such.cfg'], 2, ['no-such.cfg']),
    (['site', 'list', '--os-cloud', 'site-a'], 2, ['--secondary-cloud']),
]

CFG = '''sites = ( { name = "site-a"; cloud = "site-a"; type = "primary"; },
          { name = "site-b"; cloud = "site-b"; type = "secondary"; } );
clouds_file = "%s";
'''
CLOUD = '''  %s:
    region_name: RegionOne
    auth:
      auth_url: %s
      username: u
      password: secret-of-the-test
      project_name: p
      user_domain_name: Default
      project_domain_name: Default
'''


def clouds(*urls):
    return 'clouds:\n' + ''.join(CLOUD % p for p in zip(('site-a', 'site-b'), urls))


def world(stage):
    """All that bad input must not change."""
    return stage.json('operation', 'list'), [
        {k: g[k] for k in ('Name', 'State', 'VMs', 'Volumes')}
        for g in stage.json('protection-group', 'list')]


def check_error(report, what, done, code, words):
    text = done.stderr
    report.check('%s: exit %d' % (what, code), done.returncode == code,
                 'exit %d: %s' % (done.returncode, text))
    report.check('%s: said with a remedy' % what,
                 text.startswith('error: ') and '\n  what to do: ' in text and
                 all(w in text for w in words), text)
    report.check('%s: nothing on standard output' % what, done.stdout == '', done.stdout)
    report.check('%s: no secret' % what, 'secret-of-the-test' not in text)


def asked(report, stage):
    before = world(stage)
    for args, code, words in ASKED:
        check_error(report, ' '.join(args), stage.run(*args), code, words)
    report.check('nothing was changed by all that', world(stage) == before, before)


def broken_files(report, stage):
    fine = stage.file('clouds.yaml', clouds('http://127.0.0.1:9/v3', 'http://127.0.0.1:9/v3'))
    cases = [
        ('a cfg that does not parse', 'sites = (\n  { name = ;\n', None, ['bad.cfg:2']),
        ('an option that does not exist', CFG % fine + 'colour = "red";\n', None,
         ['bad.cfg:4', 'colour']),
        ('an option of the wrong type', CFG % fine + 'test_failover: { auto_cleanup = 7; };\n',
         None, ['bad.cfg:4', 'auto_cleanup']),
        ('an option out of range',
         CFG % fine + 'test_failover: { max_concurrent_tests = 0; };\n', None,
         ['bad.cfg:4', 'max_concurrent_tests']),
        ('a clouds.yaml that does not parse', None, 'clouds:\n  site-a: [\n', ['bad.yaml']),
        ('a cloud without auth_url', None, 'clouds:\n  site-a:\n    auth: {username: u}\n',
         ['site-a', 'auth_url']),
        ('a cloud that is not there', None, clouds('http://127.0.0.1:9/v3'), ['site-b']),
    ]
    for what, cfg, yaml, words in cases:
        yaml_file = stage.file('bad.yaml', yaml) if yaml else fine
        cfg_file = stage.file('bad.cfg', cfg or CFG % yaml_file)
        done = stage.run('site', 'list', '--config', cfg_file, '--state-dir',
                         os.path.join(stage.folder, 'other'))
        check_error(report, what, done, 2, words)
    os.chmod(fine, 0o644)
    done = stage.run('operation', 'list', '--config', stage.file('ok.cfg', CFG % fine),
                     '--state-dir', os.path.join(stage.folder, 'other'))
    report.check('a clouds.yaml that others can read: a warning that says chmod',
                 done.returncode == 0 and 'warning: ' in done.stderr and 'chmod' in done.stderr,
                 done.stderr)


class Garbage(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'\x1b[2J<html>\xff not json')

    do_GET = do_POST = do_HEAD = answer

    def log_message(self, *_):
        pass


def strange_sites(report, stage):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Garbage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = {'a site that answers garbage': 'http://127.0.0.1:%d/v3' % server.server_port,
                 'a site that is not there': 'http://127.0.0.1:9/v3'}
    for what, url in addresses.items():
        other = os.path.join(stage.folder, 'strange')
        cfg = stage.file('strange.cfg', CFG % stage.file('strange.yaml', clouds(url, url)))
        where = ('--config', cfg, '--state-dir', other)
        done = stage.run('site', 'list', '-f', 'value', '-c', 'Status', *where)
        report.check('%s: site list says so' % what,
                     done.returncode == 0 and 'active' not in done.stdout, done.stdout)
        done = stage.run('doctor', *where)
        report.check('%s: doctor ends with 69' % what, done.returncode == 69, done.stdout)
        report.check('%s: doctor has a remedy, and no escape sequence' % what,
                     'problem' in done.stdout and '\x1b' not in done.stdout, done.stdout)
        stage.run('protection-group', 'create', 'far', '--primary', 'site-a', '--secondary',
                  'site-b', *where)
        done = stage.run('protection-group', 'add-member', 'far', 'web-1', *where)
        check_error(report, '%s: add-member' % what, done, 69, ['site-a'])
    server.shutdown()


def strange_state(report, stage):
    newer = os.path.join(stage.folder, 'newer')
    done = stage.run('operation', 'list', '--state-dir', newer, '--config', stage.file(
        'far.cfg', CFG % stage.file('far.yaml', clouds(*['http://127.0.0.1:9/v3'] * 2))))
    report.check('an empty history is listed', done.returncode == 0, done.stderr)
    databases = [os.path.join(newer, f) for f in os.listdir(newer) if f.endswith('.db')]
    if report.check('the history is one database', len(databases) == 1, os.listdir(newer)):
        with sqlite3.connect(databases[0]) as db:
            db.execute('PRAGMA user_version = 9999')
        db.close()
        done = stage.run('operation', 'list', '--state-dir', newer, '--config',
                         os.path.join(stage.folder, 'far.cfg'))
        check_error(report, 'a history of a newer version', done, 1, ['version'])


def lab_first(report, stage):
    """The lab is looked at, then two sites are configured that have the same names."""
    home = os.path.join(stage.folder, 'home')
    os.mkdir(home)
    env = {**stage.env, 'HOME': home}

    def run(*args):
        return subprocess.run([stage.program('protector-console'), *args], env=env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, cwd=home, timeout=60,
                              check=False)
    groups = ('protection-group', 'list', '-f', 'value', '-c', 'Name')
    done = run(*groups)
    report.check('without a configuration the lab has its groups',
                 done.returncode == 0 and 'prod-web-app' in done.stdout, done.stdout + done.stderr)
    far = ('--config', os.path.join(stage.folder, 'far.cfg'))
    done = run(*groups, *far)
    report.check('the groups of the lab are none of the configured sites',
                 done.returncode == 0 and done.stdout == '', done.stdout + done.stderr)
    done = run('protection-group', 'create', 'prod-web-app', '--primary', 'site-a', '--secondary',
               'site-b', *far)
    report.check('a group of theirs takes the name of one of the lab', done.returncode == 0,
                 done.stderr)


def screens(report, stage):
    """The program itself opens its screens, with no configuration and with a theme by name."""
    for what, args in [('no configuration', ()), ('the mono theme', ('--theme', 'mono')),
                       ('a theme by its file', ('--theme', DARK))]:
        code, said = stage.on_terminal(*args, when='prod-web-app', keys='q')
        report.check('the screens with %s: open, and q leaves them' % what,
                     code == 0 and '\x1b[?1049l' in said, said)
    code, said = stage.on_terminal('--theme', 'drak')
    report.check('an unknown theme: exit 2, named, with the names there are',
                 code == 2 and "'drak'" in said and 'dark, gruvbox' in said and 'mono' in said, said)
    cfg = stage.file('look.cfg', 'screen: { theme = "drak"; };\n')
    code, said = stage.on_terminal('--config', cfg)
    report.check('an unknown theme in the configuration: exit 2, named',
                 code == 2 and "'drak'" in said, said)


def terminals(report, stage):
    code, said = stage.on_terminal(TERM='no-such-terminal', when='home> ', keys='q\n')
    report.check('TERM unknown: named, with a remedy, and lines in place of screens',
                 code == 0 and 'no-such-terminal' in said and 'set TERM to' in said and
                 'site-a' in said, said)
    theme = stage.file('bad.theme', '# a theme\nrole = {\n')
    code, said = stage.on_terminal('--theme', theme)
    report.check('a broken theme: exit 2, file and line',
                 code == 2 and 'bad.theme:' in said.replace('\r\n', ''), said)
    code, said = stage.on_terminal(TERM='dumb', when='home> ', keys='q\n')
    report.check('TERM dumb: the state in plain lines, exit 0',
                 code == 0 and 'site-a' in said and '\x1b' not in said, said)
    done = stage.run()
    report.check('no terminal: the same', done.returncode == 0 and 'prod-web-app' in done.stdout,
                 done.stdout + done.stderr)
    with open('/dev/full', 'w', encoding='utf-8') as full:
        done = subprocess.run(stage.command('--help'), stdout=full, stderr=subprocess.PIPE,
                              env=stage.env, text=True, check=False)
    report.check('a full disk behind standard output is an error', done.returncode == 1,
                 done.stderr)


def main():
    report = Report()
    with Stage(sys.argv[1]) as stage:
        asked(report, stage)
        broken_files(report, stage)
        strange_sites(report, stage)
        strange_state(report, stage)
        lab_first(report, stage)
        screens(report, stage)
        terminals(report, stage)
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
