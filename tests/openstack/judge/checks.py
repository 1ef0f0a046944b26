"""One line a check, and the closing line."""
import time

WIDEST = 600    # characters of a note that explains a failure


class Checks:
    def __init__(self):
        self.passed = self.failed = 0
        self._last = time.monotonic()

    def check(self, name, ok, note=''):
        """Counts one check and prints it with the time since the one before."""
        now = time.monotonic()
        self.passed += bool(ok)
        self.failed += not ok
        note = ' '.join(str(note).split())[:WIDEST]
        print('%s %6.1f s  %s%s' % ('pass' if ok else 'FAIL', now - self._last, name,
                                    '  (%s)' % note if note else ''), flush=True)
        self._last = now
        return bool(ok)

    def none(self, name, lines):
        """Passes when there are no lines; they are the note otherwise."""
        return self.check(name, not lines, '; '.join(lines))

    def title(self, text):
        print('\n%s' % text, flush=True)
        self._last = time.monotonic()

    def close(self):
        print('\n%d passed, %d failed' % (self.passed, self.failed), flush=True)
        return 1 if self.failed else 0
