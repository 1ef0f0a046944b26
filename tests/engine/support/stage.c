#include "tests/engine/support/stage.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"
#include "tests/lab/lab_client.h"

#include <poll.h>
#include <sys/stat.h>

/* ---- raising and striking ---------------------------------------------------------- */

int stage_raise(void **state)
{
    struct stage *s = xcalloc(1, sizeof(*s));
    *state = s;
    return lab_begin(&s->lab) ? 0 : -1;
}

int stage_strike(void **state)
{
    struct stage *s = *state;
    lab_over(&s->lab);
    free(s);
    return 0;
}

int stage_setup(void **state)
{
    struct stage *s = *state;
    s->tests++;
    s->seen_count = 0;
    s->options = (struct door_options){.execute = true, .sites = true};
    s->target_read_only = false;
    s->as = s->as_at = NULL;
    snprintf(s->state_dir, sizeof(s->state_dir), "%s/state-%d", s->lab.dir, s->tests);
    snprintf(s->config, sizeof(s->config), "%s/state-%d.cfg", s->lab.dir, s->tests);
    lab_mend(&s->lab);
    s->a = lab_site(&s->lab, "site-a");
    s->b = lab_site(&s->lab, "site-b");
    stage_open(s, NULL);
    stage_protect(s, "prod-web-app");
    return 0;
}

static bool same(const char *site, const json_t *before, const json_t *now)
{
    if (json_equal(before, now))
        return true;
    char *was = json_compact(before), *is = json_compact(now);
    print_error("%s was: %s\n%s is: %s\n", site, was, site, is);
    free(was);
    free(is);
    return false;
}

int stage_teardown(void **state)
{
    struct stage *s = *state;
    stage_close(s);
    int writes = lab_writes(&s->lab, "site-a");
    json_t *a = lab_site(&s->lab, "site-a"), *b = lab_site(&s->lab, "site-b");
    bool clean = same("site-b", s->b, b), untouched = same("site-a", s->a, a);
    json_decref(a);
    json_decref(b);
    json_decref(s->a);
    json_decref(s->b);
    json_decref(s->reply);
    json_decref(s->op);
    s->a = s->b = s->reply = s->op = NULL;
    lab_mend(&s->lab);
    if (!clean)
        print_error("site-b is not as it was before\n");
    if (!untouched || writes)
        print_error("site-a was touched: %d writes\n", writes);
    return clean && untouched && !writes ? 0 : -1;
}

/* ---- opening -------------------------------------------------------------------------- */

static bool says_itself(const char *line, const char *extra)
{
    static const char *const sections[] = {"health_checks", "storage", "engine"};
    for (size_t i = 0; extra && i < sizeof(sections) / sizeof(sections[0]); i++)
        if (strncmp(line, sections[i], strlen(sections[i])) == 0 && strstr(extra, sections[i]))
            return true;
    return false;
}

/* The lab's sites and the test's own options in one file. A test that speaks
 * of health_checks, storage or engine says all of it. */
