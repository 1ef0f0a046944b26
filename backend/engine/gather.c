/*
 * gather: waits for several calls and hands their bodies over as one object.
 *
 * Every answer is kept under its name; the first error that matters is kept
 * too. The engine knows all gathers, so that a stop leaves none behind.
 */
#include "backend/engine/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    struct slot *next;
    struct gather *g;
    char name[96];
    bool spare;
};

struct gather {
    struct gather *next;
    struct engine *e;
    struct slot *slots;
    int left;
    bool going;
    struct pc_error err;
    json_t *bodies;
    void (*done)(void *arg, const struct pc_error *err, json_t *bodies);
    void *arg;
};

struct gather *gather_new(struct engine *e,
                          void (*done)(void *arg, const struct pc_error *err, json_t *bodies),
                          void *arg)
{
    struct gather *g = xcalloc(1, sizeof(*g));
    g->e = e;
    g->done = done;
    g->arg = arg;
    g->bodies = json_object();
    g->next = e->gathers;
    e->gathers = g;
    return g;
}

void *gather_slot(struct gather *g, const char *name, bool spare)
{
    struct slot *s = xcalloc(1, sizeof(*s));
    s->g = g;
    s->spare = spare;
    snprintf(s->name, sizeof(s->name), "%s", name);
    s->next = g->slots;
    g->slots = s;
    g->left++;
    return s;
}

static void gather_free(struct gather *g)
{
    for (struct gather **at = &g->e->gathers; *at; at = &(*at)->next)
        if (*at == g) {
            *at = g->next;
            break;
        }
    while (g->slots) {
        struct slot *s = g->slots;
        g->slots = s->next;
        free(s);
    }
    json_decref(g->bodies);
    free(g);
}

static void finish_if_all(struct gather *g)
{
    if (!g->going || g->left > 0)
        return;
    g->done(g->arg, &g->err, g->bodies);
    gather_free(g);
}

void gather_take(void *arg, const struct cloud_reply *r)
{
    struct slot *s = arg;
    struct gather *g = s->g;
    if (r->err.code == PC_OK && r->body)
        json_put(g->bodies, s->name, json_incref(r->body));
    else if (r->err.code && !s->spare && g->err.code == PC_OK)
        g->err = r->err;
    g->left--;
    finish_if_all(g);
}

void gather_go(struct gather *g)
{
    g->going = true;
    finish_if_all(g);
}

void gather_drop_all(struct engine *e)
{
    while (e->gathers) {
        struct gather *g = e->gathers;
        struct pc_error err;
        pc_error_set(&err, PC_ERR_CANCELLED, NULL, "stopped before the answer came");
        g->done(g->arg, &err, g->bodies);
        gather_free(g);
    }
}
