/* home_sites: see home_sites.h. */
#include "tui/screens/home_sites.h"

#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/ready.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARK, NAME, ROLE, STATUS, SERVICE, READ = SERVICE + SITE_SERVICES, COLUMNS };
/* A service's latency above this is worth a look. */
enum { SLOW_MS = 2000 };
/* Of so many polls the middle one is shown, in steps: a number that dances by a few
 * milliseconds says nothing, and costs a slow line more than all else at rest. The
 * site's own screen has every one of them. */
enum { USUAL_POLLS = 15 };
enum { SITES_SHOWN_MAX = 8, WIDE = 100, LONGEST = 8 /* of the long titles */ };

static const struct layout_box BOXES[COLUMNS] = {
    [MARK] = {.min = 1, .max = 1},
    [NAME] = {.min = 8, .max = 24, .weight = 3},
    [ROLE] = {.min = 9, .max = 9, .drop = 2},
    [STATUS] = {.min = 11, .max = 13, .weight = 1},
    [SERVICE] = {.min = 6, .max = 14, .weight = 1},
    [SERVICE + 1] = {.min = 6, .max = 14, .weight = 1},
    [SERVICE + 2] = {.min = 6, .max = 14, .weight = 1},
    [SERVICE + 3] = {.min = 6, .max = 14, .weight = 1},
    [SERVICE + 4] = {.min = 6, .max = 14, .weight = 1, .drop = 3},
    [SERVICE + 5] = {.min = 6, .max = 14, .weight = 1, .drop = 4},
    [READ] = {.min = 8, .max = 12, .drop = 5},
};

/* Short titles for a narrow screen, in the order of SITE_SERVICE_NAMES. */
static const char *const SHORT[SITE_SERVICES] = {"IDENT", "COMP",  "VOLUME",
                                                 "NET",   "IMAGE", "ARRAY"};
static const char *const LONG[SITE_SERVICES] = {"IDENTITY", "COMPUTE", "VOLUME",
                                                "NETWORK",  "IMAGE",   "ARRAY"};

static const struct site_look LOOKS[] = {
    {"active", GLYPH_UP, ROLE_OK},
    {"unreachable", GLYPH_FAIL, ROLE_DANGER},
    {"error", GLYPH_FAIL, ROLE_DANGER},
    {"unknown", GLYPH_UNKNOWN, ROLE_STALE},
};
enum { LOOK_UNKNOWN = sizeof LOOKS / sizeof LOOKS[0] - 1 };
/* What was read long ago, when the polling has stalled, never looks good. */
static const struct site_look WAS_ACTIVE = {"was active", GLYPH_UNKNOWN, ROLE_STALE};

const char *site_error(const struct site_view *site, int service)
{
    char names[NAME_SIZE + 16];
    const char *error = site->services[service].error;
    snprintf(names, sizeof names, "%s %s: ", site->name, SITE_SERVICE_NAMES[service]);
    return text_starts(error, names) ? error + strlen(names) : error;
}

const struct site_look *site_look(const struct site_view *site, int64_t now_ms)
{
    size_t i = 0;
    if (text_equal(site->status, "active") && ready_stale(ready_site_read_ms(site), now_ms))
        return &WAS_ACTIVE;
    while (i < LOOK_UNKNOWN && !text_equal(site->status, LOOKS[i].status))
        i++;
    return &LOOKS[i];
}

static const struct service_view *trouble(const struct site_view *site, int *ret_service)
{
    for (int i = 0; i < SITE_SERVICES; i++)
        if (site->services[i].health == HEALTH_FAILED) {
            *ret_service = i;
            return &site->services[i];
        }
    return NULL;
}

static size_t shown(const struct snapshot *s)
{
    return s->sites->count < SITES_SHOWN_MAX ? s->sites->count : SITES_SHOWN_MAX;
}

int home_sites_rows(const struct snapshot *s, bool header)
{
    int rows = 2 + (header ? 1 : 0), service;
    for (size_t i = 0; i < shown(s); i++)
        rows += trouble(&s->sites->items[i], &service) ? 2 : 1;
    return s->sites->count ? rows : 3;
}

