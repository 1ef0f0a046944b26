/* ready: see ready.h. */
#include "tui/ready.h"

#include "backend/base/text.h"

#include <stdio.h>

int64_t ready_lag_s(const struct group_view *g, int64_t now_ms)
{
    if (g->lag_count == 0)
        return -1;
    bool told = !g->replication_error[0] && !ready_stale(g->point_read_ms, now_ms);
    return told ? g->lag_s[g->lag_count - 1] : (now_ms - g->point_ms) / 1000;
}

static bool late(const struct group_view *g, int64_t now_ms)
{
    return g->group->rpo_seconds > 0 && ready_lag_s(g, now_ms) > g->group->rpo_seconds;
}

static bool never_drilled(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return g->last_drill_ms == 0 || g->last_drill_stopped; /* that came to no verdict */
}

static bool drill_failed(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return g->last_drill_verdict == VERDICT_FAILED && !g->last_drill_stopped;
}

static bool no_members(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return g->group->member_count == 0;
}

static bool broken(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return g->replication_error[0] != '\0';
}

static int64_t stale_ms = READ_STALE_MS;

int64_t ready_stale_ms(void)
{
    return stale_ms;
}

void ready_set_polls(int64_t seconds)
{
    int64_t polls_ms = seconds * 1000 * READ_STALE_POLLS;
    stale_ms = polls_ms > READ_STALE_MS ? polls_ms : READ_STALE_MS;
}

bool ready_stale(int64_t read_ms, int64_t now_ms)
{
    return read_ms && now_ms - read_ms > stale_ms;
}

static bool old(const struct group_view *g, int64_t now_ms)
{
    return ready_stale(g->point_read_ms, now_ms);
}

static bool no_point(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return g->point_ms == 0;
}

/* Of the group itself: what a drill has is its own. */
static bool stands_by_itself(const struct group_view *g)
{
    return g->state != GROUP_TESTING && g->state != GROUP_TEST_ACTIVE &&
           g->state != GROUP_TEST_CLEANING;
}

bool ready_not_all_up(const struct group_view *g)
{
    return stands_by_itself(g) && g->members.failed > 0;
}

bool ready_in_part(const struct group_view *g)
{
    return stands_by_itself(g) && g->members.elsewhere > 0;
}

static bool not_all_up(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return ready_not_all_up(g);
}

static bool in_part(const struct group_view *g, int64_t now_ms)
{
    (void)now_ms;
    return ready_in_part(g);
}

/* The readiness for what would move the group from where it serves; NULL: it
 * was not looked at, or is worth nothing any more. */
static const struct readiness *next_move(const struct group_view *g, int64_t now_ms)
{
    bool away = text_equal(g->group->current_primary, g->group->secondary);
    const struct readiness *r = g->readiness[away ? READY_FOR_FAILBACK : READY_FOR_FAILOVER];
    bool good = r && !g->readiness_drifted &&
                readiness_valid(r, g->group->metadata_version, now_ms);
    return good ? r : NULL;
}

static bool unchecked(const struct group_view *g, int64_t now_ms)
{
    return !next_move(g, now_ms);
}

/* In the order in which they matter; the first that holds is shown. */
static const struct {
    bool (*holds)(const struct group_view *g, int64_t now_ms);
    struct ready_mark is;
} RULES[] = {
    {no_members, {ROLE_DIM, GLYPH_SKIP, "empty"}},
    {not_all_up, {ROLE_DANGER, GLYPH_FAIL, "some down"}},
    {broken, {ROLE_DANGER, GLYPH_FAIL, "repl. err"}},
    {no_point, {ROLE_STALE, GLYPH_UNKNOWN, "no point"}},
    {old, {ROLE_STALE, GLYPH_WARN, "STALE"}},
    {in_part, {ROLE_WARN, GLYPH_WARN, "in part"}},
    {late, {ROLE_WARN, GLYPH_WARN, "late"}},
    {unchecked, {ROLE_STALE, GLYPH_UNKNOWN, "unchecked"}},
    {drill_failed, {ROLE_WARN, GLYPH_WARN, "bad drill"}},
    {never_drilled, {ROLE_WARN, GLYPH_WARN, "no drill"}},
};

static struct ready_mark counted(enum role role, enum glyph mark, int n, const char *what)
{
    struct ready_mark m = {.role = role, .mark = mark};
    snprintf(m.text, sizeof m.text, "%d %s", n, what);
    return m;
}

struct ready_mark ready_of_group(const struct group_view *g, int64_t now_ms)
{
    const struct readiness *r = next_move(g, now_ms);
    int blocked = r ? readiness_count(r, READINESS_BLOCK) : 0;
    if (blocked && g->group->member_count)
        return counted(ROLE_DANGER, GLYPH_FAIL, blocked, "blocked");
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
        if (RULES[i].holds(g, now_ms))
            return RULES[i].is;
    int warned = r ? readiness_count(r, READINESS_WARN) : 0;
    if (warned)
        return counted(ROLE_WARN, GLYPH_WARN, warned, warned == 1 ? "warning" : "warnings");
    return (struct ready_mark){ROLE_OK, GLYPH_OK, "ready"};
}

bool ready_asked(const struct snapshot *s)
{
    for (size_t i = 0; i < s->sites->count; i++)
        for (int k = 0; k < SITE_SERVICES; k++)
            if ((k < SITE_SERVICES - 1 || s->sites->items[i].has_array) &&
                !s->sites->items[i].services[k].tried_ms)
                return false;
    return true;
}

int64_t ready_site_read_ms(const struct site_view *site)
{
    int64_t oldest = 0;
    for (int k = 0; k < SITE_SERVICES; k++) {
        /* The array is optional; the other services are always polled. */
        if (k == SITE_SERVICES - 1 && !site->has_array)
            continue;
        int64_t at = site->services[k].read_ms;
        if (at == 0)
            return 0;
        if (oldest == 0 || at < oldest)
            oldest = at;
    }
    return oldest;
}

int64_t ready_read_ms(const struct snapshot *s)
{
    int64_t oldest = 0;
    for (size_t i = 0; i < s->sites->count; i++) {
        int64_t at = ready_site_read_ms(&s->sites->items[i]);
        if (at == 0)
            return 0;
        if (oldest == 0 || at < oldest)
            oldest = at;
    }
    return oldest;
}

bool ready_unreached(const struct snapshot *s, const char *const sites[2], char *dst, size_t size)
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < s->sites->count; i++) {
        const struct site_view *site = &s->sites->items[i];
        if (sites && !text_equal(site->name, sites[0]) && !text_equal(site->name, sites[1]))
            continue;
        for (int k = 0; k < SITE_SERVICES && len < size; k++)
            if (site->services[k].health == HEALTH_FAILED)
                len += (size_t)snprintf(dst + len, size - len, "%s%.40s %s", len ? ", " : "",
                                        site->name, SITE_SERVICE_NAMES[k]);
    }
    return len > 0;
}

bool ready_fresh(const struct snapshot *s, int64_t now_ms)
{
    int64_t read = ready_read_ms(s);
    return read && !ready_stale(read, now_ms);
}
