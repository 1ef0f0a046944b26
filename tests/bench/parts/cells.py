"""What a terminal would show: enough of one for what curses sends to an xterm."""
import codecs
import re

PIECE = re.compile(r'\x1b\[([?>=]?)([0-9;:]*)([ !$]?)([@-~])|\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)|'
                   r'\x1b([()][0-9A-Za-z]|[78=>DEHMc])|([\x00-\x1a\x1c-\x1f\x7f])|([^\x00-\x1f\x7f]+)')
KEPT = {'1': 'application cursor keys', '1000': 'mouse', '1002': 'mouse drags', '1003': 'mouse moves',
        '1006': 'mouse in SGR', '1004': 'focus reports', '2004': 'bracketed paste', '6': 'origin'}


class Cells:
    def __init__(self, cols, rows):
        self.cols, self.rows = cols, rows
        self.rest, self.modes, self.coloured = '', set(), 0
        self.decode = codecs.getincrementaldecoder('utf-8')('replace').decode
        self.alternate, self.cursor, self.marked = False, True, False
        self.clear()

    def clear(self):
        self.y = self.x = 0
        self.top, self.bottom, self.last = 0, self.rows - 1, ' '
        self.lines = [[' '] * self.cols for _ in range(self.rows)]

    def feed(self, data):
        text, at = self.rest + self.decode(data), 0
        while at < len(text):
            m = PIECE.match(text, at)
            if not m:
                if text[at] == '\x1b' and len(text) - at < 64:
                    break       # the rest comes with the next bytes
                at += 1
                continue
            at = m.end()
            if m.group(8):
                self.put(m.group(8))
            elif m.group(4):
                self.control(*m.group(1, 2, 4))
            elif m.group(7):
                self.single(m.group(7))
            elif m.group(6):
                self.escape(m.group(6))
        self.rest = text[at:]

    def put(self, text):
        for c in text:
            if self.x == self.cols:
                self.x = 0
                self.line_feed()
            self.lines[self.y][self.x] = self.last = c
            self.x += 1

    def single(self, c):
        if c == '\r':
            self.x = 0
        elif c == '\n':
            self.line_feed()
        elif c == '\b':
            self.x = max(0, self.x - 1)
        elif c == '\t':
            self.x = min(self.cols - 1, (self.x | 7) + 1)

    def escape(self, what):
        if what == 'M':
            if self.y == self.top:
                self.scroll(-1)
            else:
                self.y = max(0, self.y - 1)
        elif what in 'DE':
            self.line_feed()
        elif what == 'c':
            self.clear()

    def line_feed(self):
        if self.y == self.bottom:
            self.scroll(1)
        else:
            self.y = min(self.rows - 1, self.y + 1)

    def scroll(self, by, top=None):
        top = self.top if top is None else top
        part = self.lines[top:self.bottom + 1]
        fresh = [[' '] * self.cols for _ in range(min(abs(by), len(part)))]
        part = part[by:] + fresh if by > 0 else fresh + part[:len(part) + by]
        self.lines[top:self.bottom + 1] = part[:self.bottom + 1 - top]

    def control(self, mark, args, last):
        n = [int(a) if a.isdigit() else 0 for a in args.split(';')]
        if mark == '?' and last in 'hl':
            for mode in args.split(';'):
                self.mode(mode, last == 'h')
        elif not mark and last in MOVES:
            MOVES[last](self, max(1, n[0]), n)
            self.y, self.x = min(max(self.y, 0), self.rows - 1), min(max(self.x, 0), self.cols - 1)

    def mode(self, mode, on):
        if mode in ('47', '1047', '1049'):
            self.alternate = on
            self.clear()
        elif mode == '25':
            self.cursor = on
        elif mode in KEPT:
            (self.modes.add if on else self.modes.discard)(mode)

    def place(self, n):
        self.y, self.x = max(1, n[0]) - 1, max(1, n[1] if len(n) > 1 else 1) - 1

    def erase_line(self, kind):
        line = self.lines[min(self.y, self.rows - 1)]
        low, high = ((self.x, self.cols), (0, self.x + 1), (0, self.cols))[min(kind, 2)]
        line[low:high] = [' '] * (min(high, self.cols) - low)

    def erase(self, kind):
        rows = (range(self.y + 1, self.rows), range(self.y), range(self.rows))[min(kind, 2)]
        for y in rows:
            self.lines[y] = [' '] * self.cols
        if kind < 2:
            self.erase_line(kind)

    def shift(self, by):
        line = self.lines[self.y]
        if by > 0:
            line[self.x:self.x] = [' '] * by
        else:
            del line[self.x:self.x - by]
            line.extend([' '] * self.cols)
        del line[self.cols:]

    def region(self, n):
        self.top = max(1, n[0]) - 1
        self.bottom = min(n[1] if len(n) > 1 and n[1] else self.rows, self.rows) - 1
        self.y = self.x = 0

    def colours(self, n):
        self.coloured += any(30 <= c <= 48 and c != 39 or 90 <= c <= 107 for c in n)
        for c in n:     # 22-29, 39 and 49 take back one; whoever set it is not told apart
            self.marked = c != 0 and (self.marked or not (22 <= c <= 29 or c in (39, 49)))

    def text(self):
        return '\n'.join(''.join(line).rstrip() for line in self.lines)

    def left(self):
        """What a program that has ended left behind."""
        found = [KEPT[m] for m in sorted(self.modes)]
        if self.alternate:
            found.append('alternate screen')
        if not self.cursor:
            found.append('hidden cursor')
        if self.marked:
            found.append('colours')
        if (self.top, self.bottom) != (0, self.rows - 1):
            found.append('scroll region')
        return found


def _set(name, value):
    return lambda s, k, n: setattr(s, name, value(s, k))


MOVES = {
    'H': lambda s, k, n: s.place(n), 'f': lambda s, k, n: s.place(n),
    'A': _set('y', lambda s, k: s.y - k), 'B': _set('y', lambda s, k: s.y + k),
    'C': _set('x', lambda s, k: s.x + k), 'D': _set('x', lambda s, k: s.x - k),
    'G': _set('x', lambda s, k: k - 1), '`': _set('x', lambda s, k: k - 1),
    'd': _set('y', lambda s, k: k - 1),
    'J': lambda s, k, n: s.erase(n[0]), 'K': lambda s, k, n: s.erase_line(n[0]),
    'X': lambda s, k, n: s.lines[s.y].__setitem__(
        slice(s.x, min(s.x + k, s.cols)), [' '] * (min(s.x + k, s.cols) - s.x)),
    '@': lambda s, k, n: s.shift(k), 'P': lambda s, k, n: s.shift(-k),
    'L': lambda s, k, n: s.scroll(-k, s.y), 'M': lambda s, k, n: s.scroll(k, s.y),
    'S': lambda s, k, n: s.scroll(k), 'T': lambda s, k, n: s.scroll(-k),
    'b': lambda s, k, n: s.put(s.last * min(k, 4096)),
    'r': lambda s, k, n: s.region(n), 'm': lambda s, k, n: s.colours(n),
}
