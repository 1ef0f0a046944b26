#include "backend/array/fa_chain.h"

static void tell(void *arg)
{
    struct array_call *c = arg;
    struct pc_error err = c->err;
    c->timer = NULL;
    array_end_error(c, &err);
}

void fa_refuse_name(struct array_call *c, const char *what, const char *name)
{
    pc_error_set(&c->err, PC_ERR_INVALID, "Look at the array for what it is called there.",
                 "\"%s\" cannot be %s of an array", name, what);
    c->timer = net_timer_start(c->array->net, 0, tell, c);
}

bool fa_went_well(struct array_call *c, const struct pc_error *err)
{
    c->call = NULL;
    if (!err->code)
        return true;
    array_end_error(c, err);
    return false;
}

void fa_ask(struct array_call *c, const struct buf *path, const char *action, fa_got *done)
{
    c->call = fa_get(c->array->session, buf_text(path), action, done, c);
}

void fa_write(struct array_call *c, const char *method, const char *path, json_t *body_take,
              const char *action, fa_got *done)
{
    const struct fa_request q = {
        .method = method, .path = path, .body = body_take, .action = action};
    c->call = fa_send(c->array->session, &q, done, c);
    json_decref(body_take);
}

bool fa_keep_page(struct array_call *c, json_t *items)
{
    if (!c->first)
        c->first = json_array();
    json_array_extend(c->first, items);
    return json_array_size(items) == FA_PAGE;
}

void fa_too_many(struct array_call *c)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_TOO_LARGE, "Divide the protection group.",
                 "the array lists more than %d objects", (int)ARRAY_VOLUMES);
    array_end_error(c, &err);
}

void fa_filter(struct buf *path, const char *field, const char *value, bool or)
{
    buf_printf(path, "%s%s%%3D%%27", or ? "%20or%20" : "", field);
    buf_url(path, value);
    buf_puts(path, "%27");
}
