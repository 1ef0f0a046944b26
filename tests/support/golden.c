/* golden: see golden.h. */
#include "tests/support/golden.h"

#include "backend/base/buf.h"
#include "backend/base/mem.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    int rows, cols;
} SIZES[] = {{"80x24", 24, 80}, {"60x15", 15, 60}, {"200x60", 60, 200}, {"20x5", 5, 20}};
enum { SIZE_COUNT = sizeof SIZES / sizeof SIZES[0] };

static const struct {
    const char *name;
    enum term_depth depth;
} DEPTHS[] = {{"256", TERM_256}, {"8", TERM_8}, {"mono", TERM_MONO}};
enum { DEPTH_COUNT = sizeof DEPTHS / sizeof DEPTHS[0] };

/* ---- files ---------------------------------------------------------------------- */

static void compare(const char *folder, const char *name, const char *text)
{
    char path[512];
    const char *update = getenv("UPDATE_GOLDEN");
    snprintf(path, sizeof path, PC_SOURCE_DIR "/%s/%s.txt", folder, name);
    FILE *f = fopen(path, update ? "w" : "r");
    if (!f)
        fail_msg("%s cannot be opened; UPDATE_GOLDEN=1 makes it", path);
    if (update) {
        fputs(text, f);
        fclose(f);
        return;
    }
    size_t size = strlen(text) + 4096;
    char *golden = xcalloc(1, size + 1);
    size_t n = fread(golden, 1, size, f), at = 0;
    fclose(f);
    while (golden[at] && golden[at] == text[at])
        at++;
    bool same = n == strlen(text) && text[at] == '\0';
    while (at > 0 && golden[at - 1] != '\n')
        at--;
    if (!same)
        print_error("%s has\n%.400s\nbut the screen has\n%.400s\n", path, golden + at, text + at);
    free(golden);
    assert_true(same);
}

/* ---- rows ----------------------------------------------------------------------- */

/* The line at *at and its newline; *at goes on to the next. */
static size_t next_line(const char **at)
{
    const char *line = *at;
    *at = strchr(line, '\n') + 1;
    return (size_t)(*at - line);
}

/* Is the line that follows the same? */
static bool repeats(const char *line)
{
    const char *next = line;
    size_t len = next_line(&next);
    return strncmp(line, next, len) == 0;
}

/* Appends the rows of `show`; of three and more that are the same in text and
 * roles only the first, so that text and roles stay beside each other. */
static void put_rows(struct buf *out, const char *show, const char *text, const char *roles)
{
    size_t again = 0;
    while (*text) {
        const char *line = show;
        bool same = repeats(text) && repeats(roles);
        size_t len = next_line(&show);
        next_line(&text);
        next_line(&roles);
        if (same && ++again > 1)
            continue;
        if (!same && again > 1)
            buf_printf(out, "  (%zu more like this)\n", again);
        else
            buf_add(out, line, len);
        if (!same)
            again = 0;
    }
}

/* ---- roles ---------------------------------------------------------------------- */

/* The letters of one file, in the order in which roles appear. */
struct letters {
    struct cell_role seen[86 + 3 * 64];
    size_t count;
};

