#include "backend/engine/plan/release.h"

#include "backend/base/json.h"
#include "backend/engine/recreate/recreate.h"
#include "backend/engine/undo.h"

#include <stdio.h>
#include <string.h>

static int add(struct plan *p, enum step_kind kind, const char *id, const char *subject,
               const struct member *server)
{
    char key[STEP_KEY_SIZE];
    json_t *params = json_object();
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(kind), id);
    json_put_text(params, "id", id);
    json_put_text(params, "server", server->id);
    json_put_text(params, "name", server->name);
    return plan_add(p, kind, key, subject, params);
}

typedef void visit(struct plan *p, const struct predecessor *of, void *arg);

static void each(struct plan *p, const struct group *g, const char *site, visit *what, void *arg)
{
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].predecessor_count; k++) {
            const struct predecessor *of = &g->members[i].predecessors[k];
            if (of->stands && strcmp(of->site, site) == 0)
                what(p, of, arg);
        }
}

static void look_at(struct plan *p, const struct predecessor *of, void *arg)
{
    const int *before = arg;
    if (*of->server.id)
        plan_depend(p, add(p, STEP_CHECK_REST, of->server.id, of->server.name, &of->server), *before);
}

/* The server first; what it used is looked at once it is gone. */
static void let_go(struct plan *p, const struct predecessor *of, void *arg)
{
    const int *checked = arg;
    const struct member *m = &of->server;
    char what[STEP_KEY_SIZE], subject[STEP_KEY_SIZE];
    int server = *checked;
    if (*m->id) {
        server = add(p, STEP_RELEASE_SERVER, m->id, m->name, m);
        plan_depend(p, server, *checked);
    }
    for (size_t i = 0; i < m->nic_count; i++) {
        snprintf(subject, sizeof(subject), "%.100s nic%zu", m->name, i);
        if (*m->nics[i].port_id)
            plan_depend(p, add(p, STEP_RELEASE_PORT, m->nics[i].port_id, subject, m), server);
    }
    for (size_t i = 0; i < m->volume_count; i++) {
        recreate_volume_words(m, i, what, subject, sizeof(what));
        if (*m->volumes[i].id)
            plan_depend(p, add(p, STEP_RELEASE_VOLUME, m->volumes[i].id, subject, m), server);
    }
}

static void let_one_go(struct plan *p, const json_t *one, enum step_kind kind, int checked)
{
    char key[STEP_KEY_SIZE];
    json_t *params = json_object();
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(kind), json_text(one, "id"));
    json_put_text(params, "id", json_text(one, "id"));
    json_put_text(params, "name", json_text(one, "name"));
    json_put_text(params, "ledger", json_text(one, "op"));
    json_put_text(params, "of", json_text(one, "step"));
    plan_depend(p, plan_add(p, kind, key, json_text(one, "subject"), params), checked);
}

/* What no server has: a floating IP when no port of theirs holds it any more, a clone when Cinder's
 * record of it is gone. */
static void let_remains_go(struct plan *p, const json_t *remains, int checked)
{
    static const struct {
        const char *type;
        enum step_kind kind, after;
    } rows[] = {{"floating_ip", STEP_RELEASE_FLOATING, STEP_RELEASE_PORT},
                {"clone", STEP_RELEASE_CLONE, STEP_RELEASE_VOLUME}};
    const json_t *one;
    size_t i, count = p->count;
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
        json_array_foreach(remains, i, one)
            if (strcmp(json_text(one, "type"), rows[r].type) == 0) {
                let_one_go(p, one, rows[r].kind, checked);
                for (size_t k = 0; k < count; k++)
                    if (p->steps[k].kind == rows[r].after)
                        plan_depend(p, (int)p->count - 1, (int)k);
            }
}

static void name_it(struct plan *p, const struct predecessor *of, void *arg)
{
    json_t *servers = arg;
    (void)p;
    json_array_append_new(servers, json_string(of->server.id));
}

/* All that serve, at the one site and at the other; the last of the steps. */
static int all_serve(struct plan *p, const struct group *g, const char *site, const json_t *there)
{
    json_t *here = json_array(), *params;
    for (size_t i = 0; i < g->member_count; i++)
        if (!json_has_text(there, g->members[i].id))
            json_array_append_new(here, json_string(g->members[i].id));
    int answers = undo_site_answers(p, g->current_primary, here);
    if (json_array_size(there) == 0)
        return answers;
    params = json_object();
    json_put(params, "servers", json_deep_copy(there));
    int left = plan_add(p, STEP_VALIDATE_TARGET, "validate_target_site:left", site, params);
    plan_depend(p, left, answers);
    return left;
}

struct plan *release_plan(const struct group *g, const char *site, const json_t *there,
                          const json_t *remains)
{
    struct plan *p = plan_new();
    json_t *params = json_object(), *servers = json_array();
    int answers = all_serve(p, g, site, there);
    each(p, g, site, look_at, &answers);
    int looked = (int)p->count, checked = plan_add(p, STEP_ALL_CHECKED, "all_checked:group", g->name,
                                                   NULL);
    for (int i = 0; i < looked; i++)
        plan_depend(p, checked, i);
    each(p, g, site, let_go, &checked);
    let_remains_go(p, remains, checked);
    each(p, g, site, name_it, servers);
    json_put_text(params, "how", "released");
    json_put(params, "servers", servers);
    int last = plan_add(p, STEP_UPDATE_GROUP, "update_group:group", g->name, params);
    for (int i = checked; i < last; i++)
        plan_depend(p, last, i);
    return p;
}
