"""One line a check, and the closing line."""
import time

WIDEST = 600    # characters that say why a check failed


class Checks:
    def __init__(self):
        self.passed = self.failed = 0
        self._began = time.monotonic()
        self._last = time.monotonic()

    def check(self, name, ok, why=''):
        """Counts one check and prints it with the time since the one before; why: if it failed."""
        now = time.monotonic()
        self.passed += bool(ok)
        self.failed += not ok
        why = '' if ok else ' '.join(str(why).split())[:WIDEST]
        print('%s %6.1f s  %s%s' % ('pass' if ok else 'FAIL', now - self._last, name,
                                    ': ' + why if why else ''), flush=True)
        self._last = now
        return bool(ok)

    def none(self, name, lines):
        """Passes when there are no lines; they say why otherwise."""
        return self.check(name, not lines, '; '.join(lines))

    def title(self, text):
        print('\n%s' % text, flush=True)
        self._last = time.monotonic()

    def close(self):
        print('\nall of it took %.0f s' % (time.monotonic() - self._began))
        print('%d passed, %d failed' % (self.passed, self.failed), flush=True)
        return 1 if self.failed else 0
