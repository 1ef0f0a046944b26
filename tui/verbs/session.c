#include "tui/verbs/session.h"

#include "tui/verbs/interrupt.h"
#include "tui/verbs/place.h"
#include "tui/verbs/run.h"
#include "tui/verbs/tty.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

int report_error(FILE *out, const struct pc_error *err)
{
    fflush(stdout); /* where both go to one file, in the order in which they were said */
    fprintf(out, "error: %s\n", *err->text ? err->text : pc_err_message(err->code));
    if (*err->source && err->line > 0)
        fprintf(out, "  where: %s:%d\n", err->source, err->line);
    else if (*err->source)
        fprintf(out, "  where: %s\n", err->source);
    if (*err->remedy)
        fprintf(out, "  what to do: %s\n", err->remedy);
    if (*err->request_id)
        fprintf(out, "  request id: %s\n", err->request_id);
    log_line(LOG_ERROR, "verb", "%s: %s", pc_err_name(err->code), err->text);
    return pc_err_exit(err->code);
}

int session_end(const struct session *s, enum pc_err rc, const struct pc_error *err)
{
    if (rc == PC_OK)
        return 0;
    if (rc == PC_ERR_CANCELLED && interrupt_came())
        return interrupt_exit();
    return report_error(s->err, err);
}

/* -- the door ----------------------------------------------------------------- */

enum { LINES_PACE_MS = 1000 };

struct door_options session_door(const struct args *a, const char *state_dir,
                                 const char *lab_program)
{
    return (struct door_options){
        .state_dir = state_dir,
        .config_file = args_value(a, "--config"),
        .primary_cloud = args_value(a, "--os-cloud"),
        .secondary_cloud = args_value(a, "--secondary-cloud"),
        .lab_program = lab_program,
        .read_only = args_has(a, "--read-only"),
    };
}

enum pc_err session_open(struct session *s, unsigned needs, struct pc_error *err)
{
    if (s->kept && s->door)
        return PC_OK;
    char *lab = place_lab();
    struct door_options o = session_door(s->args, s->state_dir, lab);
    o.execute = needs & NEED_EXECUTE;
    o.sites = needs & NEED_SITES;
    o.monitor = needs & NEED_REPLICATION;
    o.pace_ms = needs & NEED_LINES ? LINES_PACE_MS : 0;
    if (needs & NEED_EXECUTE)
        interrupt_ignore_hangup();
    enum pc_err rc = door_open(&o, &s->door, err);
    free(lab);
    if (rc)
        return rc;
    interrupt_gently(true);
    size_t i;
    json_t *line;
    json_array_foreach(door_warnings(s->door), i, line) {
        char clean[512];
        safe_text(clean, sizeof(clean), json_string_value(line));
        fprintf(s->err, "warning: %s\n", clean);
    }
    return PC_OK;
}

void session_close(struct session *s)
{
    if (s->kept)
        return;
    door_close(s->door);
    s->door = NULL;
    s->reply.under_way = false;
    json_decref(s->reply.data);
    s->reply.data = NULL;
}

void session_end_kept(struct session *s)
{
    s->kept = false;
    session_close(s);
}

/* -- asking ---------------------------------------------------------------------- */

static void replied(void *arg, const struct pc_error *err, const json_t *data)
{
    struct session *s = arg;
    s->reply.over = true;
    s->reply.under_way = false;
    if (err && err->code)
        s->reply.error = *err;
    else
        s->reply.data = json_deep_copy(data);
}

enum pc_err session_wait(struct session *s, int timeout_ms, struct pc_error *err)
{
    struct pollfd fds[2] = {{.fd = door_fd(s->door), .events = POLLIN},
                            {.fd = interrupt_fd(), .events = POLLIN}};
    poll(fds, 2, timeout_ms);
    if (interrupt_came())
        return pc_error_set(err, PC_ERR_CANCELLED, NULL, "interrupted");
    door_dispatch(s->door);
    return PC_OK;
}

