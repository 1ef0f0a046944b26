/*
 * audit: the record of who asked for what, a page at a time, from its end backwards.
 *
 * A page is so small that the engine does not wait for it; who looks far back asks for
 * many. Lines are told as they are there. Engine thread.
 */
#include "backend/engine/request/request.h"

#include "backend/base/json.h"
#include "backend/store/record.h"

#include <inttypes.h>
#include <stdio.h>

struct page {
    json_t *lines;
    json_int_t torn;
};

static void take(void *arg, const char *line, bool whole)
{
    struct page *p = arg;
    json_t *o = whole ? json_loads(line, 0, NULL) : NULL;
    if (json_is_object(o))
        json_array_append(p->lines, o);
    else
        p->torn++;
    json_decref(o);
}

void request_audit_list(struct engine *e, struct request *r)
{
    struct record_place place = {.file = 0};
    struct page p = {.lines = json_array()};
    struct pc_error err;
    bool more = false;
    char before[48], extra;
    const char *text = json_text(r->args, "before");
    enum pc_err rc = PC_OK;
    if (*text && (sscanf(text, "%" SCNu64 ":%" SCNd64 "%c", &place.file, &place.at, &extra) != 2 ||
                  place.at < 0))
        rc = pc_error_set(&err, PC_ERR_INVALID, "Give back what the page after it said.",
                          "'%.40s' is no place in the record", text);
    if (!rc)
        rc = record_before(e->state_dir, &place, take, &p, &more, &err);
    if (rc) {
        json_decref(p.lines);
        request_fail(r, &err);
        return;
    }
    json_t *o = json_object();
    snprintf(before, sizeof(before), "%" PRIu64 ":%" PRId64, place.file, place.at);
    json_put(o, "lines", p.lines);
    json_put_int(o, "torn", p.torn);
    json_put_text(o, "before", more ? before : NULL);
    request_reply(r, o);
}
