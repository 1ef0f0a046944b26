/*
 * The mock kind: no array at all. The volumes of a drill are made from Glance
 * images then, so there is always one recovery point, complete, and now.
 */
#include "backend/array/kind.h"
#include "backend/base/clock.h"

#include <stdio.h>

static void answer(void *arg)
{
    struct array_call *c = arg;
    c->timer = NULL; /* it fired, so it is gone */
    if (c->ask > ASK_STATUS) {
        struct pc_error err;
        pc_error_set(&err, PC_ERR_CONFIG, "Give array.url, api_token and name of the site, and "
                     "storage.mode = \"flasharray\".",
                     "there is no array behind mock storage: it has no volumes");
        array_end_error(c, &err);
        return;
    }
    if (c->ask == ASK_STATUS) {
        snprintf(c->found.name, sizeof(c->found.name), "%s", ARRAY_MOCK.name);
        c->found.connected = true;
        array_end_status(c);
        return;
    }
    struct array_point now = {.progress = 100};
    snprintf(now.name, sizeof(now.name), "%s", ARRAY_MOCK.name);
    now.created_ms = now.completed_ms = clock_wall_ms();
    array_end_points(c, &now, 1);
}

/* In a later turn, like an answer that came over a wire. */
static void begin(struct array_call *c)
{
    c->timer = net_timer_start(c->array->net, 0, answer, c);
}

const struct array_kind ARRAY_MOCK = {.name = "mock", .begin = begin};
