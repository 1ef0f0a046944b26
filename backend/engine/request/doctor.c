/*
 * doctor: what is wrong with the set-up, and what to do about it. Reads only.
 * Every finding is a check, a word, the evidence and the remedy.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/request/request.h"
#include "backend/engine/run.h"
#include "backend/engine/sites.h"

#include "backend/model/remedy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *find(json_t *list, const char *check, const char *status, const char *remedy,
                    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static json_t *find(json_t *list, const char *check, const char *status, const char *remedy,
                    const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    json_t *o = json_object();
    json_put_text(o, "check", check);
    json_put_text(o, "status", status);
    json_put_text(o, "detail", text);
    json_put_text(o, "remedy", remedy);
    json_put_text(o, "error", NULL);
    json_array_append_new(list, o);
    return o;
}

static void look_at_configuration(struct engine *e, json_t *list)
{
    const struct config *cfg = e->o.config;
    find(list, "configuration", "ok", "", "%s",
         *cfg->file ? cfg->file : "built-in defaults");
    if (e->o.lab)
        find(list, "deployment", "ok", "", "the built-in lab: two simulated sites");
    if (cfg->site_count < 2)
        find(list, "sites", "problem", "Name two sites in protector-console.cfg.",
             "no site is configured");
    for (size_t i = 0; i < e->site_count; i++) {
        const struct site *s = &e->sites[i];
        char check[200];
        snprintf(check, sizeof(check), "%s credentials", s->cfg->name);
        find(list, check, s->cloud_cfg.insecure ? "warning" : "ok",
             s->cloud_cfg.insecure ? "Set cacert instead of insecure." : "",
             "cloud '%s' of %s%s", s->cloud_cfg.name,
             *s->cloud_cfg.file ? s->cloud_cfg.file : "the environment",
             s->cloud_cfg.insecure ? "; its certificate is not verified" : "");
    }
}

/* Told after a failover, when nobody has time to find out that its secret cannot be read. */
static void look_at_webhook(const struct config *cfg, json_t *list)
{
    struct pc_error err = {.code = PC_OK};
    char secret[NOTIFY_SECRET_MAX + 1] = "";
    const char *url = cfg->webhook_url;
    if (!*url)
        return;
    bool open = strncmp(url, "http://", 7) == 0; /* what it may be, the configuration sees to */
    if (*cfg->webhook_secret_file)
        notify_secret(cfg->webhook_secret_file, secret, &err);
    explicit_bzero(secret, sizeof(secret));
    if (err.code) {
        json_t *o = find(list, "webhook", "problem", err.remedy, "%s", err.text);
        json_put_text(o, "error", pc_err_name(err.code));
    } else if (!*cfg->webhook_secret_file || open) {
        find(list, "webhook", "warning", open ? "Use https://." : "Set webhook.secret_file.", "%s",
             open ? "what it tells can be read on the way" : "what it tells is not signed");
    } else {
        find(list, "webhook", "ok", "", "signed, over https");
    }
}

/* Locked by who does not go on; put back from a backup: see groups/outrun.h. */
static void look_at_history(struct engine *e, json_t *list)
{
    struct pc_error locked;
    if (store_stopped_writer(e->store, &locked)) {
        json_t *o = find(list, "history", "problem", locked.remedy, "%s", locked.text);
        json_put_text(o, "error", pc_err_name(locked.code));
    }
    for (size_t i = 0; i < e->group_count; i++) {
        struct pc_error err;
        if (group_not_outrun(&e->groups[i], &err) == PC_OK)
            continue;
        json_t *o = find(list, "history", "problem", err.remedy, "%s", err.text);
        json_put_text(o, "error", pc_err_name(err.code));
    }
}

/* Begun and not over, with nobody there to go on with it: production may be down meanwhile. */
static void find_unexecuted(struct engine *e, const struct operation *op, json_t *list)
{
    struct outlook k;
    char remedy[700];
    engine_outlook(e, op, &k);
    if (*k.held)
        outlook_held_advice(k.held, remedy, sizeof(remedy));
    else
        snprintf(remedy, sizeof(remedy), "Run protector-console engine --until-idle, or open the "
                 "console: it goes on where it stands. To stop it first: operation cancel %s.",
                 op->id);
    json_t *o = find(list, "operation", "problem", remedy,
                     "nobody executes %.40s of %.120s (%s): %s, %d%%", op_type_label(op->type),
                     op->group, op->id, op_status_word(op->status), op->progress);
    json_put_text(o, "error", pc_err_name(PC_ERR_STATE));
}