enum pc_err session_call(struct session *s, const char *verb, json_t *args, json_t **ret,
                         struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    while (rc == PC_OK && s->reply.under_way) /* of a request that was given up */
        rc = session_wait(s, -1, err);
    if (rc) {
        json_decref(args);
        return rc;
    }
    json_decref(s->reply.data);
    s->reply.data = NULL;
    s->reply.over = false;
    s->reply.under_way = true;
    s->reply.error = (struct pc_error){0};
    door_ask(s->door, verb, args, replied, s);
    while (rc == PC_OK && !s->reply.over)
        rc = session_wait(s, -1, err);
    if (rc)
        return rc;
    if (s->reply.error.code) {
        if (err)
            *err = s->reply.error;
        return s->reply.error.code;
    }
    if (ret)
        *ret = s->reply.data;
    else
        json_decref(s->reply.data);
    s->reply.data = NULL;
    return PC_OK;
}

/* -- replication -------------------------------------------------------------- */

enum { REPLICATION_MS = 3000 }; /* what is not read by then is shown as unknown */

/* Has the array that holds the copies of this group been asked, if there is one? */
static bool point_read(const struct snapshot *now, const struct group_view *v)
{
    const struct group *g = v->group;
    bool away = strcmp(g->current_primary, g->secondary) == 0;
    const struct site_view *copies = snapshot_site(now, away ? g->primary : g->secondary);
    return !copies || !copies->has_array || v->point_read_ms || *v->replication_error;
}

/* Recovery points are read by the monitor, after the door has opened. */
static bool replication_read(struct session *s)
{
    struct snapshot *now = door_snapshot(s->door);
    bool read = now->number > 0; /* before the first there is nothing in it */
    for (size_t i = 0; read && i < now->groups->count; i++)
        read = point_read(now, now->groups->items[i]);
    snapshot_unref(now);
    return read;
}

enum pc_err session_wait_for_replication(struct session *s, struct pc_error *err)
{
    int64_t until = clock_mono_ms() + REPLICATION_MS, left;
    enum pc_err rc = PC_OK;
    while (rc == PC_OK && !replication_read(s) && (left = until - clock_mono_ms()) > 0)
        rc = session_wait(s, (int)left, err);
    return rc;
}

/* -- printing ---------------------------------------------------------------------- */

static struct output output_of(const struct session *s)
{
    return (struct output){.file = s->out, .format = s->args->format, .wanted = s->args->columns,
                           .wanted_count = s->args->column_count,
                           .width = tty_width(s->out)};
}

enum pc_err session_list(const struct session *s, const struct column *columns,
                         const json_t *rows, struct pc_error *err)
{
    struct output o = output_of(s);
    return output_list(&o, columns, rows, err);
}

enum pc_err session_show(const struct session *s, const struct column *columns,
                         const json_t *thing, struct pc_error *err)
{
    struct output o = output_of(s);
    return output_show(&o, columns, thing, err);
}

FILE *session_lines(const struct session *s)
{
    return output_for_people(s->args->format) ? s->out : s->err;
}

/* -- a verb from beginning to end ----------------------------------------------------- */

int session_run(const struct args *a, FILE *in, FILE *out, FILE *err)
{
    struct session s = {.args = a, .in = in, .out = out, .err = err};
    struct pc_error e = {0};
    enum pc_err rc = PC_OK;
    int code;
    if (a->verb && a->verb->columns)
        rc = output_check(a->verb->columns, a->columns, a->column_count, &e);
    const struct door_options o = session_door(a, args_value(a, "--state-dir"), NULL);
    if (rc == PC_OK && !(a->verb && a->verb->needs & NEED_NO_STATE))
        rc = place_state_dir(&o, &s.state_dir, &e);
    if (rc)
        return report_error(err, &e);
    interrupt_install();
    code = a->verb ? a->verb->run(&s) : run_status(&s);
    session_close(&s);
    free(s.state_dir);
    log_close();
    return code;
}
