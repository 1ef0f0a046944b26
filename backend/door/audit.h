/*
 * audit: the record of who asked for what, read.
 *
 * From the files of the state directory alone (store/record.h): no engine and no
 * site is needed. Any thread.
 */
#ifndef PC_DOOR_AUDIT_H
#define PC_DOOR_AUDIT_H

#include "backend/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AUDIT_LIMIT_MAX = 10000 };

/* Of each only where it is given: NULL, false. Texts are compared whole. */
struct audit_wanted {
    int64_t since_ms;   /* wall, 0: from the beginning */
    const char *target; /* a group or what else was named, as on record */
    const char *user;   /* who asked, also behind sudo */
    const char *action; /* "failover" */
    bool failed;        /* refused, failed, or never answered */
    size_t limit;       /* the newest so many, 1..AUDIT_LIMIT_MAX */
};

/*
 * *ret, which the caller decrefs: {entries[], torn}. An entry, oldest first, is the
 * line of the request with what answered it: at, action, target, by, user, uid,
 * sudo_user, from, host, pid, arguments{}, who (user, sudo and origin in one), and
 * result ("ok", an error's name, "-" was never answered), error, operation,
 * answered_at. torn: lines that are no whole line of a record, as of a writer that
 * was killed; they are left out.
 */
enum pc_err audit_list(const char *state_dir, const struct audit_wanted *w, json_t **ret,
                       struct pc_error *err);

/* For whoever reads the record page by page (audit_list of docs/requests.md): makes an
 * entry of the line of a request, in place; and puts into an entry what answered it. */
void audit_entry(json_t *asked);
void audit_answer(json_t *entry, const json_t *answered);

#endif
