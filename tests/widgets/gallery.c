/*
 * widgets-gallery: looks through all widgets on a real terminal.
 *
 *     widgets-gallery [--theme FILE] [--ascii] [--page NAME]
 *
 * F1 and F2 turn the pages, Ctrl-L paints anew, Ctrl-C ends; every other key
 * goes to the page. It is also the model of a main loop.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/widgets/gallery_pages.h"
#include "widgets/term.h"

struct options {
    const char *theme;
    struct term_options term;
    size_t page;
};

static bool parse(int argc, char **argv, struct options *opt)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--ascii") == 0) {
            opt->term.charset = TERM_CHARSET_ASCII;
        } else if (strcmp(argv[i], "--theme") == 0 && i + 1 < argc) {
            opt->theme = argv[++i];
        } else if (strcmp(argv[i], "--page") == 0 && i + 1 < argc) {
            const char *name = argv[++i];
            while (opt->page < gallery_pages() && strcmp(gallery_page_name(opt->page), name) != 0)
                opt->page++;
        } else {
            return false;
        }
    }
    return opt->page < gallery_pages();
}

static int complain(const struct pc_error *err)
{
    if (err->line > 0)
        fprintf(stderr, "widgets-gallery: %s:%d: %s\n", err->source, err->line, err->text);
    else
        fprintf(stderr, "widgets-gallery: %s\n", err->text);
    if (err->remedy[0])
        fprintf(stderr, "  %s\n", err->remedy);
    return 2;
}

/* All keys that wait. Says whether to paint. */
static bool take_keys(struct term *term, struct gallery *g, size_t *page)
{
    bool paint = false;
    for (ui_key key; (key = term_read_key(term)) != UI_KEY_NONE;) {
        if (key == UI_KEY_F2 || key == UI_KEY_F1) {
            *page = (*page + (key == UI_KEY_F2 ? 1 : gallery_pages() - 1)) % gallery_pages();
            paint = true;
        } else if (key == UI_KEY_CTRL('L')) {
            term_redraw(term);
            paint = true;
        } else if (gallery_key(g, *page, key) & UI_REPAINT) {
            paint = true;
        }
    }
    return paint;
}

/* Until a signal or the end of the keyboard; returns the signal. */
static int run(struct term *term, struct theme *theme, size_t page)
{
    struct gallery *g = gallery_new();
    bool paint = true;
    unsigned events = 0;
    while (!(events & (TERM_EV_QUIT | TERM_EV_EOF))) {
        if (paint) {
            struct canvas cv = term_begin(term, theme);
            gallery_paint(g, page, &cv);
            term_end(term);
        }
        struct pollfd fds[] = {{.fd = term_input_fd(term), .events = POLLIN},
                               {.fd = term_signal_fd(term), .events = POLLIN}};
        poll(fds, 2, -1);
        events = term_take_events(term);
        paint = take_keys(term, g, &page) || (events & TERM_EV_REPAINT);
    }
    gallery_free(g);
    return term_quit_signal(term);
}

int main(int argc, char **argv)
{
    struct options opt = {.page = 0};
    struct pc_error err = {0};
    struct theme *theme = NULL;
    struct term *term = NULL;
    if (!parse(argc, argv, &opt)) {
        fprintf(stderr, "usage: widgets-gallery [--theme FILE] [--ascii] [--page NAME]\n");
        return 2;
    }
    if (!opt.theme)
        theme = theme_new_default();
    else if (theme_load(opt.theme, &theme, &err))
        return complain(&err);
    if (term_open(&opt.term, &term, &err)) {
        theme_free(theme);
        return complain(&err);
    }
    theme_apply(theme, term_colour_depth(term));
    int signo = run(term, theme, opt.page);
    term_close(term);
    theme_free(theme);
    if (signo != 0)
        term_die_by(signo);
    return 0;
}
