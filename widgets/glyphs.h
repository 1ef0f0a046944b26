/*
 * glyphs: marks, bars and lines, in UTF-8 or in ASCII.
 *
 * One list, two columns. The set is chosen once, by the locale; every glyph
 * is one column wide in both. Pure, any thread.
 */
#ifndef PC_WIDGETS_GLYPHS_H
#define PC_WIDGETS_GLYPHS_H

/* symbol, UTF-8, ASCII */
#define GLYPH_LIST(X)                                                                              \
    /* marks */                                                                                    \
    X(OK, "✔", "+")                                                                                \
    X(FAIL, "✘", "x")                                                                              \
    X(WARN, "!", "!")                                                                              \
    X(RUN, "▶", "@")                                                                               \
    X(WAIT, "·", ".")                                                                              \
    X(SKIP, "–", "-")                                                                              \
    X(UP, "●", "*")                                                                                \
    X(DOWN, "○", "o")                                                                              \
    X(UNKNOWN, "?", "?")                                                                           \
    X(CURSOR, "▸", ">")                                                                            \
    X(MARKED, "◆", "*")                                                                            \
    X(ELLIPSIS, "…", "~")                                                                          \
    X(ARROW, "→", "-")                                                                             \
    X(SORT_UP, "▴", "^")                                                                           \
    X(SORT_DOWN, "▾", "v")                                                                         \
    X(MORE_UP, "↑", "^")                                                                           \
    X(MORE_DOWN, "↓", "v")                                                                         \
    X(MORE_LEFT, "‹", "<")                                                                         \
    X(MORE_RIGHT, "›", ">")                                                                        \
    X(CHECK_ON, "x", "x")                                                                          \
    X(SEP, "·", "-")                                                                               \
    /* lines */                                                                                    \
    X(HLINE, "─", "-")                                                                             \
    X(VLINE, "│", "|")                                                                             \
    X(CORNER_TL, "┌", "+")                                                                         \
    X(CORNER_TR, "┐", "+")                                                                         \
    X(CORNER_BL, "└", "+")                                                                         \
    X(CORNER_BR, "┘", "+")                                                                         \
    X(TEE_LEFT, "├", "+")                                                                          \
    X(TEE_RIGHT, "┤", "+")                                                                         \
    X(THUMB, "┃", "#")                                                                             \
    /* a bar: empty, eighths, full */                                                              \
    X(BAR_EMPTY, "·", ".")                                                                         \
    X(BAR_1, "▏", "-")                                                                             \
    X(BAR_2, "▎", "-")                                                                             \
    X(BAR_3, "▍", "-")                                                                             \
    X(BAR_4, "▌", "-")                                                                             \
    X(BAR_5, "▋", "-")                                                                             \
    X(BAR_6, "▊", "=")                                                                             \
    X(BAR_7, "▉", "=")                                                                             \
    X(BAR_FULL, "▇", "#")                                                                          \
    /* a sparkline: eighths from below */                                                          \
    X(SPARK_1, "▁", "_")                                                                           \
    X(SPARK_2, "▂", ".")                                                                           \
    X(SPARK_3, "▃", ":")                                                                           \
    X(SPARK_4, "▄", "-")                                                                           \
    X(SPARK_5, "▅", "=")                                                                           \
    X(SPARK_6, "▆", "+")                                                                           \
    X(SPARK_7, "▇", "*")                                                                           \
    X(SPARK_8, "█", "#")

enum glyph {
    GLYPH_NONE,
#define GLYPH_ENUM(sym, utf8, plain) GLYPH_##sym,
    GLYPH_LIST(GLYPH_ENUM)
#undef GLYPH_ENUM
        GLYPH_COUNT,
};

struct glyphs;

/* The two sets; they live for ever. */
const struct glyphs *glyphs_utf8(void);
const struct glyphs *glyphs_ascii(void);

/* The UTF-8 text of a glyph, one column wide; "" for GLYPH_NONE. */
const char *glyph_text(const struct glyphs *set, enum glyph glyph);

/* Between two names, from the first to the second, with a blank on either side: " → ", in
 * ASCII " -> ", which is no other mark. */
const char *glyphs_arrow(const struct glyphs *set);

/* Only ASCII may be sent to this terminal. */
int glyphs_are_ascii(const struct glyphs *set);

#endif
