"""Sites that say one thing and do another: accepted and not done, begun and never ended.

An operation believes what it reads, twice where it matters, and never what it was answered.

A list may be behind the world when what was made is looked for. One from which the facts of the
members are taken may lie for ever: another source tells otherwise, and nothing is begun on its word.
"""
import subprocess

from crash import act
from faults import API_TIMEOUT, Faults


def a_stop_that_is_a_lie(strike):
    strike(do='lie', verb='POST', path='/servers/*/action', body='os-stop')


def a_stop_that_never_ends(strike):
    strike(do='hang', verb='POST', path='/servers/*/action', body='os-stop')


def a_stop_that_is_refused(strike):
    strike(do='status=409', verb='POST', path='/servers/*/action', body='os-stop')


def a_start_that_is_a_lie(strike):
    strike(do='lie', verb='POST', path='/servers/*/action', body='os-start')


def a_delete_that_is_a_lie(strike):
    strike(do='lie', verb='DELETE', service='compute')


def a_volume_that_does_not_go(strike):
    strike(do='lie', verb='DELETE', service='volume')


def a_delete_that_never_ends(strike):
    strike(do='hang', verb='DELETE', service='compute')


def a_create_that_comes_late(strike):
    strike(do='apply-late=1', verb='POST', path='/servers', nth=1)


def a_volume_that_comes_late(strike):
    strike(do='apply-late=1', verb='POST', service='volume', nth=1)


def a_server_that_cannot_be_placed(strike):
    strike(do='no-valid-host', verb='POST', path='/servers', nth=2)


def a_volume_that_fails(strike):
    strike(do='fail', verb='POST', service='volume', nth=2)


def a_quota_that_ends_half_way(strike):
    strike(do='quota', verb='POST', service='network', nth=3, count=0)


def lost(strike, path, lists, **lie):
    """The answer to a create is lost, and the list in which it is looked for then lies once."""
    strike(do='reset-after-apply', verb='POST', path=path, nth=1)
    strike(verb='GET', path=lists, **lie)


def a_list_without_a_new_server(strike):
    lost(strike, '/servers', '/servers/detail*', do='left-out', count=1)


def a_list_without_a_new_volume(strike):
    lost(strike, '/volumes', '/volumes/detail*', do='left-out', count=1)


def a_list_without_a_new_port(strike):
    lost(strike, '/ports', '/ports*', do='left-out', count=1)


def a_list_with_a_phantom_server(strike):
    lost(strike, '/servers', '/servers/detail*', do='phantom', count=1)


def a_list_with_a_phantom_volume(strike):
    lost(strike, '/volumes', '/volumes/detail*', do='phantom', count=1)


def a_list_with_a_phantom_port(strike):
    lost(strike, '/ports', '/ports*', do='phantom', count=1)


def attachments_without_the_newest(strike):
    strike(do='left-out', verb='GET', path='/servers/*/os-volume_attachments', count=0)


def attachments_with_a_phantom(strike):
    strike(do='phantom', verb='GET', path='/servers/*/os-volume_attachments', count=0)


def interfaces_without_the_newest(strike):
    strike(do='left-out', verb='GET', path='/servers/*/os-interface', count=0)


def ports_without_the_newest(strike):
    strike(do='left-out', verb='GET', path='/ports*', count=0)


def ports_with_a_phantom(strike):
    strike(do='phantom', verb='GET', path='/ports*', count=0)


def volumes_without_the_newest(strike):
    strike(do='left-out', verb='GET', path='/volumes/detail*', count=0)


def a_disk_that_nova_does_not_list(strike):
    strike(do='unlisted', verb='POST', path='/servers', nth=1)


def a_guest_that_outlives_its_server(strike):
    strike(do='ghost', verb='POST', path='/servers/*/action', body='os-stop')


CASES = {f.__name__: f for f in (
    a_stop_that_is_a_lie, a_stop_that_never_ends, a_stop_that_is_refused, a_start_that_is_a_lie,
    a_delete_that_is_a_lie, a_volume_that_does_not_go, a_delete_that_never_ends,
    a_create_that_comes_late, a_volume_that_comes_late, a_server_that_cannot_be_placed,
    a_volume_that_fails, a_quota_that_ends_half_way, a_list_without_a_new_server,
    a_list_without_a_new_volume, a_list_without_a_new_port, a_list_with_a_phantom_server,
    a_list_with_a_phantom_volume, a_list_with_a_phantom_port, attachments_without_the_newest,
    attachments_with_a_phantom, interfaces_without_the_newest, ports_without_the_newest,
    ports_with_a_phantom, volumes_without_the_newest, a_disk_that_nova_does_not_list,
    a_guest_that_outlives_its_server)}


# What has begun there and never ends, or what Cinder will not let go of, is in nobody's hands,
# asked again or not.
FOR_EVER = ('a_stop_that_never_ends', 'a_delete_that_never_ends', 'a_disk_that_nova_does_not_list')


class Lies(Faults):
    """One row of the table as a suite; a lie that this operation never hears is none."""

    name = 'lies'

    def rounds(self):
        yield list(CASES)

    @staticmethod
    def cases_at(text):
        return [text]

    def repeat(self, case):
        return 'lies --scenario %s --at %s' % (self.scenario.name, case)

    def act(self, case):
        lines = []
        with self.ground.world(api_timeout=API_TIMEOUT) as w:
            CASES[case](lambda **fault: w.control.ask('POST', '/faults', fault))
            try:
                done = act(w)
                struck = w.control.struck()
                w.control.mend()
                end = self.judge(w, done, lines, case not in FOR_EVER) if struck else 'not heard'
            except subprocess.TimeoutExpired:
                end = 'hangs'
                lines.append('it hangs')
            self.ends[end] += 1
            if lines:
                lines.append('%s; kept in %s' % (end, w.keep('lies-%s-%s' % (self.scenario.name,
                                                                             case))))
        return lines

    def summary(self):
        return ', '.join('%s %d' % e for e in sorted(self.ends.items()))
