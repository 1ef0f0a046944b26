"""What is really on the lab's two sites, asked over HTTP without any of our own code."""
import json
import os
import re
import urllib.request

LISTS = [('compute', '/servers', 'servers'), ('volumev3', '/volumes', 'volumes'),
         ('network', '/v2.0/ports', 'ports'), ('network', '/v2.0/networks', 'networks')]


def ask(url, token=None, body=None):
    headers = {'Content-Type': 'application/json', 'Accept': 'application/json'}
    if token:
        headers['X-Auth-Token'] = token
    request = urllib.request.Request(url, headers=headers,
                                     data=json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers, json.load(answer)


def log_in(auth_url, password):
    """The token, and the address of each type of service."""
    domain = {'name': 'Default'}
    headers, body = ask(auth_url + '/auth/tokens', body={'auth': {
        'identity': {'methods': ['password'], 'password': {'user': {
            'name': 'demo', 'domain': domain, 'password': password}}},
        'scope': {'project': {'name': 'demo', 'domain': domain}}}})
    return headers['X-Subject-Token'], {
        s['type']: s['endpoints'][0]['url'] for s in body['token']['catalog'] if s['endpoints']}


def whole_list(url, token, name):
    while url:
        body = ask(url, token)[1]
        yield from body[name]
        url = next((l['href'] for l in body.get(name + '_links', []) if l['rel'] == 'next'), None)


def inventory(stage):
    """{site: {kind: {id: name}}} of both sites; what is being deleted still counts."""
    with open(os.path.join(stage.state, 'lab', 'clouds.yaml'), encoding='utf-8') as f:
        text = f.read()
    found = {}
    for site in ('site-a', 'site-b'):
        part = text.split('  %s:\n' % site)[1]
        token, catalog = log_in(re.search(r'auth_url: (\S+)', part).group(1),
                                re.search(r'password: (\S+)', part).group(1))
        found[site] = {name: {x['id']: x.get('name') for x in
                              whole_list(catalog[kind].rstrip('/') + path, token, name)}
                       for kind, path, name in LISTS}
    return found


def differences(before, after):
    """Lines that say what is there now and was not, and the other way round."""
    lines = []
    for site, kinds in before.items():
        for kind, things in kinds.items():
            now = after[site][kind]
            lines += ['%s: new in %s: %s' % (site, kind, now[i] or i) for i in now.keys() - things]
            lines += ['%s: gone from %s: %s' % (site, kind, things[i] or i)
                      for i in things.keys() - now.keys()]
    return lines
