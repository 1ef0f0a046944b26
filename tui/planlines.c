/* planlines: see planlines.h. */
#include "tui/planlines.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>

static void fact(struct planwords *l, const char *label, enum role role, const char *text)
{
    struct planword *w = planwords_add(l, PLANWORD_FACT, "%s", text);
    w->label = label;
    w->role = role;
}

static void heading(struct planwords *l, const char *text)
{
    planwords_add(l, PLANWORD_HEADING, "%s", text);
}

/* ---- time and room ------------------------------------------------------------------- */

static void add_time(struct planwords *l, const json_t *plan)
{
    char text[160];
    if (planwords_predicted(plan, text, sizeof text))
        fact(l, "takes", ROLE_TEXT, text);
    else if (json_list(plan, "steps"))
        fact(l, "takes", ROLE_DIM, "not known: a kind of step in it was never seen here");
}

static const json_t *find_check(const json_t *readiness, const char *key)
{
    json_t *c;
    size_t i;
    json_array_foreach(json_list(readiness, "checks"), i, c)
        if (text_equal(json_text(c, "check"), key))
            return c;
    return NULL;
}

static void add_room(struct planwords *l, const json_t *readiness)
{
    const json_t *quota = find_check(readiness, "R-QUOTA"), *hosts = find_check(readiness, "R-CAP");
    if (quota)
        fact(l, "quota", text_equal(json_text(quota, "status"), "ok") ? ROLE_TEXT : ROLE_WARN,
             json_text(quota, "evidence"));
    if (hosts && !text_equal(json_text(hosts, "status"), "unknown"))
        fact(l, "room", text_equal(json_text(hosts, "status"), "ok") ? ROLE_TEXT : ROLE_WARN,
             json_text(hosts, "evidence"));
}

/* ---- what stands in the way, what follows ----------------------------------------------- */

static void add_problems(struct planwords *l, const json_t *proposal, const struct pc_error *refused)
{
    json_t *o;
    size_t i;
    json_array_foreach(json_list(proposal, "problems"), i, o) {
        planwords_add(l, PLANWORD_BLOCK, "%s", json_text(o, "text"));
        if (*json_text(o, "remedy"))
            planwords_add(l, PLANWORD_NAME, "%s", json_text(o, "remedy"));
    }
    if (!refused->code || json_array_size(json_list(proposal, "problems")))
        return;
    planwords_add(l, PLANWORD_BLOCK, "%s", refused->text);
    if (refused->remedy[0])
        planwords_add(l, PLANWORD_NAME, "%s", refused->remedy);
}

/* ---- every thing by its name --------------------------------------------------------------- */

/* What the kinds of steps come to, in the order of the list. */
static const struct {
    const char *starts, *does;
} DOES[] = {
    {"stop_", "Stops"},      {"create_", "Creates"}, {"clone_", "Clones"},
    {"manage_", "Takes in"}, {"start_", "Starts"},   {"update_", "Promotes"},
    {"delete_", "Deletes"},  {"destroy_", "Destroys"}, {"release_", "Deletes"},
};

static const char *thing(const char *kind)
{
    const char *what = strchr(kind, '_');
    return what ? what + 1 : kind;
}

static size_t list_steps(struct planwords *l, const json_t *steps, const char *starts, bool undo)
{
    json_t *s;
    size_t i, n = 0;
    json_array_foreach(steps, i, s) {
        const char *kind = json_text(s, "kind"), *name = json_text(s, "name");
        const char *phase = json_text(s, "phase");
        bool back = text_equal(phase, "cleanup") || text_equal(phase, "rollback");
        if (!text_starts(kind, starts) || back != undo)
            continue;
        n++;
        if (l)
            planwords_add(l, PLANWORD_NAME, "  %s %s", thing(kind),
                *name ? name : json_text(s, "subject"));
    }
    return n;
}

static void add_steps(struct planwords *l, const json_t *plan, bool undo, const char *when)
{
    const json_t *steps = json_list(plan, "steps");
    char text[120];
    for (size_t i = 0; i < sizeof DOES / sizeof DOES[0]; i++) {
        size_t n = list_steps(NULL, steps, DOES[i].starts, undo);
        if (n == 0)
            continue;
        snprintf(text, sizeof text, "%s %zu%s", DOES[i].does, n, when);
        heading(l, text);
        list_steps(l, steps, DOES[i].starts, undo);
    }
}

static void add_checks(struct planwords *l, const json_t *readiness)
{
    static const struct {
        const char *status;
        enum planword_kind kind;
    } STATUS[] = {{"blocked", PLANWORD_BLOCK},
                  {"warning", PLANWORD_WARNING},
                  {"unknown", PLANWORD_UNKNOWN},
                  {"ok", PLANWORD_GOOD},
                  {"-", PLANWORD_OMITTED}};
    json_t *c;
    size_t i;
    if (!readiness)
        return;
    heading(l, "Every check");
    for (size_t k = 0; k < sizeof STATUS / sizeof STATUS[0]; k++)
        json_array_foreach(json_list(readiness, "checks"), i, c) {
            const char *evidence = json_text(c, "evidence"), *remedy = json_text(c, "remedy");
            if (!text_equal(json_text(c, "status"), STATUS[k].status))
                continue;
            planwords_add(l, STATUS[k].kind, "%s %s%s%s", json_text(c, "check"),
                json_text(c, "title"), *evidence ? ": " : "", evidence);
            if (*remedy && k < 2)
                planwords_add(l, PLANWORD_NAME, "  %s", remedy);
        }
}

