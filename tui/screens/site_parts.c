/* site_parts: see site_parts.h. */
#include "tui/screens/site_parts.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/ready.h"
#include "tui/screens/home_sites.h"
#include "widgets/chart.h"
#include "widgets/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- endpoints ----------------------------------------------------------------------- */

enum { SERVICE, HEALTH, LATENCY, SPARK, VERSION, READ, ERROR, ENDPOINT_COLUMNS };

static const struct service_view *service_at(const void *ctx, size_t row)
{
    return &((const struct site_parts *)ctx)->site->services[row];
}

static bool absent(const struct site_parts *p, size_t row)
{
    return row == SITE_SERVICES - 1 && !p->site->has_array;
}

/* Oldest first; what did not answer is a gap. */
static size_t latencies(const struct service_view *v, long values[LATENCY_HISTORY])
{
    int n = v->latency_count < LATENCY_HISTORY ? v->latency_count : LATENCY_HISTORY;
    for (int i = 0; i < n; i++)
        values[i] = v->latencies[i] == LATENCY_NONE ? SPARK_GAP : v->latencies[i];
    return n > 0 ? (size_t)n : 0;
}

static void paint_spark(const void *ctx, size_t row, struct canvas *cv, struct rect c)
{
    long values[LATENCY_HISTORY];
    size_t n = latencies(service_at(ctx, row), values);
    struct sparkline s = {.values = values, .n = n};
    sparkline_paint(&s, cv, c);
}

static const struct table_column ENDPOINTS[ENDPOINT_COLUMNS] = {
    [SERVICE] = {"ENDPOINT", {.min = 9, .max = 12}, ALIGN_LEFT, NULL},
    [HEALTH] = {"STATUS", {.min = 9, .max = 9}, ALIGN_LEFT, NULL},
    [LATENCY] = {"LATENCY", {.min = 7, .max = 8}, ALIGN_RIGHT, NULL},
    [SPARK] = {"", {.min = 6, .max = LATENCY_HISTORY, .weight = 1, .drop = 2}, ALIGN_LEFT,
               paint_spark},
    [VERSION] = {"VERSION", {.min = 7, .max = 12, .drop = 1}, ALIGN_LEFT, NULL},
    [READ] = {"READ", {.min = 9, .max = 9, .drop = 3}, ALIGN_LEFT, NULL},
    [ERROR] = {"ERROR", {.min = 10, .max = 60, .weight = 3, .drop = 4}, ALIGN_LEFT, NULL},
};

/* A good answer of long ago is no good answer. */
static void health_cell(const struct site_parts *p, const struct service_view *v,
                        struct table_cell *ret)
{
    if (v->health == HEALTH_OK && ready_stale(v->read_ms, p->now_ms)) {
        ret->text = "was ok";
        ret->mark = GLYPH_UNKNOWN;
        ret->role = ROLE_STALE;
        return;
    }
    static const struct {
        const char *word;
        enum glyph mark;
        enum role role;
    } looks[] = {[HEALTH_UNKNOWN] = {"unknown", GLYPH_UNKNOWN, ROLE_STALE},
                 [HEALTH_OK] = {"ok", GLYPH_OK, ROLE_OK},
                 [HEALTH_FAILED] = {"down", GLYPH_FAIL, ROLE_DANGER}};
    ret->text = looks[v->health].word;
    ret->mark = looks[v->health].mark;
    ret->role = looks[v->health].role;
}

static void read_cell(const struct site_parts *p, const struct service_view *v,
                      struct table_cell *ret)
{
    char ago[FORMAT_SIZE];
    bool stale = ready_stale(v->read_ms, p->now_ms);
    format_ago(ago, sizeof ago, p->now_ms, v->read_ms);
    snprintf(ret->buf, sizeof ret->buf, "%s%s", stale ? "STALE " : "", ago);
    ret->role = stale || !v->read_ms ? ROLE_STALE : ROLE_DIM;
}

