/*
 * paging: the elements of a page, and the way to the next.
 *
 * Services behind a proxy write links with a wrong scheme, host or prefix, so
 * only the query of a link is taken: the resource is the same, the marker is
 * what the next page needs. Pages and elements are capped; a link that leads
 * to the page just read is an error, not a loop.
 */
#include "backend/cloud/driver.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *rel_next(const json_t *links)
{
    size_t i;
    const json_t *link;
    json_array_foreach(links, i, link) if (strcmp(json_text(link, "rel"), "next") ==
                                           0) return json_text(link, "href");
    return "";
}

/* Nova, Cinder, Neutron: "<name>_links"; Glance: "next"; Keystone: "links". */
static const char *next_link(const struct cloud_call *call, const json_t *page)
{
    char key[80];
    snprintf(key, sizeof(key), "%s_links", call->unwrap);
    const char *href = rel_next(json_object_get(page, key));
    if (!*href)
        href = json_text(page, "next");
    if (!*href)
        href = json_text(json_object_get(page, "links"), "next");
    return href;
}

bool cloud_keep_equal(const json_t *element, const char *a, const char *b)
{
    const char *value = json_string_value(json_object_get(element, a));
    return value && strcmp(value, b) == 0;
}

static enum pc_err confused(const struct cloud_call *call, struct pc_error *err, const char *what)
{
    return pc_error_set(err, PC_ERR_PROTOCOL, "Look at the service, and at a proxy before it.",
                        "%s: the list of %s %s", cloud_service_name(call->service), call->unwrap,
                        what);
}

static enum pc_err too_long(const struct cloud_call *call, struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_TOO_LARGE, "Use a project of its own for what is protected.",
                        "%s: the list of %s is longer than %d", cloud_service_name(call->service),
                        call->unwrap, CLOUD_ELEMENTS_MAX);
}

enum pc_err paging_add(struct cloud_call *call, const json_t *page, bool *ret_more,
                       struct pc_error *err)
{
    const json_t *elements = json_list(page, call->unwrap);
    if (!elements)
        return confused(call, err, "is not in the answer");
    if (!call->items)
        call->items = json_array();
    size_t i;
    json_t *element;
    json_array_foreach((json_t *)(uintptr_t)elements, i, element) {
        if (call->keep && !call->keep(element, call->keep_a, call->keep_b))
            continue;
        if (json_array_append(call->items, element) != 0)
            abort(); /* out of memory, see mem.h */
    }
    if (json_array_size(call->items) > CLOUD_ELEMENTS_MAX)
        return too_long(call, err);

    /* A last page that is full has a link too, to a page with nothing on it. */
    const char *query = strchr(next_link(call, page), '?');
    *ret_more = query && query[1] && json_array_size(elements) > 0;
    if (!*ret_more)
        return PC_OK;
    if (call->query && strcmp(call->query, query + 1) == 0)
        return confused(call, err, "points to itself");
    if (++call->pages >= CLOUD_PAGES_MAX)
        return too_long(call, err);
    free(call->query);
    call->query = xstrdup(query + 1);
    return PC_OK;
}
