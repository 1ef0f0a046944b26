/*
 * colour: a colour as a theme says it, and as a terminal can show it.
 *
 * Pure arithmetic on the usual palette of xterm; no curses. Inside of the
 * theme only: screens name roles.
 */
#ifndef PC_WIDGETS_COLOUR_H
#define PC_WIDGETS_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "widgets/theme.h"

enum colour_kind {
    COLOUR_UNSET,   /* nothing was said */
    COLOUR_DEFAULT, /* the terminal's own */
    COLOUR_INDEX,   /* .value is 0..255 */
    COLOUR_RGB,     /* .value is 0xrrggbb */
};

struct colour {
    enum colour_kind kind;
    uint32_t value;
};

/* "default", "red", "bright_red" (the sixteen names), "0".."255", "#rrggbb";
 * "" is COLOUR_UNSET. False when it is none of these. */
bool colour_parse(const char *text, struct colour *ret);

/*
 * The number for curses: -1 the terminal's own, 0..15 or 0..255 of the
 * palette, 0xrrggbb on a direct-colour terminal. What is not there becomes the
 * nearest there is; on eight colours a bright colour becomes its plain one and
 * grey becomes white, since black on black says nothing.
 */
int colour_resolve(struct colour c, enum term_depth depth);

/* What colour_resolve() gave, back as 0xrrggbb; number must not be -1. */
uint32_t colour_rgb_of(int number, enum term_depth depth);

/* a with `quarters` (0..4) quarters of b. */
uint32_t colour_mix(uint32_t a, uint32_t b, unsigned quarters);

/* Contrast of two 0xrrggbb, 1.0 (none) to 21.0 (black on white). */
double colour_contrast(uint32_t a, uint32_t b);

#endif
