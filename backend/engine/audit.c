/* audit: see audit.h. */
#include "backend/engine/audit.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/store/record.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *new_line(const struct request *r, const char *what)
{
    char at[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    json_put_text(o, "at", clock_iso(at, engine_wall(r->e)));
    json_put_text(o, "what", what);
    json_put_text(o, "id", r->audit);
    json_put_text(o, "action", r->verb);
    return o;
}

/* The person as the machine knows them: whoever became another user, too. */
static void put_who(json_t *o, const struct request *r)
{
    char host[128] = "", from[64] = "";
    const char *ssh = getenv("SSH_CONNECTION"), *sudo = getenv("SUDO_USER");
    struct passwd room, *found = NULL;
    char names[4096];
    getpwuid_r(getuid(), &room, names, sizeof(names), &found);
    gethostname(host, sizeof(host) - 1);
    snprintf(from, sizeof(from), "%.*s", ssh ? (int)strcspn(ssh, " ") : 0, ssh ? ssh : "");
    json_put_text(o, "by", r->by ? r->by : "person");
    json_put_text(o, "user", found ? found->pw_name : NULL);
    json_put_int(o, "uid", (int64_t)getuid());
    if (sudo && text_is_safe(sudo))
        json_put_text(o, "sudo_user", sudo);
    if (*from && text_is_safe(from))
        json_put_text(o, "from", from);
    json_put_text(o, "host", host);
    json_put_int(o, "pid", (int64_t)getpid());
}

/* What it is about, by the name that people know. */
static const char *target_of(const struct request *r)
{
    static const char *const KEYS[] = {"operation_id", "name", "group", NULL};
    struct group_slot *g;
    struct pc_error ignored;
    if (*json_text(r->args, "group") &&
        engine_group(r->e, json_text(r->args, "group"), &g, &ignored) == PC_OK)
        return g->group->name;
    for (int i = 0; KEYS[i]; i++)
        if (*json_text(r->args, KEYS[i]))
            return json_text(r->args, KEYS[i]);
    return NULL;
}

static enum pc_err append(const struct request *r, const json_t *o, bool durable,
                          struct pc_error *err)
{
    struct pc_error why = {0};
    char *line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
    enum pc_err rc = PC_ERR_IO;
    if (line) {
        log_redact(line);
        rc = record_append(r->e->state_dir, line, durable, &why);
    }
    free(line);
    if (rc)
        pc_error_set(err, PC_ERR_IO, why.remedy, "nothing is changed that cannot be put on record: %s",
                     why.text);
    return rc;
}

enum pc_err audit_asked(struct request *r, struct pc_error *err)
{
    uuid_make(r->audit);
    json_t *o = new_line(r, "asked");
    json_put_text(o, "target", target_of(r));
    put_who(o, r);
    json_object_set(o, "arguments", r->args);
    enum pc_err rc = append(r, o, true, err);
    json_decref(o);
    if (rc)
        r->audit[0] = '\0';
    return rc;
}

void audit_answered(const struct request *r, const struct pc_error *err, const json_t *data)
{
    struct pc_error failed = {0};
    if (!r->audit[0])
        return;
    json_t *o = new_line(r, "answered");
    const char *id = json_text(data, "operation_id");
    json_put_text(o, "result", err->code ? pc_err_name(err->code) : "ok");
    if (err->code)
        json_put_text(o, "error", err->text);
    if (!*id && text_starts(json_text(data, "id"), "op-"))
        id = json_text(data, "id");
    if (*id)
        json_put_text(o, "operation", id);
    if (append(r, o, false, &failed))
        log_line(LOG_ERROR, "audit", "%s", failed.text);
    json_decref(o);
}
