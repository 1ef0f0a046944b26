/*
 * floor: the least that a list on curses can cost: rows, a cursor, keys,
 * resize. What the console takes more than this is its own.
 *
 * usage: bench_floor [ROWS]        arrows and pages move, q quits
 */
#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 1000, ESC_MS = 25, LINE = 160 };

static volatile sig_atomic_t stopped;

struct list {
    int rows, top, at;
};

static void on_signal(int signo)
{
    stopped = signo;
}

static void open_screen(void)
{
    struct sigaction sa = {.sa_handler = on_signal};
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
    initscr();
    if (has_colors()) {
        start_color();
        use_default_colors();
        init_pair(1, COLOR_BLACK, COLOR_CYAN);
    }
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
    set_escdelay(ESC_MS);
}

static void paint(const struct list *l, int page)
{
    char text[LINE];
    erase();
    attrset(A_BOLD);
    mvaddnstr(0, 0, "the floor", COLS);
    for (int i = 0; i < page && l->top + i < l->rows; i++) {
        int n = l->top + i;
        attrset(n == l->at ? COLOR_PAIR(1) : A_NORMAL);
        snprintf(text, sizeof(text), "%5d  group-%05d  site-%d  protected  lag %3d s  rpo %4d s", n,
                 n, n % 2, n * 13 % 300, n * 31 % 2000);
        mvprintw(1 + i, 0, "%-*.*s", COLS, COLS, text);
    }
    attrset(A_NORMAL);
    move(LINES - 1, 0);
    refresh();
}

static void move_by(struct list *l, int rows, int page)
{
    l->at = l->at + rows < 0 ? 0 : l->at + rows >= l->rows ? l->rows - 1 : l->at + rows;
    if (l->at < l->top)
        l->top = l->at;
    if (l->at >= l->top + page)
        l->top = l->at - page + 1;
}

static bool take_key(struct list *l, int page)
{
    switch (getch()) {
    case KEY_DOWN:
        move_by(l, 1, page);
        return true;
    case KEY_UP:
        move_by(l, -1, page);
        return true;
    case KEY_NPAGE:
        move_by(l, page, page);
        return true;
    case KEY_PPAGE:
        move_by(l, -page, page);
        return true;
    case 'q':
    case ERR:
        return false;
    default:
        return true;
    }
}

int main(int argc, char **argv)
{
    struct list l = {.rows = argc > 1 ? (int)strtol(argv[1], NULL, 10) : ROWS};
    bool open = true;
    setlocale(LC_ALL, "");
    open_screen();
    while (open && !stopped) {
        int page = LINES > 3 ? LINES - 2 : 1;
        move_by(&l, 0, page);
        paint(&l, page);
        open = take_key(&l, page);
    }
    endwin();
    return stopped ? 128 + (int)stopped : 0;
}
