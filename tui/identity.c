/* identity: see identity.h. */
#include "tui/identity.h"

#include "backend/base/text.h"

#include <stdio.h>

const char *identity_of(const struct site_view *site, char *dst, size_t size)
{
    const char *at = *site->user && *site->project ? "@" : "";
    snprintf(dst, size, "%.64s%s%.64s", site->user, at, site->project);
    return dst;
}

const char *identity_of_all(const struct snapshot *s, char dst[IDENTITY_SIZE])
{
    char one[IDENTITY_SIZE], first[IDENTITY_SIZE] = "";
    bool same = true;
    size_t len = 0;
    *dst = '\0';
    for (size_t i = 0; i < s->sites->count; i++) {
        identity_of(&s->sites->items[i], i ? one : first, IDENTITY_SIZE);
        same = same && (i == 0 || text_equal(one, first));
    }
    for (size_t i = 0; i < s->sites->count && len < IDENTITY_SIZE && (i == 0 || !same); i++) {
        identity_of(&s->sites->items[i], one, sizeof one);
        len += (size_t)snprintf(dst + len, IDENTITY_SIZE - len, "%s%s", i ? ", " : "",
                                *one || same ? one : "?");
    }
    return dst;
}

const char *identity_role(const struct site_view *site, bool brief)
{
    static const char *const ROLES[2][2] = {{"secondary", "sec"}, {"primary", "pri"}};
    return ROLES[site->primary][brief];
}
