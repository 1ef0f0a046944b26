/*
 * page: lists as the services cut them into pages.
 *
 * One table row a list says its order, its keys and what it does with an
 * unknown marker. A full page always has a next link, even when it is the last.
 */
#ifndef PC_LAB_PAGE_H
#define PC_LAB_PAGE_H

#include "backend/lab/route.h"

struct lister {
    enum kind kind;
    const char *key;    /* "servers" */
    bool newest_first;
    bool strict_marker; /* unknown marker: 400, else an empty page */
    long default_limit; /* 0: the lab's page size */
    bool (*match)(struct call *c, const struct res *r); /* NULL: all that may be seen */
    json_t *(*view)(struct call *c, struct res *r);
};

/* Fills *ret_list (new) with the page and tells the next and previous page's
 * markers ("" none). False: has replied with an error. */
struct page {
    json_t *list;
    const char *next, *previous;
};
bool page_collect(struct call *c, const struct lister *l, struct page *ret);
/* The call's own URL with another marker. */
char *page_url(struct call *c, const char *marker, bool reverse);
/* {"servers": [...], "servers_links": [...]}: Nova, Cinder, Neutron. */
void page_reply(struct call *c, const struct lister *l);

#endif