/* ---- in short, for a question -------------------------------------------------------------- */

/* What it takes away or sets going; what it makes is told by the counts. */
static const struct {
    const char *starts, *label, *heading;
} SHORT[] = {
    {"stop_", "stops", "Stops"},       {"delete_", "deletes", "Deletes"},
    {"release_", "deletes", "Deletes"},
    {"destroy_", "destroys", "Destroys"}, {"start_", "starts", "Starts"},
    {"create_", NULL, "Creates"},      {"clone_", NULL, "Clones"},
    {"manage_", NULL, "Takes in"},
};
enum { SHORT_COUNT = sizeof SHORT / sizeof SHORT[0], THINGS_MAX = 8 };

/* The kinds that begin so, each once, as they come. */
static size_t kinds_of(const json_t *steps, const char *starts, const char *kinds[THINGS_MAX])
{
    json_t *s;
    size_t i, n = 0;
    json_array_foreach(steps, i, s) {
        const char *kind = json_text(s, "kind");
        size_t k = 0;
        while (k < n && !text_equal(kinds[k], kind))
            k++;
        if (k == n && n < THINGS_MAX && text_starts(kind, starts))
            kinds[n++] = kind;
    }
    return n;
}

static size_t count_kind(const json_t *steps, const char *kind)
{
    json_t *s;
    size_t i, n = 0;
    json_array_foreach(steps, i, s)
        n += text_equal(json_text(s, "kind"), kind);
    return n;
}

void planlines_counts(struct planwords *l, const json_t *plan)
{
    const json_t *steps = json_list(plan, "steps");
    const char *kinds[THINGS_MAX];
    for (size_t i = 0; i < SHORT_COUNT; i++) {
        char text[200] = "";
        size_t n = kinds_of(steps, SHORT[i].starts, kinds), len = 0;
        for (size_t k = 0; k < n && len < sizeof text; k++) {
            size_t count = count_kind(steps, kinds[k]);
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%zu %s%s", k ? ", " : "",
                                    count, thing(kinds[k]), count == 1 ? "" : "s");
        }
        if (n && SHORT[i].label)
            fact(l, SHORT[i].label, ROLE_TEXT, text);
    }
    add_time(l, plan);
}

/* "servers  web-1, web-2, db-3", as many lines as that takes. */
static void list_names(struct planwords *l, const json_t *steps, const char *kind)
{
    enum { LINE = 1000, NAME = 130 };
    char line[LINE + NAME + 8], name[NAME];
    json_t *s;
    size_t i, len = 0, count = count_kind(steps, kind);
    json_array_foreach(steps, i, s) {
        if (!text_equal(json_text(s, "kind"), kind))
            continue;
        if (len > LINE) {
            planwords_add(l, PLANWORD_NAME, "%s", line);
            len = 0;
        }
        safe_text(name, sizeof name, *json_text(s, "name") ? json_text(s, "name")
                                                           : json_text(s, "subject"));
        len += len ? (size_t)snprintf(line + len, sizeof line - len, ", %s", name)
                   : (size_t)snprintf(line, sizeof line, "%s%s  %s", thing(kind),
                                      count == 1 ? "" : "s", name);
    }
    if (len)
        planwords_add(l, PLANWORD_NAME, "%s", line);
}

void planlines_names(struct planwords *l, const json_t *plan)
{
    const json_t *steps = json_list(plan, "steps");
    const char *kinds[THINGS_MAX];
    for (size_t i = 0; i < SHORT_COUNT; i++) {
        size_t n = kinds_of(steps, SHORT[i].starts, kinds);
        if (n)
            heading(l, SHORT[i].heading);
        for (size_t k = 0; k < n; k++)
            list_names(l, steps, kinds[k]);
    }
}

void planlines_take(struct planwords *l, const json_t *plan, const json_t *proposal,
                    const struct pc_error *refused, bool drill, bool kept)
{
    const json_t *own = json_map(plan, "readiness");
    const json_t *readiness = own ? own : json_map(proposal, "readiness");
    struct planwords words = {0};
    planwords_release(l);
    add_problems(l, proposal, refused);
    if (plan) {
        planwords_take(&words, plan);
        planwords_move(l, &words, true);
        add_time(l, plan);
    }
    add_room(l, readiness);
    if (plan) {
        planwords_move(l, &words, false);
        if (drill)
            planwords_add(l, PLANWORD_EFFECT, "%s",
                kept ? "What it makes stays until it is cleaned up. The primary is not touched."
                     : "What it makes is deleted afterwards. The primary is not touched.");
        add_steps(l, plan, false, "");
        add_steps(l, plan, true, " if it is taken back");
    }
    add_checks(l, readiness);
    planwords_release(&words);
}