static void write_config(const struct stage *s, const char *extra)
{
    char line[512], cloud[64];
    snprintf(cloud, sizeof(cloud), "cloud = \"%s", s->as_at ? s->as_at : "");
    FILE *from = fopen(s->lab.config, "r"), *to = fopen(s->config, "w");
    assert_true(from && to);
    while (fgets(line, sizeof(line), from)) {
        char *target = strstr(line, "cloud = \"site-b\"");
        if (says_itself(line, extra))
            continue;
        if (strncmp(line, "engine", 6) == 0 && extra && strstr(extra, "engine:"))
            continue;
        char *named = s->as_at ? strstr(line, cloud) : NULL;
        if (named)
            fprintf(to, "%.*s%s-%s%s", (int)(named - line), line, cloud, s->as,
                    named + strlen(cloud));
        else if (target && s->target_read_only)
            fprintf(to, "%.*sread_only = true; %s", (int)(target - line), line, target);
        else
            fputs(line, to);
    }
    fputs(extra ? extra : "", to);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

struct lab_child stage_client(const struct stage *s, const char *user)
{
    char dir[80];
    snprintf(dir, sizeof(dir), "%s/lab", s->lab.dir);
    return lab_client(dir, user);
}

json_t *stage_ask(const struct lab_child *client, int site, const char *verb, const char *path,
                  const char *body, int status)
{
    struct answer a = call(client, site, verb, path, NULL, body);
    if (a.status != status)
        fail_msg("%s %s: HTTP %d: %s", verb, path, a.status, a.text);
    json_t *o = json_incref(a.json);
    answer_release(&a);
    return o;
}

void stage_open(struct stage *s, const char *config)
{
    stage_close(s);
    write_config(s, config);
    s->options.state_dir = s->state_dir;
    s->options.config_file = s->config;
    if (door_open(&s->options, &s->door, &s->err))
        fail_msg("the door does not open: %s", s->err.text);
}

void stage_close(struct stage *s)
{
    door_close(s->door);
    s->door = NULL;
}

void stage_protect(struct stage *s, const char *group)
{
    char path[96];
    const json_t *g;
    size_t i;
    snprintf(path, sizeof(path), "%s/lab/groups.json", s->lab.dir);
    json_t *list = json_load_file(path, 0, NULL);
    json_array_foreach(list, i, g) {
        if (strcmp(json_text(g, "name"), group) != 0)
            continue;
        json_t *create = json_deep_copy(g), *add = json_object();
        json_object_del(create, "members");
        json_put_text(add, "group", group);
        json_put(add, "servers", json_deep_copy(json_list(g, "members")));
        if (door_call(s->door, "group_create", create, STAGE_MS, NULL, &s->err) ||
            door_call(s->door, "member_add", add, STAGE_MS, NULL, &s->err))
            fail_msg("%s cannot be protected: %s", group, s->err.text);
    }
    json_decref(list);
}

/* ---- asking ------------------------------------------------------------------------------ */

/* Looks at every snapshot that comes by. */
static void look(struct stage *s)
{
    struct snapshot *now = door_snapshot(s->door);
    for (size_t i = 0; i < now->operations->count; i++) {
        const struct operation *op = now->operations->items[i]->op;
        int k = 0;
        while (k < s->seen_count && strcmp(s->seen[k].id, op->id) != 0)
            k++;
        if (k == s->seen_count && k < STAGE_SEEN) {
            snprintf(s->seen[k].id, sizeof(s->seen[k].id), "%s", op->id);
            s->seen[k].progress = 0;
            s->seen_count++;
        }
        if (k == STAGE_SEEN)
            continue;
        if (op->progress < s->seen[k].progress || op->progress > 100)
            fail_msg("progress of %s fell from %d to %d", op->id, s->seen[k].progress,
                     op->progress);
        s->seen[k].progress = op->progress;
    }
    snapshot_unref(now);
}

enum pc_err stage_call(struct stage *s, const char *verb, const char *args)
{
    json_error_t bad;
    json_t *o = args ? json_loads(args, 0, &bad) : NULL;
    if (args && !o)
        fail_msg("%s: %s", args, bad.text);
    json_decref(s->reply);
    s->reply = NULL;
    s->err = (struct pc_error){.code = PC_OK};
    enum pc_err rc = door_call(s->door, verb, o, STAGE_MS, &s->reply, &s->err);
    look(s);
    return rc;
}

void stage_refused(struct stage *s, const char *verb, const char *args, enum pc_err rc,
                   const char *text)
{
    enum pc_err got = stage_call(s, verb, args);
    if (got != rc || !strstr(s->err.text, text) || !*s->err.remedy)
        fail_msg("%s %s: %s, '%s', '%s'; expected %s, '%s' and a remedy", verb, args ? args : "",
                 pc_err_name(got), s->err.text, s->err.remedy, pc_err_name(rc), text);
}

const char *stage_start(struct stage *s, const char *args)
{
    char *all = xasprintf("{\"group\":\"prod-web-app\"%s%s}", *args ? "," : "", args);
    if (stage_call(s, "test_failover", all))
        fail_msg("the drill is refused: %s (%s)", s->err.text, s->err.remedy);
    free(all);
    return json_text(s->reply, "id");
}

/* ---- waiting -------------------------------------------------------------------------------- */

void stage_watch(struct stage *s, bool (*fits)(const struct snapshot *now, const void *arg),
                 const void *arg)
{
    int64_t until = clock_mono_ms() + STAGE_MS;
    for (;;) {
        struct snapshot *now = door_snapshot(s->door);
        bool there = fits(now, arg);
        snapshot_unref(now);
        look(s);
        int64_t left = until - clock_mono_ms();
        if (there)
            return;
        if (left <= 0)
            fail_msg("it did not come to that within %d s", STAGE_MS / 1000);
        struct pollfd p = {.fd = door_fd(s->door), .events = POLLIN};
        if (poll(&p, 1, (int)left) > 0)
            door_dispatch(s->door);
    }
}

struct wanted {
    const char *id;
    enum op_status status;
};

static bool has_come(const struct snapshot *now, const void *arg)
{
    const struct wanted *w = arg;
    const struct op_view *v = snapshot_operation(now, w->id);
    return v && v->op->status >= w->status;
}

static bool rests(const struct snapshot *now, const void *arg)
{
    const struct op_view *v = snapshot_operation(now, arg);
    return v && op_status_over(v->op->status) && v->op->completed_ms;
}

void stage_until(struct stage *s, const char *id, enum op_status status)
{
    stage_watch(s, has_come, &(struct wanted){id, status});
}

void stage_show(struct stage *s, const char *id)
{
    char args[96];
    snprintf(args, sizeof(args), "{\"operation_id\":\"%s\"}", id);
    if (stage_call(s, "operation_show", args))
        fail_msg("%s: %s", id, s->err.text);
    json_decref(s->op);
    s->op = json_incref(s->reply);
}

void stage_rest(struct stage *s, const char *id)
{
    char *own = xstrdup(id); /* id may be of the reply that is about to go */
    stage_watch(s, rests, own);
    stage_show(s, own);
    stage_true(s->op);
    free(own);
}

const char *stage_drill(struct stage *s, const char *args)
{
    stage_rest(s, stage_start(s, args));
    return json_text(s->op, "status");
}

struct wanted_state {
    const char *group;
    enum group_state state;
};

static bool has_become(const struct snapshot *now, const void *arg)
{
    const struct wanted_state *w = arg;
    const struct group_view *g = snapshot_group(now, w->group);
    return g && g->state == w->state;
}

void stage_becomes(struct stage *s, const char *group, enum group_state state)
{
    stage_watch(s, has_become, &(struct wanted_state){group, state});
}

/* ---- judging ----------------------------------------------------------------------------------- */

static void ledger_agrees(const json_t *op, bool cleaned)
{
    static const char *const kinds[] = {"instances", "volumes", "ports", "networks"};
    const json_t *e;
    size_t i;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        json_array_foreach(json_list(json_map(op, "result_data"), kinds[k]), i, e)
            if (cleaned && strcmp(json_text(e, "status"), "gone") != 0)
                fail_msg("it says cleaned, and %s is %s", json_text(e, "name"),
                         json_text(e, "status"));
}

void stage_true(const json_t *op)
{
    const char *status = json_text(op, "status"), *verdict = json_text(op, "verdict");
    bool drill = strcmp(json_text(op, "operation_type"), "test_failover") == 0;
    bool cleaned = strcmp(status, "cleaned") == 0, forward_failed = false;
    const json_t *st;
    size_t i;
    json_array_foreach(json_list(op, "steps"), i, st) {
        const char *is = json_text(st, "status");
        if (strcmp(is, "waiting") == 0 || strcmp(is, "running") == 0)
            if (drill ? cleaned || strcmp(json_text(st, "phase"), "cleaning_up") != 0 : true)
                fail_msg("%s has ended, and %s is %s", status, json_text(st, "key"), is);
        if (strcmp(json_text(st, "phase"), "cleaning_up") != 0)
            forward_failed |= strcmp(is, "done") != 0;
    }
    ledger_agrees(op, cleaned);
    if (drill && strcmp(verdict, forward_failed ? "failed" : "passed") != 0)
        fail_msg("the verdict is '%s'", verdict);
    if (strcmp(verdict, "failed") == 0 && !*json_text(op, "error_message"))
        fail_msg("it failed and does not say why");
    if (cleaned || strcmp(status, "succeeded") == 0)
        assert_int_equal(json_int(op, "progress", -1), 100);
    assert_true(*json_text(op, "completed_at") && *json_text(op, "started_at"));
}

char *stage_path(struct stage *s, const char *id)
{
    char args[96], path[512] = "";
    const json_t *e;
    size_t i;
    snprintf(args, sizeof(args), "{\"operation_id\":\"%s\",\"limit\":1000}", id);
    if (stage_call(s, "operation_events", args))
        fail_msg("%s: %s", id, s->err.text);
    json_array_foreach(s->reply, i, e) {
        size_t n = strlen(path);
        if (op_status_parse(json_text(e, "text")) != OP_STATUS_COUNT)
            snprintf(path + n, sizeof(path) - n, "%s%s", n ? " " : "", json_text(e, "text"));
    }
    return xstrdup(path);
}

int stage_made(struct stage *s, const char *kind)
{
    json_t *now = lab_all(&s->lab, "site-b", kind);
    size_t n = json_array_size(now) - json_array_size(json_list(s->b, kind));
    json_decref(now);
    return (int)n;
}

const json_t *stage_check(const json_t *readiness, const char *key)
{
    const json_t *o, *found = NULL;
    size_t i;
    json_array_foreach(json_list(readiness, "checks"), i, o)
        if (strcmp(json_text(o, "check"), key) == 0)
            found = o;
    assert_non_null(found);
    return found;
}
