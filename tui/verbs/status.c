/*
 * status: what is true now, without a screen: in plain lines for people, or
 * as one snapshot of the home screen for programs.
 *
 * The snapshot's members only ever grow within a schema version. Its actions
 * have the names that the screens, the keys of the configuration and the
 * palette have, and are allowed or refused by the same rows. Exit code: 0, or
 * 69 when a site could not be read; the snapshot is printed all the same.
 */
#include "tui/verbs/run.h"

#include "tui/verbs/columns.h"
#include "tui/verbs/follow.h"
#include "tui/verbs/session.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "tui/groupshow.h"
#include "tui/opcells.h"

#include <string.h>

enum { SCHEMA_VERSION = 1, NEWEST = 100 /* operations that are looked at */ };

/* What was read for it, owned. */
struct status {
    json_t *sites, *groups, *operations;
    struct snapshot *now;
};

static void release(struct status *st)
{
    json_decref(st->sites);
    json_decref(st->groups);
    json_decref(st->operations);
    snapshot_unref(st->now);
}

static enum pc_err read_status(struct session *s, struct status *st, struct pc_error *err)
{
    json_t *newest = json_object();
    json_put_int(newest, "limit", NEWEST);
    enum pc_err rc = session_call(s, "site_list", NULL, &st->sites, err);
    if (rc == PC_OK)
        rc = session_wait_for_replication(s, err);
    if (rc == PC_OK)
        rc = session_call(s, "group_list", NULL, &st->groups, err);
    if (rc)
        json_decref(newest);
    else
        rc = session_call(s, "operation_list", newest, &st->operations, err);
    if (rc == PC_OK)
        st->now = door_snapshot(s->door);
    return rc;
}

static bool all_read(const struct status *st)
{
    size_t i;
    json_t *site;
    json_array_foreach(st->sites, i, site)
        if (strcmp(json_text(site, "status"), "active") != 0)
            return false;
    return true;
}

/* -- for programs ------------------------------------------------------------------ */

/* What can be asked of the engine in that context, and what may not, and why. */
static json_t *actions_of(unsigned context, const struct act_subject *subject)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        char reason[200] = "";
        if (!(a->contexts & context) || !a->verb || (a->flags & ACT_WIDGET))
            continue;
        bool may = action_enabled(a, subject, reason, sizeof(reason));
        json_t *row = json_object();
        json_put_text(row, "name", a->name);
        json_put_text(row, "request", a->verb);
        json_put_flag(row, "changes", a->flags & ACT_WRITES);
        json_put_flag(row, "allowed", may);
        json_put_text(row, "reason", may ? NULL : reason);
        json_array_append_new(list, row);
    }
    return list;
}

static void add_group_actions(const struct status *st)
{
    size_t i;
    json_t *group;
    json_array_foreach(st->groups, i, group) {
        struct act_subject subject = {.snapshot = st->now, .opens = OPENS_GROUP};
        const struct group_view *g = snapshot_group(st->now, json_text(group, "id"));
        if (g)
            groupshow_subject(st->now, g, &subject);
        json_put(group, "actions", g ? actions_of(CTX_GROUP, &subject) : json_array());
    }
}

static json_t *running_of(const struct status *st)
{
    json_t *list = json_array(), *op;
    size_t i;
    json_array_foreach(st->operations, i, op) {
        struct act_subject subject = {.snapshot = st->now};
        if (operation_rests(op))
            continue;
        subject.group = snapshot_group(st->now, json_text(op, "protection_group"));
        if (opcells_subject(op, st->now, &subject.room))
            subject.operation = &subject.room;
        json_put(op, "actions", actions_of(CTX_WATCH, &subject));
        json_array_append(list, op);
    }
    return list;
}

static void print_snapshot(const struct session *s, const struct status *st)
{
    char at[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    json_put_int(o, "schema_version", SCHEMA_VERSION);
    json_put_text(o, "version", PC_VERSION);
    json_put_text(o, "at", clock_iso(at, clock_wall_ms()));
    json_put_flag(o, "lab", door_is_lab(s->door));
    json_put_flag(o, "read_only", st->now->read_only);
    json_put_text(o, "engine", st->now->engine);
    json_put_text(o, "notice", *st->now->notice ? st->now->notice : NULL);
    json_put_flag(o, "sites_read", all_read(st));
    add_group_actions(st);
    json_put(o, "sites", json_incref(st->sites));
    json_put(o, "protection_groups", json_incref(st->groups));
    json_put(o, "running", running_of(st));
    json_dumpf(o, s->out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    fputc('\n', s->out);
    json_decref(o);
}

/* -- for people -------------------------------------------------------------------- */

static enum pc_err part(const struct session *s, const char *title, const struct column *columns,
                        const json_t *rows, struct pc_error *err)
{
    fprintf(s->out, "%s\n", title);
    if (json_array_size(rows))
        return session_list(s, columns, rows, err);
    fprintf(s->out, "  none\n");
    return PC_OK;
}

static enum pc_err print_parts(const struct session *s, const struct status *st,
                               struct pc_error *err)
{
    fprintf(s->out, "protector-console%s\n",
            door_is_lab(s->door) ? ": LAB, two simulated sites" : "");
    if (*st->now->notice)
        fprintf(s->out, "Notice: %s\n", st->now->notice);
    enum pc_err rc = part(s, "Sites", SITE_LIST_COLUMNS, st->sites, err);
    if (rc == PC_OK)
        rc = part(s, "Protection groups", GROUP_LIST_COLUMNS, st->groups, err);
    if (rc == PC_OK)
        rc = part(s, "Operations, newest first", OPERATION_LIST_COLUMNS, st->operations, err);
    if (rc == PC_OK)
        tell_standstill(s, s->out, st->operations);
    if (rc == PC_OK && !args_has(s->args, "--once"))
        fprintf(s->out, "The screens need a terminal; --linear does without a full one. "
                        "Verbs: protector-console --help\n");
    return rc;
}

int run_status(struct session *s)
{
    struct pc_error err = {0};
    struct status st = {.sites = NULL};
    enum pc_err rc = session_open(s, NEED_SITES | NEED_REPLICATION, &err);
    if (rc == PC_OK)
        rc = read_status(s, &st, &err);
    if (rc == PC_OK && s->args->format == FORMAT_JSON)
        print_snapshot(s, &st);
    else if (rc == PC_OK)
        rc = print_parts(s, &st, &err);
    int code = session_end(s, rc, &err);
    if (rc == PC_OK && !all_read(&st))
        code = pc_err_exit(PC_ERR_UNREACHABLE);
    release(&st);
    return code;
}
