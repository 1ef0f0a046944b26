#include "tests/engine/support/flash.h"

/* ---- what an array has ----------------------------------------------------- */

static const char *tag(const json_t *volume, const char *key)
{
    const json_t *t;
    size_t i;
    json_array_foreach(json_list(volume, "tags"), i, t)
        if (strcmp(json_text(t, "key"), key) == 0)
            return json_text(t, "value");
    return "";
}

static bool is_live(const json_t *volume)
{
    return json_int(volume, "destroyed", 0) == 0;
}

int flash_clones(struct stage *s, const char *site, const char *op_id, const char *how)
{
    json_t *list = lab_all(&s->lab, site, "array-volume"), *o;
    int n = 0;
    size_t i;
    json_array_foreach(list, i, o)
        n += strcmp(tag(o, "protector-op"), op_id) == 0 &&
             is_live(o) == (strcmp(how, "live") == 0);
    json_decref(list);
    return n;
}

void flash_clones_are(struct stage *s, const char *site, const char *op_id, int live, int destroyed)
{
    int is = flash_clones(s, site, op_id, "live"), was = flash_clones(s, site, op_id, "destroyed");
    if (is != live || was != destroyed)
        fail_msg("%s: %d clones of %s live and %d destroyed, not %d and %d", site, is, op_id, was,
                 live, destroyed);
}

static const json_t *by(const json_t *list, const char *key, const char *value)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, key), value) == 0)
            return o;
    return NULL;
}

static bool contains(const json_t *list, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), text) == 0)
            return true;
    return false;
}

static const json_t *made(const struct stage *s, const char *kind)
{
    return json_list(json_map(s->op, "result_data"), kind);
}

const char *flash_point(const struct stage *s)
{
    return json_text(json_map(s->op, "recovery_point"), "name");
}

void flash_own_point(const struct stage *s, const char *of)
{
    char *want = xasprintf("%s.ptr-%.13s-1", of, json_text(s->op, "id") + 3);
    assert_string_equal(flash_point(s), want);
    free(want);
}

void flash_protects(struct stage *s, const char *site)
{
    json_t *groups = lab_all(&s->lab, site, "protection-group");
    json_t *volumes = lab_all(&s->lab, site, "volume");
    json_t *types = lab_all(&s->lab, site, "volume-type");
    const json_t *group = by(groups, "name", DRIVERS), *o;
    size_t i;
    assert_int_equal(json_array_size(made(s, "volumes")), VOLUMES);
    json_array_foreach(made(s, "volumes"), i, o) {
        const json_t *volume = by(volumes, "id", json_text(o, "id"));
        const json_t *type = by(types, "id", json_text(volume, "type"));
        assert_string_equal(json_text(json_map(type, "specs"), "replication_enabled"), "<is> True");
        if (!contains(json_list(group, "volumes"), json_text(o, "id")))
            fail_msg("%s is not in %s of %s", json_text(o, "name"), DRIVERS, site);
    }
    json_decref(groups);
    json_decref(volumes);
    json_decref(types);
}

/* ---- the arrays, after a story --------------------------------------------- */

/* "SRC:pg.42.volume-..." is of that point. */
static bool is_of(const char *snapshot, const char *point)
{
    size_t n = strlen(point);
    return n && strncmp(snapshot, point, n) == 0 && snapshot[n] == '.';
}

static const json_t *entry_of(const struct stage *s, const char *serial)
{
    return by(made(s, "clones"), "id", serial);
}

static void judge(struct stage *s, const char *site, const json_t *v)
{
    const char *op = tag(v, "protector-op"), *name = json_text(v, "name");
    char serial[32];
    if (!*op && !is_live(v))
        fail_msg("%s: %s was destroyed, and is not ours", site, name);
    if (!*op && !*json_text(v, "cinder"))
        fail_msg("%s: %s is nobody's", site, name);
    if (!*op)
        return;
    stage_show(s, op);
    snprintf(serial, sizeof(serial), "A1B2C3D4E5F6%012llX",
             (unsigned long long)json_int(v, "serial_of", 0));
    const json_t *e = entry_of(s, serial);
    if (!e)
        fail_msg("%s: %s (%s) is not in the ledger of %s", site, name, serial, op);
    if ((strcmp(json_text(e, "status"), "gone") == 0) == is_live(v))
        fail_msg("%s: the ledger says %s of %s, which is %s", site, json_text(e, "status"), name,
                 is_live(v) ? "live" : "destroyed");
    if (!is_of(tag(v, "protector-snapshot"), flash_point(s)))
        fail_msg("%s: %s is of %s, not of %s", site, name, tag(v, "protector-snapshot"),
                 flash_point(s));
}

static void originals_are_there(struct stage *s, const char *site, const json_t *before)
{
    json_t *now = lab_all(&s->lab, site, "volume");
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(before, "volume"), i, v)
        if (!by(now, "id", json_text(v, "id")))
            fail_msg("%s: volume %s is gone, and was not ours", site, json_text(v, "name"));
    json_decref(now);
}

void flash_judge(struct stage *s)
{
    static const char *const sites[] = {"site-a", "site-b"};
    for (size_t k = 0; k < 2; k++) {
        json_t *list = lab_all(&s->lab, sites[k], "array-volume");
        const json_t *v;
        size_t i;
        json_array_foreach(list, i, v)
            judge(s, sites[k], v);
        json_decref(list);
        originals_are_there(s, sites[k], k == 0 ? s->a : s->b);
    }
}

int flash_setup(void **state)
{
    int rc = moves_setup(state);
    if (rc == 0)
        stage_open(*state, FLASHARRAY);
    return rc;
}

/* ---- parts of stories ------------------------------------------------------ */

char *flash_syncs(struct stage *s, const char *of)
{
    char *id = xstrdup(begins(s, "sync_volumes", SYNC));
    stage_rest(s, id);
    came_to(s, "completed", "passed");
    flash_own_point(s, of);
    free(id);
    return xstrdup(flash_point(s));
}

char *flash_fails_over(struct stage *s)
{
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    return xstrdup(json_text(s->op, "id"));
}

char *flash_away(struct stage *s)
{
    char *failover = flash_fails_over(s);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    free(flash_syncs(s, "array-b:" DRIVERS));
    return failover;
}

const json_t *flash_step(const struct stage *s, const char *key)
{
    return by(json_list(s->op, "steps"), "key", key);
}