/* "connection refused" of "10.0.0.2:5000: connection refused". */
static const char *last_part(const char *error)
{
    const char *part = error;
    for (const char *at = error; (at = strstr(at, ": ")) != NULL;)
        part = at += 2;
    return part;
}

static void endpoint_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct site_parts *p = ctx;
    const struct service_view *v = service_at(ctx, row);
    ret->text = ret->buf;
    if (col == SERVICE) {
        ret->role = ROLE_STRONG;
        ret->text = SITE_SERVICE_NAMES[row];
    } else if (absent(p, row)) {
        ret->role = ROLE_DIM;
        ret->text = col == HEALTH ? "none" : "";
    } else if (col == HEALTH) {
        health_cell(p, v, ret);
    } else if (col == LATENCY) {
        format_latency(ret->buf, sizeof ret->buf, v->health == HEALTH_OK ? v->latency_ms : -1);
    } else if (col == VERSION) {
        const char *read = json_text(json_map(p->room, "versions"), SITE_SERVICE_NAMES[row]);
        safe_text(ret->buf, sizeof ret->buf, v->version[0] ? v->version : *read ? read : "-");
        ret->role = v->version[0] || *read ? ROLE_TEXT : ROLE_DIM;
    } else if (col == READ) {
        read_cell(p, v, ret);
    } else if (col == ERROR) {
        ret->role = ROLE_DANGER;
        ret->text = site_error(p->site, (int)row);
        ret->brief = last_part(ret->text);
    }
}

static const struct table_source ENDPOINT_SOURCE = {.cell = endpoint_cell};

/* ---- the latency of the selected one -------------------------------------------------- */

static const char *label_ms(long ms, char *buf, size_t size)
{
    return format_latency(buf, size, (int)ms);
}

static const char *label_poll(long x, char *buf, size_t size)
{
    if (x == 0)
        snprintf(buf, size, "now");
    else
        snprintf(buf, size, "%ld read%s ago", -x, x == -1 ? "" : "s");
    return buf;
}

static void paint_latency(const struct site_parts *p, struct canvas *cv, struct rect in)
{
    size_t row = 0, n = 0;
    struct chart_point points[LATENCY_HISTORY];
    long values[LATENCY_HISTORY], min = 0, max = 0, missed = 0;
    table_selected(&p->endpoints, &row);
    const struct service_view *v = &p->site->services[row];
    size_t count = latencies(v, values);
    for (size_t i = 0; i < count; i++) {
        if (values[i] < 0) {
            missed++;
            continue;
        }
        min = n == 0 || values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
        points[n++] = (struct chart_point){.x = (long)i - (long)count + 1, .y = values[i]};
    }
    struct rect head = rect_cut_top(&in, 1);
    struct pen pen = pen_on(cv, head.y, head.x, head.w);
    pen_textf(&pen, ROLE_STRONG, "%s  ", SITE_SERVICE_NAMES[row]);
    if (n && min == max)
        pen_textf(&pen, ROLE_TEXT, "%ld ms in %zu read%s  ", min, count, count == 1 ? "" : "s");
    else if (n)
        pen_textf(&pen, ROLE_TEXT, "%ld to %ld ms in %zu reads  ", min, max, count);
    if (missed)
        pen_textf(&pen, ROLE_DANGER, "%ld not answered", missed);
    if (v->error[0]) {
        const char *error = site_error(p->site, (int)row);
        int rows = paint_wrapped_rows(cv, in.w, error);
        paint_wrapped(cv, rect_cut_top(&in, rows < 4 ? rows : 4), ROLE_DANGER, error);
    }
    const struct chart c = {.points = points,
                            .n = n,
                            .label_y = label_ms,
                            .label_x = label_poll,
                            .empty = absent(p, row) ? "this site has no array"
                                     : count        ? "it did not answer"
                                                    : "not read yet"};
    chart_paint(&c, cv, in);
}