static void look_at_operations(struct engine *e, json_t *list)
{
    const struct op_filter open = {.type = -1, .open_only = true};
    struct operation **ops = NULL;
    struct pc_error err;
    size_t count = 0;
    const char *executor = engine_executor(e);
    bool nobody = strcmp(executor, "nobody") == 0;
    if (store_ops(e->store, &open, &ops, &count, &err)) {
        json_t *o = find(list, "operations", "problem", err.remedy, "%s", err.text);
        json_put_text(o, "error", pc_err_name(err.code));
        return;
    }
    if ((!nobody && !*e->locked) || count == 0)
        find(list, "operations", "ok", "", "%zu open%s%s", count, count ? ", executed by " : "",
             count ? executor : "");
    for (size_t i = 0; i < count; i++) {
        if (nobody)
            find_unexecuted(e, ops[i], list);
        operation_free(ops[i]);
    }
    free(ops);
}

/* Without a token nothing else can be asked: its error is the identity's. */
static bool falls_with_identity(const struct site *s, int service)
{
    const struct service_view *identity = &s->view.services[CLOUD_IDENTITY];
    return service != CLOUD_IDENTITY && *identity->error &&
           strcmp(s->view.services[service].error, identity->error) == 0;
}

static void list_behind(const struct site *s, char *dst, size_t size)
{
    dst[0] = '\0';
    for (int i = 0; i < CLOUD_SERVICES; i++)
        if (falls_with_identity(s, i)) {
            size_t n = strlen(dst);
            snprintf(dst + n, size - n, "%s %s", n ? "," : "; so nothing is known of",
                     SITE_SERVICE_NAMES[i]);
        }
}

static void look_at_site(const struct site *s, json_t *list)
{
    for (int i = 0; i < SITE_SERVICES; i++) {
        const struct service_view *v = &s->view.services[i];
        char check[200], advice[400] = "", behind[120] = "";
        if (v->health == HEALTH_UNKNOWN || falls_with_identity(s, i))
            continue;
        if (i == CLOUD_IDENTITY)
            list_behind(s, behind, sizeof(behind));
        snprintf(check, sizeof(check), "%s %s", s->cfg->name, SITE_SERVICE_NAMES[i]);
        if (v->health == HEALTH_OK) {
            find(list, check, "ok", "", "answers in %d ms%s%s", v->latency_ms,
                 *v->version ? ", version " : "", v->version);
            continue;
        }
        remedy_text(remedy_match(SITE_SERVICE_NAMES[i], 0, v->error), advice, sizeof(advice));
        json_t *o = find(list, check, "problem", *advice ? advice : "Check the address and the "
                         "credentials in clouds.yaml, and that the service runs.", "%s%s", v->error, behind);
        json_put_text(o, "error", pc_err_name(v->code));
    }
}

/* ---- what the checks of readiness say of a site, whatever the group ------------------- */

static const struct {
    enum readiness_check check;
    enum pc_err code; /* of a problem */
} CHECKS[] = {{R_TIME, PC_OK},
              {R_LINK, PC_OK},
              {R_MANAGE, PC_ERR_FORBIDDEN},
              {R_HOST, PC_ERR_SERVER}};

static void tell_check(const struct readiness *r, size_t i, const char *site, json_t *list)
{
    enum readiness_word w = readiness_word(r, CHECKS[i].check);
    char check[300];
    if (w == READINESS_NA || w == READINESS_NOT_KNOWN)
        return; /* a service that does not answer is told already */
    snprintf(check, sizeof(check), "%.120s: %s", site, readiness_title(CHECKS[i].check));
    json_t *o = find(list, check,
                     w == READINESS_OK     ? "ok"
                     : w == READINESS_WARN ? "warning"
                                           : "problem",
                     readiness_remedy(r, CHECKS[i].check), "%s",
                     readiness_evidence(r, CHECKS[i].check));
    if (w == READINESS_BLOCK)
        json_put_text(o, "error", pc_err_name(CHECKS[i].code));
}

