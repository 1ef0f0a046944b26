#include "backend/lab/page.h"

#include "backend/base/text.h"

#include <string.h>
#include <strings.h>

/* Glance writes its links without host, and as if it were at the root. */
static void add_base(struct call *c, struct buf *b)
{
    if (c->service == &glance_service) {
        buf_printf(b, "/v2%s", c->path);
        return;
    }
    buf_printf(b, "%s%s", call_site(c)->url, c->url);
}

char *page_url(struct call *c, const char *marker, bool reverse)
{
    struct buf b;
    buf_init(&b, 16384);
    add_base(c, &b);
    char joint = '?';
    for (size_t i = 0; i < c->param_count; i++) {
        if (strcmp(c->params[i].name, "marker") == 0 ||
            strcmp(c->params[i].name, "page_reverse") == 0)
            continue;
        buf_add(&b, &joint, 1);
        buf_url(&b, c->params[i].name);
        buf_puts(&b, "=");
        buf_url(&b, c->params[i].value);
        joint = '&';
    }
    buf_add(&b, &joint, 1);
    buf_printf(&b, "marker=%s%s", marker, reverse ? "&page_reverse=True" : "");
    char *url = arena_strdup(&c->mem, buf_text(&b));
    buf_release(&b);
    return url;
}

static bool read_limit(struct call *c, const struct lister *l, long *ret)
{
    long cap = c->lab->opt.page_size;
    long limit = l->default_limit && l->default_limit < cap ? l->default_limit : cap;
    const char *text = call_param(c, "limit");
    if (text && !text_to_long(text, 0, 1000000000, &limit)) {
        reply_fail(c, 400, "InvalidInput", "limit must be an integer greater than or equal to 0");
        return false;
    }
    if (text && limit == 0 && c->service == &neutron_service)
        limit = cap;
    *ret = limit < cap ? limit : cap;
    return true;
}

/* Position before the first of the page, walking in steps of +1. */
static bool find_marker(struct call *c, const struct lister *l, size_t *ret_start)
{
    const char *marker = call_param(c, "marker");
    size_t count = world_count(c->world, c->site, l->kind);
    *ret_start = 0;
    if (!marker)
        return true;
    for (size_t i = 0; i < count; i++) {
        size_t at = l->newest_first ? count - 1 - i : i;
        if (strcmp(world_at(c->world, c->site, l->kind, at)->id, marker) == 0) {
            *ret_start = i + 1;
            return true;
        }
    }
    *ret_start = count;
    if (!l->strict_marker)
        return true;
    reply_fail(c, 400, NULL, "marker [%s] not found", marker);
    return false;
}

static struct res *nth(struct call *c, const struct lister *l, size_t i)
{
    size_t count = world_count(c->world, c->site, l->kind);
    return world_at(c->world, c->site, l->kind, l->newest_first ? count - 1 - i : i);
}

static bool wanted(struct call *c, const struct lister *l, const struct res *r)
{
    return call_may_see(c, r) && (!l->match || l->match(c, r));
}

/* Walks back from the marker: the page before it. */
static void collect_reverse(struct call *c, const struct lister *l, size_t start, long limit,
                            struct page *p)
{
    const char *last = "";
    for (size_t i = start ? start - 1 : 0; i-- > 0 && limit > 0;) {
        struct res *r = nth(c, l, i);
        if (!wanted(c, l, r))
            continue;
        json_array_insert_new(p->list, 0, l->view(c, r));
        p->previous = r->id;
        if (!*last)
            last = r->id;
        limit--;
    }
    p->next = last;
    if (limit > 0)
        p->previous = "";
}

bool page_collect(struct call *c, const struct lister *l, struct page *ret)
{
    const char *reverse = call_param(c, "page_reverse");
    size_t start, count = world_count(c->world, c->site, l->kind);
    long limit;
    if (!read_limit(c, l, &limit) || !find_marker(c, l, &start))
        return false;
    *ret = (struct page){.list = json_array(), .next = "", .previous = ""};
    if (reverse && strcasecmp(reverse, "true") == 0) {
        collect_reverse(c, l, start, limit, ret);
        return true;
    }
    const char *first = "", *last = "";
    long taken = 0;
    for (size_t i = start; i < count && taken < limit; i++) {
        struct res *r = nth(c, l, i);
        if (!wanted(c, l, r))
            continue;
        json_array_append_new(ret->list, l->view(c, r));
        if (!*first)
            first = r->id;
        last = r->id;
        taken++;
    }
    if (taken == limit)
        ret->next = last;
    if (call_param(c, "marker"))
        ret->previous = first;
    return true;
}

void page_reply(struct call *c, const struct lister *l)
{
    struct page p;
    if (!page_collect(c, l, &p))
        return;
    json_t *links = json_array(), *doc = json_object();
    if (*p.next)
        json_array_append_new(links, json_pack("{s:s, s:s}", "rel", "next", "href",
                                               page_url(c, p.next, false)));
    if (*p.previous && c->service == &neutron_service)
        json_array_append_new(links, json_pack("{s:s, s:s}", "rel", "previous", "href",
                                               page_url(c, p.previous, true)));
    json_put(doc, l->key, p.list);
    if (json_array_size(links))
        json_put(doc, call_text(c, "%s_links", l->key), links);
    else
        json_decref(links);
    reply_json(c, 200, doc);
}