/* ---- room ---------------------------------------------------------------------------- */

/* Why there is nothing to paint; true: that was painted. */
static bool paint_no_room(const struct site_parts *p, struct canvas *cv, struct rect in)
{
    if (p->room && !p->trouble[0])
        return false;
    paint_wrapped(cv, in, p->trouble[0] ? ROLE_DANGER : ROLE_DIM,
                  p->trouble[0] ? p->trouble : p->asking ? "reading" : "not read: r reads it");
    return true;
}

/* What could not be read stands below; then the answer lacks it. */
static void paint_unread(const struct site_parts *p, bool arrays, struct canvas *cv,
                         struct rect *in)
{
    size_t i;
    json_t *o;
    json_array_foreach (json_list(p->room, "unread"), i, o) {
        bool of_array = text_equal(json_text(o, "what"), "array") ||
                        text_equal(json_text(o, "what"), "array space");
        if (of_array != arrays || rect_empty(*in))
            continue;
        struct rect row = rect_cut_top(in, 1);
        paint_textf(cv, row.y, row.x, row.w, ROLE_STALE, "? %s: %s", json_text(o, "what"),
                    json_text(o, "error"));
    }
}

static enum role room_role(int64_t used, int64_t limit)
{
    if (limit <= 0)
        return ROLE_TEXT;
    return used >= limit ? ROLE_DANGER : used * 10 >= limit * 9 ? ROLE_WARN : ROLE_TEXT;
}

static void paint_quota(const json_t *o, struct canvas *cv, struct rect row)
{
    char text[64];
    int64_t used = json_int(o, "used", 0), limit = json_int(o, "limit", -1);
    const char *unit = json_text(o, "unit");
    if (limit < 0)
        snprintf(text, sizeof text, "%lld%s%.8s, no limit", (long long)used, *unit ? " " : "", unit);
    else
        snprintf(text, sizeof text, "%lld/%lld%s%.8s", (long long)used, (long long)limit,
                 *unit ? " " : "", unit);
    struct gauge g = {.label = json_text(o, "name"),
                      .label_width = 12,
                      .used = (long)used,
                      .limit = (long)limit,
                      .role = room_role(used, limit),
                      .text = text};
    gauge_paint(&g, cv, row);
}

/* The services answer in any order; here each stands at its own place. */
static const char *const QUOTA_ORDER[] = {"instances", "vCPUs",     "RAM",   "volumes",
                                          "storage",   "snapshots", "ports", "networks",
                                          "subnets",   "floating IPs"};
enum { QUOTA_PLACES = sizeof QUOTA_ORDER / sizeof QUOTA_ORDER[0] };

static size_t quota_place(const json_t *o)
{
    size_t i = 0;
    while (i < QUOTA_PLACES && !text_equal(QUOTA_ORDER[i], json_text(o, "name")))
        i++;
    return i;
}

static void paint_quotas(const struct site_parts *p, struct canvas *cv, struct rect in)
{
    size_t i;
    json_t *o;
    if (paint_no_room(p, cv, in))
        return;
    for (size_t place = 0; place <= QUOTA_PLACES; place++) /* those of no place last */
        json_array_foreach (json_list(p->room, "quotas"), i, o)
            if (quota_place(o) == place && !rect_empty(in))
                paint_quota(o, cv, rect_cut_top(&in, 1));
    paint_unread(p, false, cv, &in);
}

