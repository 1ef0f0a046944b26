#include "widgets/colour.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "backend/base/text.h"

static const struct {
    const char *name;
    uint32_t rgb; /* as xterm shows it */
} SIXTEEN[16] = {
    {"black", 0x000000},        {"red", 0xcd0000},
    {"green", 0x00cd00},        {"yellow", 0xcdcd00},
    {"blue", 0x0000ee},         {"magenta", 0xcd00cd},
    {"cyan", 0x00cdcd},         {"white", 0xe5e5e5},
    {"bright_black", 0x7f7f7f}, {"bright_red", 0xff0000},
    {"bright_green", 0x00ff00}, {"bright_yellow", 0xffff00},
    {"bright_blue", 0x5c5cff},  {"bright_magenta", 0xff00ff},
    {"bright_cyan", 0x00ffff},  {"bright_white", 0xffffff},
};

bool colour_parse(const char *text, struct colour *ret)
{
    long n = 0;
    if (!*text) {
        *ret = (struct colour){COLOUR_UNSET, 0};
        return true;
    }
    if (strcmp(text, "default") == 0) {
        *ret = (struct colour){COLOUR_DEFAULT, 0};
        return true;
    }
    if (text_to_long(text, 0, 255, &n)) {
        *ret = (struct colour){COLOUR_INDEX, (uint32_t)n};
        return true;
    }
    if (*text == '#' && strlen(text) == 7 && strspn(text + 1, "0123456789abcdefABCDEF") == 6) {
        *ret = (struct colour){COLOUR_RGB, (uint32_t)strtoul(text + 1, NULL, 16)};
        return true;
    }
    for (uint32_t i = 0; i < 16; i++) {
        if (strcmp(text, SIXTEEN[i].name) != 0)
            continue;
        *ret = (struct colour){COLOUR_INDEX, i};
        return true;
    }
    return false;
}

/* The 256 colours: sixteen names, a cube of 6x6x6, 24 greys. */
enum { CUBE = 16, GREYS = 232, PALETTE = 256 };
static const uint32_t STEP[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff}; /* along an edge */

static uint32_t palette_rgb(uint32_t index)
{
    if (index < CUBE)
        return SIXTEEN[index].rgb;
    if (index < GREYS) {
        index -= CUBE;
        return STEP[index / 36] << 16 | STEP[index / 6 % 6] << 8 | STEP[index % 6];
    }
    uint32_t grey = 8 + 10 * (index - GREYS);
    return grey << 16 | grey << 8 | grey;
}

static long distance(uint32_t a, uint32_t b)
{
    long sum = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        long d = (long)(a >> shift & 0xff) - (long)(b >> shift & 0xff);
        sum += d * d;
    }
    return sum;
}

/* The nearest from `best` and of [from, to); the first one of several. */
static uint32_t nearest(uint32_t rgb, uint32_t best, uint32_t from, uint32_t to)
{
    long least = distance(rgb, palette_rgb(best));
    for (uint32_t i = from; i < to; i++) {
        long d = distance(rgb, palette_rgb(i));
        if (d < least) {
            least = d;
            best = i;
        }
    }
    return best;
}

/* The nearest of the cube is the nearest step along each of its edges. */
static uint32_t nearest_in_cube(uint32_t rgb)
{
    uint32_t index = 0;
    for (unsigned shift = 24; shift > 0; shift -= 8) {
        long part = (long)(rgb >> (shift - 8) & 0xff);
        uint32_t best = 0;
        for (uint32_t i = 1; i < 6; i++)
            if (labs(part - (long)STEP[i]) < labs(part - (long)STEP[best]))
                best = i;
        index = index * 6 + best;
    }
    return CUBE + index;
}

int colour_resolve(struct colour c, enum term_depth depth)
{
    if (c.kind == COLOUR_UNSET || c.kind == COLOUR_DEFAULT || depth == TERM_MONO)
        return -1;
    uint32_t rgb = c.kind == COLOUR_RGB ? c.value : palette_rgb(c.value);
    bool named = c.kind == COLOUR_INDEX && c.value < 16;
    int number = 0;
    switch (depth) {
    case TERM_RGB:
        /* A direct-colour terminal takes 0..7 for the eight names; so the
         * darkest blues become black. */
        if (named && c.value < 8)
            return (int)c.value;
        return rgb < 8 ? 0 : (int)rgb;
    case TERM_256:
        if (c.kind == COLOUR_INDEX)
            return (int)c.value;
        return (int)nearest(rgb, nearest_in_cube(rgb), GREYS, PALETTE);
    case TERM_16:
        return named ? (int)c.value : (int)nearest(rgb, 0, 1, 16);
    case TERM_8:
    case TERM_MONO:
        break;
    }
    number = named ? (int)c.value : (int)nearest(rgb, 0, 1, 16);
    if (number == 8)
        return 7;
    return number & 7;
}

uint32_t colour_rgb_of(int number, enum term_depth depth)
{
    uint32_t n = (uint32_t)number;
    if (depth == TERM_RGB)
        return n < 8 ? palette_rgb(n) : n;
    return palette_rgb(n & 0xff);
}

uint32_t colour_mix(uint32_t a, uint32_t b, unsigned quarters)
{
    uint32_t mix = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        uint32_t part = ((a >> shift & 0xff) * (4 - quarters) + (b >> shift & 0xff) * quarters) / 4;
        mix |= part << shift;
    }
    return mix;
}

/* Relative luminance with a square for the gamma curve: near enough to tell
 * readable from not. */
static double luminance(uint32_t rgb)
{
    double r = (double)(rgb >> 16 & 0xff) / 255, g = (double)(rgb >> 8 & 0xff) / 255,
           b = (double)(rgb & 0xff) / 255;
    return 0.2126 * r * r + 0.7152 * g * g + 0.0722 * b * b;
}

double colour_contrast(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}
