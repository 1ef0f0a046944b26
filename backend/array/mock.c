/*
 * The mock kind: no array at all. The volumes of a drill are made from Glance
 * images then, so there is always one recovery point, complete, and now, and
 * nothing has to be replicated to have it. No volume is here to ask about.
 */
#include "backend/array/kind.h"
#include "backend/base/clock.h"

#include <stdio.h>

static void tell_now(struct array_call *c)
{
    struct array_point now = {.progress = 100};
    snprintf(now.name, sizeof(now.name), "%s", ARRAY_MOCK.name);
    now.created_ms = now.completed_ms = clock_wall_ms();
    array_end_points(c, &now, 1);
}

static void tell_status(struct array_call *c)
{
    snprintf(c->found.name, sizeof(c->found.name), "%s", ARRAY_MOCK.name);
    c->found.connected = true;
    array_end_status(c);
}

static void tell_nothing_held(struct array_call *c)
{
    array_end_members(c); /* no row: no array has any of the volumes */
}

static void tell_no_group(struct array_call *c)
{
    array_end_group(c, NULL);
}

static void tell_no_space(struct array_call *c)
{
    static const struct array_space unknown;
    array_end_space(c, &unknown);
}

/* What would have to be there to be done. */
static void refuse(struct array_call *c)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_CONFIG, "Give array.url, api_token and name of the site, and "
                 "storage.mode = \"flasharray\".",
                 "there is no array behind mock storage: it has no volumes");
    array_end_error(c, &err);
}

static void answer(void *arg)
{
    static void (*const answers[ASK_COUNT])(struct array_call *c) = {
        [ASK_POINTS] = tell_now,         [ASK_TRANSFER] = tell_now,
        [ASK_REPLICATE] = tell_now,      [ASK_STATUS] = tell_status,
        [ASK_MEMBERSHIP] = tell_nothing_held, [ASK_GROUP] = tell_no_group,
        [ASK_SPACE] = tell_no_space,
    };
    struct array_call *c = arg;
    c->timer = NULL; /* it fired, so it is gone */
    if (answers[c->ask])
        answers[c->ask](c);
    else
        refuse(c);
}

/* In a later turn, like an answer that came over a wire. */
static void begin(struct array_call *c)
{
    c->timer = net_timer_start(c->array->net, 0, answer, c);
}

const struct array_kind ARRAY_MOCK = {.name = "mock", .begin = begin};