static void paint_links(const json_t *array, struct canvas *cv, struct rect *in)
{
    size_t i;
    json_t *o;
    const json_t *links = json_list(array, "connections");
    if (json_array_size(links) == 0 && !rect_empty(*in)) {
        struct rect row = rect_cut_top(in, 1);
        paint_text(cv, row.y, row.x, row.w, ROLE_WARN, "! no replication link to another array");
    }
    json_array_foreach (links, i, o) {
        bool good = text_equal(json_text(o, "status"), "connected");
        if (rect_empty(*in))
            return;
        struct rect row = rect_cut_top(in, 1);
        struct pen pen = pen_on(cv, row.y, row.x, row.w);
        pen_glyph(&pen, good ? ROLE_OK : ROLE_DANGER, good ? GLYPH_OK : GLYPH_FAIL);
        pen_textf(&pen, ROLE_DIM, " link to ");
        pen_textf(&pen, ROLE_STRONG, "%s  ", json_text(o, "name"));
        pen_text(&pen, good ? ROLE_OK : ROLE_DANGER, json_text(o, "status"));
    }
}

static void paint_array(const struct site_parts *p, struct canvas *cv, struct rect in)
{
    const json_t *array = json_map(p->room, "array");
    if (!p->site->has_array) {
        paint_wrapped(cv, in, ROLE_DIM, "This site has no array: volumes are made from images.");
        return;
    }
    if (paint_no_room(p, cv, in))
        return;
    if (array) {
        long gib = 1L << 30;
        int64_t capacity = json_int(array, "capacity_bytes", 0),
                used = json_int(array, "used_bytes", 0);
        struct rect row = rect_cut_top(&in, 1);
        paint_textf(cv, row.y, row.x, row.w, ROLE_STRONG, "%s  %s", json_text(array, "name"),
                    json_text(array, "version"));
        paint_links(array, cv, &in);
        char text[64];
        snprintf(text, sizeof text, "%lld/%lld GiB", (long long)(used / gib),
                 (long long)(capacity / gib));
        struct gauge g = {.label = "space",
                          .used = (long)(used / gib),
                          .limit = (long)(capacity / gib),
                          .role = room_role(used, capacity),
                          .text = capacity ? text : "not known"};
        gauge_paint(&g, cv, rect_cut_top(&in, 1));
    }
    paint_unread(p, true, cv, &in);
}

/* ---- groups --------------------------------------------------------------------------- */

enum { NAME, STATE, PART, LAG, READY, GROUP_COLUMNS };

static const struct table_column GROUPS[GROUP_COLUMNS] = {
    [NAME] = {"GROUP", {.min = 12, .max = 40, .weight = 3}, ALIGN_LEFT, NULL},
    [STATE] = {"STATE", {.min = 14, .max = 14}, ALIGN_LEFT, NULL},
    [PART] = {"THIS SITE", {.min = 11, .max = 14}, ALIGN_LEFT, NULL},
    [LAG] = {"LAG / RPO", {.min = 11, .max = 14, .drop = 2}, ALIGN_LEFT, NULL},
    [READY] = {"READY", {.min = 11, .max = 16, .weight = 1, .drop = 1}, ALIGN_LEFT, NULL},
};

static void group_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct site_parts *p = ctx;
    const struct group_view *g = snapshot_group(p->snap, p->group_ids[row]);
    ret->text = ret->buf;
    if (!g)
        return;
    const struct groupshow_state look = groupshow_look(g);
    bool serves = text_equal(g->group->current_primary, p->site->name);
    struct ready_mark r;
    switch (col) {
    case NAME:
        ret->role = ROLE_STRONG;
        ret->text = g->group->name;
        break;
    case STATE:
        ret->role = look.role;
        ret->mark = look.mark;
        ret->text = groupshow_state(g->state)->word;
        break;
    case PART:
        ret->role = serves ? ROLE_TEXT : ROLE_DIM;
        ret->text = serves ? "serves here" : "would come";
        break;
    case LAG:
        ret->role = groupshow_lag_role(g, p->now_ms);
        groupshow_lag(g, p->now_ms, ret->buf, sizeof ret->buf);
        break;
    default:
        r = ready_of_group(g, p->now_ms);
        ret->role = r.role;
        ret->mark = r.mark;
        snprintf(ret->buf, sizeof ret->buf, "%s", r.text);
        break;
    }
}

static const struct table_source GROUP_SOURCE = {.cell = group_cell};