static int compare_ms(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* 1, 2, 3, 5, 7, 10, 20, 30 ... */
static int in_steps(int ms)
{
    static const int steps[] = {1, 2, 3, 5, 7, 10};
    int by = 1;
    size_t i = 0;
    while (ms >= 10 * by)
        by *= 10;
    while (steps[i + 1] * by <= ms)
        i++;
    return ms - steps[i] * by < steps[i + 1] * by - ms ? steps[i] * by : steps[i + 1] * by;
}

static int usual_ms(const struct service_view *v)
{
    uint16_t list[USUAL_POLLS];
    int n = 0;
    for (int i = v->latency_count - 1; i >= 0 && n < USUAL_POLLS; i--)
        if (v->latencies[i] != LATENCY_NONE)
            list[n++] = v->latencies[i];
    if (n < 3 || v->latency_ms >= SLOW_MS)
        return v->latency_ms;
    qsort(list, (size_t)n, sizeof list[0], compare_ms);
    return list[n / 2] ? in_steps(list[n / 2]) : 0;
}

/* A service's health and latency: " ✔12ms", "✘down". */
static void paint_service(const struct site_view *site, int i, int64_t now_ms, struct canvas *cv,
                          struct rect c)
{
    const struct service_view *v = &site->services[i];
    char text[FORMAT_SIZE];
    enum glyph mark = GLYPH_OK;
    enum role role = ROLE_OK;

    if (i == SITE_SERVICES - 1 && !site->has_array) {
        paint_text(cv, c.y, c.x, c.w, ROLE_DIM, "none");
        return;
    }
    format_latency(text, sizeof text, usual_ms(v));
    if (v->health == HEALTH_FAILED) {
        mark = GLYPH_FAIL, role = ROLE_DANGER;
        snprintf(text, sizeof text, "down");
    } else if (v->health == HEALTH_UNKNOWN) {
        mark = GLYPH_UNKNOWN, role = ROLE_STALE;
        snprintf(text, sizeof text, "...");
    } else if (ready_stale(v->read_ms, now_ms)) {
        mark = GLYPH_UNKNOWN, role = ROLE_STALE;
    } else if (v->latency_ms >= SLOW_MS) {
        mark = GLYPH_WARN, role = ROLE_WARN;
    }
    struct pen pen = pen_on(cv, c.y, c.x, c.w);
    pen_glyph(&pen, role, mark);
    pen_text(&pen, role == ROLE_OK ? ROLE_TEXT : role, text);
}

/* Where there is no row for titles, numbers without names would say nothing: how many
 * of its services answer, and how fast the slowest is. */
static void paint_brief(const struct site_view *site, int64_t now_ms, struct canvas *cv,
                        struct rect c)
{
    int n = 0, good = 0, slowest = 0;
    char text[FORMAT_SIZE];
    for (int i = 0; i < SITE_SERVICES; i++) {
        const struct service_view *v = &site->services[i];
        if (i == SITE_SERVICES - 1 && !site->has_array)
            continue;
        n++;
        if (v->health != HEALTH_OK || ready_stale(v->read_ms, now_ms))
            continue;
        good++;
        slowest = usual_ms(v) > slowest ? usual_ms(v) : slowest;
    }
    format_latency(text, sizeof text, slowest);
    bool all = good == n, slow = slowest >= SLOW_MS;
    struct pen pen = pen_on(cv, c.y, c.x, c.w);
    pen_glyph(&pen, !all ? ROLE_DANGER : slow ? ROLE_WARN : ROLE_OK,
              !all ? GLYPH_FAIL : slow ? GLYPH_WARN : GLYPH_OK);
    if (good)
        pen_textf(&pen, ROLE_TEXT, " %d of %d answer, in %s", good, n, text);
    else
        pen_textf(&pen, ROLE_TEXT, " none of %d answers", n);
}

static void paint_site(const struct site_view *site, struct moment now, struct canvas *cv, int y,
                       const struct rect cols[COLUMNS], bool brief, bool selected)
{
    const struct site_look *look = site_look(site, now.wall_ms);
    char ago[FORMAT_SIZE];
    int64_t read = ready_site_read_ms(site);

    if (!rect_empty(cols[MARK]))
        paint_glyph(cv, y, cols[MARK].x, look->role, look->mark);
    paint_cell(cv, y, cols[NAME].x, cols[NAME].w, ALIGN_LEFT,
               selected ? ROLE_SELECTED : ROLE_STRONG, site->name);
    paint_text(cv, y, cols[ROLE].x, cols[ROLE].w, ROLE_DIM,
               site->primary ? "primary" : "secondary");
    paint_text(cv, y, cols[STATUS].x, cols[STATUS].w, look->role, look->status);
    if (brief)
        paint_brief(site, now.wall_ms, cv,
                    rect_make(y, cols[SERVICE].x, 1, cv->clip.x + cv->clip.w - cols[SERVICE].x));
    for (int i = 0; i < SITE_SERVICES && !brief; i++) {
        struct rect c = cols[SERVICE + i];
        c.y = y;
        if (!rect_empty(c))
            paint_service(site, i, now.wall_ms, cv, c);
    }
    format_ago(ago, sizeof ago, now.wall_ms, read);
    bool stale = ready_stale(read, now.wall_ms);
    if (!rect_empty(cols[READ]))
        paint_textf(cv, y, cols[READ].x, cols[READ].w, stale ? ROLE_STALE : ROLE_DIM,
                    stale ? "STALE %s" : "%s", ago);
}

static void paint_titles(struct canvas *cv, struct rect row, const struct rect cols[COLUMNS],
                         bool wide)
{
    paint_fill(cv, row, ROLE_HEADER);
    paint_text(cv, row.y, cols[NAME].x, cols[NAME].w, ROLE_HEADER, "SITE");
    paint_text(cv, row.y, cols[ROLE].x, cols[ROLE].w, ROLE_HEADER, "ROLE");
    paint_text(cv, row.y, cols[STATUS].x, cols[STATUS].w, ROLE_HEADER, "STATUS");
    for (int i = 0; i < SITE_SERVICES; i++)
        paint_text(cv, row.y, cols[SERVICE + i].x, cols[SERVICE + i].w, ROLE_HEADER,
                   wide ? LONG[i] : SHORT[i]);
    paint_text(cv, row.y, cols[READ].x, cols[READ].w, ROLE_HEADER, "READ");
}

void home_sites_paint(const struct snapshot *s, struct moment now, struct canvas *cv,
                      struct rect area, bool header, long selected)
{
    struct rect cols[COLUMNS];
    bool wide = area.w >= WIDE;
    enum role border = selected < 0 ? ROLE_BORDER : ROLE_FOCUS;
    struct rect in = rect_inset(paint_box(cv, area, border, "1 Sites", NULL), 0, 1);
    struct canvas sub = canvas_clip(cv, in);

    layout_solve(LAYOUT_COLS, BOXES, COLUMNS, wide ? 2 : 1, in, cols);
    if (s->sites->count == 0) {
        paint_text(&sub, in.y, in.x, in.w, ROLE_DIM, "no site is configured");
        return;
    }
    if (header && !rect_empty(in))
        paint_titles(&sub, rect_cut_top(&in, 1), cols, cols[SERVICE].w >= LONGEST);
    for (size_t i = 0; i < shown(s) && !rect_empty(in); i++) {
        const struct site_view *site = &s->sites->items[i];
        int service = 0;
        const struct service_view *bad = trouble(site, &service);
        struct rect row = rect_cut_top(&in, 1);
        hits_step(cv->hits, row, selected < 0 ? '1' : UI_KEY_NONE,
                  selected < 0 ? 0 : (long)i - selected, UI_KEY_UP, UI_KEY_DOWN,
                  selected < 0 ? UI_KEY_NONE : UI_KEY_ENTER);
        paint_site(site, now, &sub, row.y, cols, !header, (long)i == selected);
        if (bad && !rect_empty(in))
            paint_textf(&sub, rect_cut_top(&in, 1).y, in.x + 2, in.w - 2, ROLE_DANGER, "%s: %s",
                        SITE_SERVICE_NAMES[service], site_error(site, service));
    }
}
