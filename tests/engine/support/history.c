#include "tests/engine/support/history.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

struct world *world_new(void)
{
    struct world *w = xcalloc(1, sizeof(*w));
    struct pc_error err;
    snprintf(w->dir, sizeof(w->dir), "/tmp/pc-history-XXXXXX");
    if (!mkdtemp(w->dir) || config_load(NULL, &w->config, &err) ||
        store_open(w->dir, STORE_READ_WRITE, &w->e.store, &err) ||
        store_open(w->dir, STORE_READ_WRITE, &w->other, &err))
        return NULL;
    snprintf(w->e.state_dir, sizeof(w->e.state_dir), "%s", w->dir);
    w->e.o.config = &w->config;
    w->e.o.state_dir = w->e.state_dir;
    w->e.net = net_new();
    return w;
}

void world_over(struct world *w)
{
    for (size_t i = 0; i < w->e.group_count; i++)
        group_unref(w->e.groups[i].group);
    free(w->e.groups);
    store_close(w->e.store);
    store_close(w->other);
    net_free(w->e.net);
    config_release(&w->config);
    nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
}

void world_group(struct world *w, const char *id, const char *name, int members)
{
    struct group *g = NULL;
    struct pc_error err;
    json_t *list = json_array();
    for (int i = 0; i < members; i++)
        json_array_append_new(list, json_pack("{s:o, s:o}", "id", json_sprintf("srv-%d", i),
                                              "name", json_sprintf("vm-%d", i)));
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", id, "name", name, "primary",
                          "site-a", "secondary", "site-b", "members", list);
    assert_int_equal(group_from_json(o, &g, &err), PC_OK);
    assert_int_equal(store_group_save(w->e.store, g, &err), PC_OK);
    group_unref(g);
    json_decref(o);
}

void world_look(struct world *w)
{
    struct pc_error err;
    assert_int_equal(groups_load(&w->e, &err), PC_OK);
    groups_refresh(&w->e);
}

struct group_slot *world_slot(struct world *w, const char *id)
{
    for (size_t i = 0; i < w->e.group_count; i++)
        if (strcmp(w->e.groups[i].group->id, id) == 0)
            return &w->e.groups[i];
    fail_msg("no group %s", id);
    return NULL;
}
