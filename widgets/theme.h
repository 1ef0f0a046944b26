/*
 * theme: the colours of the roles.
 *
 * A theme is read from a file in libconfig syntax (themes/dark.theme explains
 * itself), or taken from the table built in, which equals dark.theme. Reading
 * needs no terminal; theme_apply() then fits it to the terminal at hand.
 *
 * UI thread only. Nothing here writes to the terminal.
 */
#ifndef PC_WIDGETS_THEME_H
#define PC_WIDGETS_THEME_H

#include "backend/base/error.h"
#include "widgets/role.h"

#include <stdbool.h>
#include <stddef.h>

struct theme;

/* How many colours the terminal shows. */
enum term_depth {
    TERM_MONO, /* none, or NO_COLOR */
    TERM_8,
    TERM_16,
    TERM_256,
    TERM_RGB, /* a direct-colour terminal */
};

/* What to give to curses: attribute bits (attr_t) and a colour pair. */
struct style {
    unsigned attrs;
    int pair;
};

/* The built-in theme. Never fails. */
struct theme *theme_new_default(void);

/*
 * Read a theme file. Roles it does not name keep the built-in look.
 * Errors (no such file, syntax, unknown role, unknown colour, unknown
 * attribute, wrong type) name the file, the line and the word in *err.
 * The caller frees *ret_theme.
 */
enum pc_err theme_load(const char *path, struct theme **ret_theme, struct pc_error *err)
    __attribute__((warn_unused_result));

/*
 * The theme an operator names: NULL or "" is dark; the files of themes/ are in
 * the program and go by their names; whatever holds a '/' or ends in ".theme" is
 * a file, for theme_load(). Any other word is refused, with the names there are.
 * The caller frees *ret_theme.
 */
enum pc_err theme_open(const char *which, struct theme **ret_theme, struct pc_error *err)
    __attribute__((warn_unused_result));
/* Is it a file, which can change? */
bool theme_is_file(const char *which);

/* The names that are in the program, one after the other; NULL beyond the last. */
const char *theme_shipped(size_t i);

void theme_free(struct theme *theme);

/*
 * Make the colour pairs for a terminal of that depth; curses must run when
 * depth is not TERM_MONO. May be called again (another theme, another
 * depth): cells already on the screen change with it at the next refresh.
 */
void theme_apply(struct theme *theme, enum term_depth depth);

/* The look of a role on the plain background. */
struct style theme_attr(const struct theme *theme, enum role role);

/*
 * The look of a role on the background of another one, as in a green "ok" in
 * a selected row. A role with a background of its own keeps it, a badge stays
 * a badge. ground == ROLE_TEXT is theme_attr().
 */
struct style theme_attr_on(const struct theme *theme, enum role role, enum role ground);

/*
 * Numbers in the place of colours: until the next theme_apply() every look is a
 * pair that tells which role lies on which ground. For screens that are never
 * shown and are asked what they mean (offscreen_begin_roles).
 */
void theme_apply_numbers(struct theme *theme);
/* What such a pair tells; both TEXT for any other number. */
void theme_number_roles(int pair, enum role *ret_role, enum role *ret_ground);

#endif
