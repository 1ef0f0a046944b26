/* world_site: the two sites, well or not. See world.h. */
#include "tests/tui/support/world.h"

#include <stdio.h>

enum { MINUTE = 60 * 1000 };

static void put(char *dst, size_t size, const char *text)
{
    snprintf(dst, size, "%s", text);
}

/* Calm, with a bad minute in between. */
static void fill_latencies(struct service_view *v, bool down)
{
    v->latency_count = 40;
    for (int i = 0; i < v->latency_count; i++) {
        int ms = v->latency_ms + (i * 7) % 11 + (i > 20 && i < 26 ? 5 * v->latency_ms : 0);
        v->latencies[i] = down && i > 21 ? LATENCY_NONE : (uint16_t)ms;
    }
}

struct site_list *world_sites(enum world_stage stage)
{
    static const int LATENCY[2][SITE_SERVICES] = {{12, 31, 25, 19, 9, 4}, {14, 33, 22, 20, 8, 5}};
    static const char *const VERSIONS[SITE_SERVICES] = {"3.14", "2.93", "3.70", "2.0", "2.16",
                                                        "6.4.10"};
    struct site_list *l = site_list_new(stage == WORLD_EMPTY ? 0 : 2);
    for (size_t i = 0; i < l->count; i++) {
        struct site_view *s = &l->items[i];
        bool down = stage == WORLD_DOWN && i == 1;
        put(s->name, sizeof s->name, i ? "site-b" : "site-a");
        put(s->cloud, sizeof s->cloud, s->name);
        put(s->user, sizeof s->user, "admin");
        put(s->project, sizeof s->project, "demo");
        s->primary = i == 0;
        s->has_array = true;
        put(s->status, sizeof s->status, down ? "unreachable" : "active");
        for (int k = 0; k < SITE_SERVICES; k++) {
            struct service_view *v = &s->services[k];
            v->health = down ? HEALTH_FAILED : HEALTH_OK;
            v->latency_ms = LATENCY[i][k];
            v->read_ms = world_now_ms - (down ? 3 * MINUTE : 3000);
            v->tried_ms = world_now_ms - 3000;
            fill_latencies(v, down);
            put(v->version, sizeof v->version, VERSIONS[k]);
            if (down)
                snprintf(v->error, sizeof v->error, "site-b %s: 10.0.0.2:5000: connection refused",
                         SITE_SERVICE_NAMES[k]);
        }
    }
    if (stage == WORLD_HOSTILE)
        put(l->items[0].name, sizeof l->items[0].name, world_hostile_name());
    return l;
}
