#include "backend/model/snapshot.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *const SITE_SERVICE_NAMES[SITE_SERVICES] = {"identity", "compute", "volume",
                                                       "network",  "image",   "array"};

const char *window_end_word(enum window_end w)
{
    static const char *const words[WINDOW_ENDS] = {"", "commit", "rollback", "confirm_failback"};
    return words[w];
}

/* Every shared record begins to live with one reference, its maker's. */
static bool last(atomic_int *refs)
{
    return atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) == 1;
}

static void more(atomic_int *refs)
{
    atomic_fetch_add_explicit(refs, 1, memory_order_relaxed);
}

struct site_list *site_list_new(size_t count)
{
    struct site_list *l = xcalloc(1, sizeof(*l) + count * sizeof(l->items[0]));
    atomic_init(&l->refs, 1);
    l->count = count;
    return l;
}

struct group_list *group_list_new(size_t count)
{
    struct group_list *l = xcalloc(1, sizeof(*l) + count * sizeof(l->items[0]));
    atomic_init(&l->refs, 1);
    l->count = count;
    return l;
}

struct op_list *op_list_new(size_t count)
{
    struct op_list *l = xcalloc(1, sizeof(*l) + count * sizeof(l->items[0]));
    atomic_init(&l->refs, 1);
    l->count = count;
    return l;
}

struct op_view *op_view_new(const struct operation *op, const struct event *events,
                            size_t event_count)
{
    struct op_view *v = xcalloc(1, sizeof(*v));
    atomic_init(&v->refs, 1);
    v->op = operation_copy(op);
    v->events = xcalloc(event_count, sizeof(*v->events));
    v->event_count = event_count;
    if (event_count)
        memcpy(v->events, events, event_count * sizeof(*events));
    return v;
}

void site_list_unref(struct site_list *l)
{
    if (l && last(&l->refs))
        free(l);
}

void group_list_unref(struct group_list *l)
{
    if (!l || !last(&l->refs))
        return;
    for (size_t i = 0; i < l->count; i++)
        group_view_unref(l->items[i]);
    free(l);
}

struct group_view *group_view_new(const struct group *g)
{
    struct group_view *v = xcalloc(1, sizeof(*v));
    atomic_init(&v->refs, 1);
    v->group = group_ref(g);
    return v;
}

void group_view_unref(struct group_view *v)
{
    if (!v || !last(&v->refs))
        return;
    group_unref(v->group);
    for (int f = 0; f < READY_FOR_COUNT; f++)
        readiness_unref(v->readiness[f]);
    free(v);
}

struct group_view *group_view_ref(struct group_view *v)
{
    more(&v->refs);
    return v;
}

enum { VIEW_SAYS = offsetof(struct group_view, group) }; /* from there on; the count is each one's own */

void group_view_read(const struct group_view *v, struct group_view *ret)
{
    atomic_init(&ret->refs, 1);
    memcpy((char *)ret + VIEW_SAYS, (const char *)v + VIEW_SAYS, sizeof(*v) - VIEW_SAYS);
}

void group_view_write(struct group_view **v, const struct group_view *says)
{
    const char *from = (const char *)says + VIEW_SAYS;
    size_t size = sizeof(*says) - VIEW_SAYS;
    if (memcmp((const char *)*v + VIEW_SAYS, from, size) != 0)
        memcpy((char *)group_view_edit(v) + VIEW_SAYS, from, size);
}

/* Who has the only reference is asked by nobody else for another one. */
struct group_view *group_view_edit(struct group_view **v)
{
    if (atomic_load_explicit(&(*v)->refs, memory_order_acquire) == 1)
        return *v;
    struct group_view *own = xmalloc(sizeof(*own));
    group_view_read(*v, own);
    group_ref(own->group);
    for (int f = 0; f < READY_FOR_COUNT; f++)
        readiness_ref(own->readiness[f]);
    group_view_unref(*v);
    return *v = own;
}

void op_view_unref(struct op_view *v)
{
    if (!v || !last(&v->refs))
        return;
    operation_free(v->op);
    free(v->events);
    free(v);
}

void op_list_unref(struct op_list *l)
{
    if (!l || !last(&l->refs))
        return;
    for (size_t i = 0; i < l->count; i++)
        op_view_unref(l->items[i]);
    free(l);
}

struct site_list *site_list_ref(struct site_list *l)
{
    more(&l->refs);
    return l;
}

struct group_list *group_list_ref(struct group_list *l)
{
    more(&l->refs);
    return l;
}

struct op_list *op_list_ref(struct op_list *l)
{
    more(&l->refs);
    return l;
}

struct op_view *op_view_ref(struct op_view *v)
{
    more(&v->refs);
    return v;
}

struct snapshot *snapshot_new(void)
{
    struct snapshot *s = xcalloc(1, sizeof(*s));
    atomic_init(&s->refs, 1);
    s->sites = site_list_new(0);
    s->groups = group_list_new(0);
    s->operations = op_list_new(0);
    return s;
}

struct snapshot *snapshot_ref(const struct snapshot *s)
{
    struct snapshot *shared = (struct snapshot *)(uintptr_t)s; /* only the count changes */
    more(&shared->refs);
    return shared;
}

void snapshot_unref(struct snapshot *s)
{
    if (!s || !last(&s->refs))
        return;
    site_list_unref(s->sites);
    group_list_unref(s->groups);
    op_list_unref(s->operations);
    free(s);
}

const struct op_view *snapshot_operation(const struct snapshot *s, const char *id)
{
    for (size_t i = 0; i < s->operations->count; i++)
        if (strcmp(s->operations->items[i]->op->id, id) == 0)
            return s->operations->items[i];
    return NULL;
}

const struct group_view *snapshot_group(const struct snapshot *s, const char *name_or_id)
{
    for (size_t i = 0; i < s->groups->count; i++) {
        const struct group *g = s->groups->items[i]->group;
        if (strcmp(g->name, name_or_id) == 0 || strcmp(g->id, name_or_id) == 0)
            return s->groups->items[i];
    }
    return NULL;
}

const struct site_view *snapshot_site(const struct snapshot *s, const char *name)
{
    for (size_t i = 0; i < s->sites->count; i++)
        if (strcmp(s->sites->items[i].name, name) == 0)
            return &s->sites->items[i];
    return NULL;
}