/* What the credentials may use, and how much of it is left. */
static void tell_limits(const json_t *facts, const char *site, json_t *list)
{
    for (size_t i = 0; room_limit(i); i++) {
        const struct room_limit *l = room_limit(i);
        const json_t *o = json_map(json_map(json_map(facts, "read"), l->fact), "body");
        int64_t max = json_int(o, l->max, -1), used = json_int(o, l->used, 0);
        char check[200], remedy[160] = "", most[40] = ", without a limit";
        if (!o)
            continue;
        if (max >= 0)
            snprintf(most, sizeof(most), " of %lld", (long long)max);
        if (max >= 0 && used >= max)
            snprintf(remedy, sizeof(remedy), "Raise the quota (openstack quota set %s).", l->option);
        snprintf(check, sizeof(check), "%.100s %s", site, l->what);
        find(list, check, *remedy ? "warning" : "ok", remedy, "%lld used%s", (long long)used, most);
    }
}

struct examination {
    struct engine *e;
    struct request *r;
    json_t *list;
    size_t site; /* read now, as a target */
};

/* No members: only what holds of the sites themselves. */
static struct group *nobody(const struct examination *x, const struct site *source)
{
    struct group *g = NULL;
    struct pc_error ignored;
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "id", "doctor", "name", "doctor", "primary",
                          source->cfg->name, "secondary", x->e->sites[x->site].cfg->name);
    if (group_from_json(o, &g, &ignored))
        g = NULL;
    json_decref(o);
    return g;
}

static void read_next(struct examination *x);

static void on_facts(void *arg, json_t *facts)
{
    struct examination *x = arg;
    const struct site *target = &x->e->sites[x->site];
    struct group *g = nobody(x, &x->e->sites[x->site == 0]);
    if (facts && g) {
        struct readiness *r = readiness_eval(&(struct eval_asked){
            .group = g, .facts = facts, .purpose = READY_FOR_FAILOVER});
        tell_limits(facts, target->cfg->name, x->list);
        for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++)
            if (CHECKS[i].check != R_TIME || x->site == 0) /* of both at once */
                tell_check(r, i, target->cfg->name, x->list);
        readiness_unref(r);
    }
    group_unref(g);
    x->site = facts ? x->site + 1 : x->e->site_count;
    read_next(x);
}

static bool answers(const struct site *s)
{
    return s->view.services[CLOUD_COMPUTE].health == HEALTH_OK &&
           s->view.services[CLOUD_VOLUME].health == HEALTH_OK;
}

/* Each site that answers once as the target of the other. */
static void read_next(struct examination *x)
{
    struct group *g = NULL;
    while (x->site < x->e->site_count && !answers(&x->e->sites[x->site]))
        x->site++;
    if (x->e->site_count < 2 || x->site >= x->e->site_count ||
        !(g = nobody(x, &x->e->sites[x->site == 0]))) {
        request_reply(x->r, x->list);
        free(x);
        return;
    }
    facts_read(x->e, &(struct facts_asked){
        .source = &x->e->sites[x->site == 0],
        .target = &x->e->sites[x->site],
        .cloud = x->e->sites[x->site].cloud,
        .group = g,
        .source_unasked = true,
    }, on_facts, x);
    group_unref(g);
}

static void on_polled(void *arg)
{
    struct examination *x = arg;
    for (size_t i = 0; i < x->e->site_count; i++)
        look_at_site(&x->e->sites[i], x->list);
    read_next(x);
}

void request_doctor(struct engine *e, struct request *r)
{
    struct examination *x = xcalloc(1, sizeof(*x));
    x->e = e;
    x->r = r;
    x->list = json_array();
    look_at_configuration(e, x->list);
    look_at_webhook(e->o.config, x->list);
    look_at_history(e, x->list);
    look_at_operations(e, x->list);
    sites_poll_all(e, on_polled, x);
}