/* Those that serve here first. */
void site_groups_take(struct site_parts *p)
{
    free(p->group_ids);
    p->group_ids = xcalloc(p->snap->groups->count + 1, sizeof *p->group_ids);
    p->group_count = 0;
    for (int serves = 1; p->site && serves >= 0; serves--)
        for (size_t i = 0; i < p->snap->groups->count; i++) {
            const struct group *g = p->snap->groups->items[i]->group;
            bool here = text_equal(g->current_primary, p->site->name);
            bool other = !here && (text_equal(g->primary, p->site->name) ||
                                   text_equal(g->secondary, p->site->name));
            if (serves ? here : other)
                snprintf(p->group_ids[p->group_count++], OP_ID_SIZE, "%s", g->id);
        }
    table_sync(&p->groups, p->group_count);
}

/* ---- all ------------------------------------------------------------------------------- */

void site_parts_init(struct site_parts *p)
{
    p->endpoints = (struct table){.columns = ENDPOINTS,
                                  .n_columns = ENDPOINT_COLUMNS,
                                  .source = &ENDPOINT_SOURCE,
                                  .ctx = p,
                                  .focused = true};
    p->groups = (struct table){.columns = GROUPS,
                               .n_columns = GROUP_COLUMNS,
                               .source = &GROUP_SOURCE,
                               .ctx = p,
                               .empty = "no group serves here or would come here"};
    table_sync(&p->endpoints, SITE_SERVICES);
}

void site_parts_release(struct site_parts *p)
{
    json_decref(p->room);
    free(p->group_ids);
}

void site_parts_layout(struct site_parts *p, struct rect endpoints, struct rect groups)
{
    p->endpoints.gap = endpoints.w >= 100 ? 2 : 1;
    p->groups.gap = groups.w >= 100 ? 2 : 1;
    p->endpoints.hotkey = '1' + SITE_ENDPOINTS;
    p->groups.hotkey = '1' + SITE_GROUPS;
    table_layout(&p->endpoints, endpoints);
    table_layout(&p->groups, groups);
}

static void paint_room_age(const struct site_parts *p, struct canvas *cv, struct rect area)
{
    char ago[FORMAT_SIZE];
    bool stale = p->room_ms && p->now_ms - p->room_ms > ROOM_STALE_MS;
    format_ago(ago, sizeof ago, p->now_ms, p->room_ms);
    if (p->room_ms)
        paint_textf(cv, area.y + area.h - 1, area.x + 2, area.w - 4,
                    stale ? ROLE_STALE : ROLE_DIM, " %s%s%s%s ", stale ? "STALE " : "read ", ago,
                    ago[0] == 'n' ? "" : " ago", p->asking ? ", reading" : "");
}

void site_panel_paint(const struct site_parts *p, enum site_panel which, bool focused,
                      const char *note, struct canvas *cv, struct rect area)
{
    static const char *const TITLES[SITE_PANELS] = {"1 Endpoints", "2 Latency", "3 Quotas",
                                                    "4 Array", "5 Groups"};
    if (!focused)
        hits_add(cv->hits, area, '1' + (ui_key)which, UI_KEY_NONE, 0);
    struct rect in =
        paint_box(cv, area, focused ? ROLE_FOCUS : ROLE_BORDER, TITLES[which], note);
    if (which == SITE_ENDPOINTS)
        table_paint(&p->endpoints, cv, in);
    else if (which == SITE_GROUPS)
        table_paint(&p->groups, cv, in);
    else if (which == SITE_LATENCY)
        paint_latency(p, cv, rect_inset(in, 0, 1));
    else if (which == SITE_QUOTAS)
        paint_quotas(p, cv, rect_inset(in, 0, 1));
    else
        paint_array(p, cv, rect_inset(in, 0, 1));
    if (which == SITE_QUOTAS || which == SITE_ARRAY)
        paint_room_age(p, cv, area);
}
