"""The edge of a site: three small drivers in the place of storage, hypervisor and switch.

Everything above them, from the API down to the message that reaches a driver, is
OpenStack's own.  Here too is how a test makes the edge fail or dawdle.
"""
import os
import time


class Injected(Exception):
    """A failure that a test asked for."""


def fault(point):
    """Does what the file $SITE_DIR/faults/<point> says, if there is one.

    'fail TEXT' raises, 'delay SECONDS' sleeps.  The file counts until it is removed;
    with 'once ' before it, whoever comes first removes it.
    """
    path = os.path.join(os.environ['SITE_DIR'], 'faults', point)
    try:
        with open(path) as f:
            what, _, rest = f.read().strip().partition(' ')
        if what == 'once':
            os.unlink(path)
            what, _, rest = rest.partition(' ')
    except FileNotFoundError:
        return
    if what == 'delay':
        time.sleep(float(rest))
    else:
        raise Injected(rest or 'fault injected at ' + point)
