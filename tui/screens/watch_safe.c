/* watch_safe: see watch_safe.h. */
#include "tui/screens/watch_safe.h"

#include <stdio.h>
#include <string.h>

/* How the steps of some kinds stand. */
struct tally {
    int total, begun, done, failed;
};

static struct tally count(const struct opshow *o, const enum step_kind *kinds, size_t n)
{
    struct tally t = {0, 0, 0, 0};
    for (size_t i = 0; i < o->step_count; i++)
        for (size_t k = 0; k < n; k++) {
            if (o->steps[i].kind != kinds[k] || o->steps[i].status == STEP_SKIPPED)
                continue;
            t.total++;
            t.begun += o->steps[i].status != STEP_WAITING;
            t.done += o->steps[i].status == STEP_DONE;
            t.failed += o->steps[i].status == STEP_FAILED;
        }
    return t;
}

#define COUNT(o, ...)                                                                   \
    count(o, (const enum step_kind[]){__VA_ARGS__},                                     \
          sizeof((const enum step_kind[]){__VA_ARGS__}) / sizeof(enum step_kind))

/* Of a move that is taken back, or never came to stopping anything. */
static enum role say_source(const struct opshow *o, char *dst, size_t size)
{
    struct tally stops = COUNT(o, STEP_STOP_SERVER), starts = COUNT(o, STEP_START_SERVER);
    if (COUNT(o, STEP_UPDATE_GROUP).done) {
        snprintf(dst, size, "%.80s serves at %.60s.", o->group, o->target);
        return ROLE_INFO;
    }
    bool back = o->status == OP_ROLLING_BACK || starts.begun > 0;
    if (stops.begun == 0 && starts.begun == 0) {
        snprintf(dst, size, "Nothing was stopped at %.60s: it serves as before.", o->source);
        return ROLE_OK;
    }
    if (!back) {
        snprintf(dst, size, "%d of %d servers at %.60s were stopped.", stops.done, stops.total,
                 o->source);
        return ROLE_WARN;
    }
    if (starts.total && starts.done == starts.total) {
        snprintf(dst, size, "%.60s serves again: %d of %d servers were seen running.", o->source,
                 starts.done, starts.total);
        return ROLE_OK;
    }
    snprintf(dst, size, starts.failed
                            ? "NOT safe: %.60s does not serve: %d of %d servers run again, others "
                              "could not be started."
                            : "%.60s does not serve yet: %d of %d servers run again, the others "
                              "once the copies are gone.",
             o->source, starts.done, starts.total);
    return starts.failed ? ROLE_DANGER : ROLE_WARN;
}

/* Of what was made; a drill that is kept leaves it on purpose. */
static enum role say_left(const struct opshow *o, char *dst, size_t size)
{
    struct tally gone = COUNT(o, STEP_DELETE_SERVER, STEP_DELETE_PORT, STEP_DELETE_VOLUME,
                              STEP_DESTROY_CLONE, STEP_DELETE_NETWORK, STEP_DELETE_FLOATING);
    struct tally made = COUNT(o, STEP_CREATE_SERVER, STEP_CREATE_PORT, STEP_CREATE_VOLUME,
                              STEP_CLONE_VOLUME, STEP_CREATE_NETWORK, STEP_CREATE_FLOATING);
    const char *at = opshow_made_at(o);
    dst[0] = '\0';
    if (gone.failed)
        snprintf(dst, size, " %d of what it made %s left at %.60s.", gone.failed,
                 gone.failed == 1 ? "is" : "are", at);
    else if (gone.total && gone.done == gone.total)
        snprintf(dst, size, " Nothing of it is left at %.60s.", at);
    else if (gone.begun)
        snprintf(dst, size, " What it made at %.60s is being removed: %d of %d.", at, gone.done,
                 gone.total);
    else if (made.done && !COUNT(o, STEP_UPDATE_GROUP).done)
        snprintf(dst, size, " What it made stands at %.60s, %d in all.", at, made.done);
    return gone.failed ? ROLE_WARN : ROLE_OK;
}

void watch_safe(const struct opshow *o, char *dst, size_t size, enum role *ret_role)
{
    char source[240], left[160];
    enum role role = ROLE_OK, also;
    if (o->type == OP_TEST_FAILOVER) {
        snprintf(source, sizeof source, "Production at %.60s was not touched.", o->source);
    } else if (o->type == OP_FAILOVER || o->type == OP_FAILBACK) {
        role = say_source(o, source, sizeof source);
    } else if (o->type == OP_RELEASE) {
        struct tally gone = COUNT(o, STEP_RELEASE_SERVER, STEP_RELEASE_PORT, STEP_RELEASE_FLOATING,
                                  STEP_RELEASE_VOLUME, STEP_RELEASE_CLONE);
        snprintf(source, sizeof source, "What serves was not touched. Of what stood before a failover, "
                 "%d of %d are gone.", gone.done, gone.total);
    } else { /* it works on what another one made: that one's ledger tells */
        snprintf(source, sizeof source, "The ledger of %.80s says what is there.", o->group);
        role = ROLE_TEXT;
    }
    also = say_left(o, left, sizeof left);
    snprintf(dst, size, "%s%s", source, left);
    *ret_role = role == ROLE_OK ? also : role;
}
