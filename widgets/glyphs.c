#include "widgets/glyphs.h"

struct glyphs {
    const char *text[GLYPH_COUNT];
    int ascii;
};

static const struct glyphs UTF8 = {
    .text = {[GLYPH_NONE] = "",
#define GLYPH_UTF8(sym, utf8, plain) [GLYPH_##sym] = utf8,
             GLYPH_LIST(GLYPH_UTF8)
#undef GLYPH_UTF8
    },
};

static const struct glyphs ASCII = {
    .text = {[GLYPH_NONE] = "",
#define GLYPH_ASCII(sym, utf8, plain) [GLYPH_##sym] = plain,
             GLYPH_LIST(GLYPH_ASCII)
#undef GLYPH_ASCII
    },
    .ascii = 1,
};

const struct glyphs *glyphs_utf8(void)
{
    return &UTF8;
}

const struct glyphs *glyphs_ascii(void)
{
    return &ASCII;
}

const char *glyph_text(const struct glyphs *set, enum glyph glyph)
{
    return (unsigned)glyph < GLYPH_COUNT ? set->text[glyph] : "";
}

const char *glyphs_arrow(const struct glyphs *set)
{
    return set->ascii ? " -> " : " → ";
}

int glyphs_are_ascii(const struct glyphs *set)
{
    return set->ascii;
}