/* Writes the letter of a cell; after those of ASCII come those of Latin. */
static void put_letter(struct buf *out, struct letters *l, struct cell_role cell)
{
    static const char PLAIN[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&*+-/:;<=>?@[]^_{|}~";
    const size_t plain = sizeof PLAIN - 1;
    size_t i = 0;
    if (cell.role == ROLE_TEXT && cell.ground == ROLE_TEXT) {
        buf_puts(out, ".");
        return;
    }
    while (i < l->count && (l->seen[i].role != cell.role || l->seen[i].ground != cell.ground))
        i++;
    if (i == sizeof l->seen / sizeof l->seen[0])
        fail_msg("more roles on one screen than there are letters");
    if (i == l->count)
        l->seen[l->count++] = cell;
    const size_t more = i < plain ? 0 : i - plain;
    const char latin[] = {(char)(0xc3 + more / 0x40), (char)(0x80 + more % 0x40), '\0'};
    if (i < plain)
        buf_add(out, &PLAIN[i], 1);
    else
        buf_puts(out, latin);
}

static void put_role_words(struct buf *out, struct cell_role cell)
{
    buf_puts(out, role_name(cell.role));
    if (cell.ground != ROLE_TEXT)
        buf_printf(out, " on %s", role_name(cell.ground));
}

static void put_letters(struct buf *out, struct letters *l)
{
    for (size_t i = 0; i < l->count; i++) {
        put_letter(out, l, l->seen[i]);
        buf_puts(out, "  ");
        put_role_words(out, l->seen[i]);
        buf_puts(out, "\n");
    }
}

static void draw_roles(const struct golden_shot *s, struct letters *l, struct buf *out)
{
    for (int y = 0; y < s->size.h; y++) {
        for (int x = 0; x < s->size.w; x++)
            put_letter(out, l, offscreen_role(s->screen, y, x));
        buf_puts(out, "\n");
    }
}

/* ---- looks ---------------------------------------------------------------------- */

/* What each role on each ground looked like when it was met first. */
static struct {
    bool met;
    struct cell_look in[DEPTH_COUNT];
} looks[ROLE_COUNT][ROLE_COUNT];

static void note_look(const char *name, struct cell_role cell, size_t depth, struct cell_look look)
{
    struct cell_look *known = &looks[cell.ground][cell.role].in[depth];
    if (!looks[cell.ground][cell.role].met)
        *known = look;
    if (known->fg != look.fg || known->bg != look.bg || known->attrs != look.attrs)
        fail_msg("%s: %s looks otherwise than elsewhere in %s colours", name, role_name(cell.role),
                 DEPTHS[depth].name);
}

/* In every depth the same text, and of each cell the look of its role. */
static void check_depths(struct golden_shot *s, const char *name, const char *text)
{
    size_t cells = (size_t)(s->size.h * s->size.w);
    struct cell_role *roles = xcalloc(cells, sizeof *roles);
    for (size_t i = 0; i < cells; i++)
        roles[i] = offscreen_role(s->screen, (int)i / s->size.w, (int)i % s->size.w);
    for (size_t d = 0; d < DEPTH_COUNT; d++) {
        offscreen_set_depth(s->screen, DEPTHS[d].depth);
        const char *now = s->paint(s, false);
        if (strcmp(now, text) != 0)
            fail_msg("%s has another text in %s colours:\n%s", name, DEPTHS[d].name, now);
        for (size_t i = 0; i < cells; i++)
            note_look(name, roles[i], d,
                      offscreen_look(s->screen, (int)i / s->size.w, (int)i % s->size.w));
    }
    for (size_t i = 0; i < cells; i++)
        looks[roles[i].ground][roles[i].role].met = true;
    free(roles);
}

void golden_looks(const char *folder)
{
    struct buf out;
    char words[CELL_LOOK_SIZE];
    buf_init(&out, 1 << 20);
    for (int ground = 0; ground < ROLE_COUNT; ground++)
        for (int role = 0; role < ROLE_COUNT; role++) {
            size_t from = out.len;
            if (!looks[ground][role].met)
                continue;
            put_role_words(&out, (struct cell_role){(enum role)role, (enum role)ground});
            for (size_t d = 0; d < DEPTH_COUNT; d++) {
                buf_printf(&out, "%*s", (int)(from + 28 + d * 26 - out.len), "");
                cell_look_words(looks[ground][role].in[d], words);
                buf_printf(&out, "  %s: %s", DEPTHS[d].name, words);
            }
            buf_puts(&out, "\n");
        }
    compare(folder, "looks", buf_text(&out));
    buf_release(&out);
}

/* ---- a show -------------------------------------------------------------------- */

/* One size of it in UTF-8, then in ASCII: its roles only where they differ. */
static void put_size(struct buf *out, struct letters *l, const struct golden_show *show,
                     size_t size)
{
    struct buf roles[2];
    for (int ascii = 0; ascii < 2; ascii++) {
        struct golden_shot s = {.size = {SIZES[size].rows, SIZES[size].cols}};
        char name[128];
        snprintf(name, sizeof name, "%s %s %s", show->name, SIZES[size].name,
                 ascii ? "ASCII" : "UTF-8");
        show->open(show, !ascii, &s);
        char *text = xstrdup(s.paint(&s, true));
        buf_init(&roles[ascii], 1 << 20);
        draw_roles(&s, l, &roles[ascii]);
        check_depths(&s, name, text);
        s.close(&s);
        buf_printf(out, "---- %s ----\n", name);
        put_rows(out, text, text, buf_text(&roles[ascii]));
        if (!ascii || strcmp(buf_text(&roles[0]), buf_text(&roles[1])) != 0) {
            buf_printf(out, "---- roles ----\n");
            put_rows(out, buf_text(&roles[ascii]), text, buf_text(&roles[ascii]));
        }
        free(text);
    }
    buf_release(&roles[0]);
    buf_release(&roles[1]);
}

void golden_check(const char *folder, const struct golden_show *show)
{
    struct buf out;
    struct letters letters = {.count = 0};
    buf_init(&out, 1 << 20);
    for (size_t k = 0; k < SIZE_COUNT; k++)
        put_size(&out, &letters, show, k);
    buf_puts(&out, "---- letters ----\n");
    put_letters(&out, &letters);
    compare(folder, show->name, buf_text(&out));
    buf_release(&out);
}

void golden_none_left_over(const char *folder, bool (*known)(const char *name))
{
    char path[512], name[256];
    snprintf(path, sizeof path, PC_SOURCE_DIR "/%s", folder);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(e->d_name, "."), e->d_name);
        if (*name && strcmp(e->d_name, "looks.txt") != 0 && !known(name))
            fail_msg("%s/%s is of nothing that is shown", folder, e->d_name);
    }
    closedir(d);
}
