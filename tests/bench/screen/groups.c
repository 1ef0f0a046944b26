/*
 * groups: fills a history with many protection groups, for measuring.
 *
 * usage: bench_groups STATE-DIR GROUP COUNT
 *
 * Until there are COUNT groups, copies of GROUP are saved, members and all;
 * each has an id and a name of its own. No engine may run on it meanwhile.
 */
#include "backend/base/json.h"
#include "backend/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 500 };

static void must(enum pc_err rc, const struct pc_error *err)
{
    if (rc == PC_OK)
        return;
    fprintf(stderr, "error: %s\n", err->text);
    exit(1);
}

/* How many there are; *ret: the one of that name as JSON, NULL it is not there. */
static size_t read_groups(struct store *s, const char *name, json_t **ret)
{
    struct group **list = NULL;
    struct pc_error err;
    size_t count = 0;
    *ret = NULL;
    must(store_groups(s, &list, &count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i]->name, name) == 0)
            *ret = group_to_json(list[i]);
        group_unref(list[i]);
    }
    free(list);
    return count;
}

static void save_copy(struct store *s, json_t *as, size_t n)
{
    char id[64], name[64];
    struct group *g = NULL;
    struct pc_error err;
    snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012zu", n);
    snprintf(name, sizeof(name), "group-%06zu", n);
    json_put_text(as, "id", id);
    json_put_text(as, "name", name);
    must(group_from_json(as, &g, &err), &err);
    must(store_group_save(s, g, &err), &err);
    group_unref(g);
}

int main(int argc, char **argv)
{
    struct store *s = NULL;
    struct pc_error err;
    json_t *as = NULL;
    if (argc != 4) {
        fprintf(stderr, "usage: bench_groups STATE-DIR GROUP COUNT\n");
        return 2;
    }
    size_t wanted = strtoul(argv[3], NULL, 10);
    must(store_open(argv[1], STORE_READ_WRITE, &s, &err), &err);
    size_t count = read_groups(s, argv[2], &as);
    if (!as) {
        fprintf(stderr, "error: there is no group %s\n", argv[2]);
        return 1;
    }
    while (count < wanted) {
        must(store_begin(s, &err), &err);
        for (int i = 0; i < BATCH && count < wanted; i++)
            save_copy(s, as, ++count);
        must(store_commit(s, &err), &err);
    }
    json_decref(as);
    store_close(s);
    return 0;
}
