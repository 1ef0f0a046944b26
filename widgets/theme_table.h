/*
 * theme_table: what a theme is made of, shared by its reader (theme_file.c)
 * and its user (theme.c). Nobody else includes this.
 */
#ifndef PC_WIDGETS_THEME_TABLE_H
#define PC_WIDGETS_THEME_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/colour.h"
#include "widgets/theme.h"

/* What the file says about one role. */
struct role_look {
    struct colour fg, bg;         /* 256 colours and more */
    struct colour low_fg, low_bg; /* 8 and 16; unset = nearest to fg, bg */
    unsigned attrs, mono;         /* curses attribute bits */
};

struct theme {
    char name[64];
    enum term_depth depth;
    struct role_look looks[ROLE_COUNT];
    struct style styles[ROLE_COUNT][ROLE_COUNT]; /* [ground][role], by theme_apply() */
};

/* "bold underline" as curses bits; false, with the bad word in *ret_word (of
 * `size` bytes), when one is unknown. */
bool theme_parse_attrs(const char *text, unsigned *ret_attrs, char *ret_word, size_t size);

/* The files of themes/, made into a table by cmake/themes.cmake; a NULL name
 * ends it. */
struct shipped_theme {
    const char *name, *text;
};
extern const struct shipped_theme SHIPPED_THEMES[];

/* As theme_load(), of a text that came from `path`. */
enum pc_err theme_parse(const char *path, const char *text, struct theme **ret_theme,
                        struct pc_error *err);

#endif
