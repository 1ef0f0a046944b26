#include "backend/lab/call.h"

#include "backend/base/clock.h"

#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *call_param(const struct call *c, const char *name)
{
    for (size_t i = 0; i < c->param_count; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return c->params[i].value;
    return NULL;
}

const char *call_header(const struct call *c, const char *name)
{
    if (!c->conn) {
        const char *kept = json_text(c->kept_headers, name);
        return *kept ? kept : NULL;
    }
    return MHD_lookup_connection_value(c->conn, MHD_HEADER_KIND, name);
}

const struct site *call_site(const struct call *c)
{
    return &c->lab->sites[c->site];
}

bool call_may_see(const struct call *c, const struct res *r)
{
    const char *project = json_text(r->doc, "project");
    return !*project || c->who.role == ROLE_ADMIN || strcmp(project, c->who.project) == 0 ||
           json_flag(r->doc, "shared", false) || json_flag(r->doc, "external", false);
}

struct res *call_res(const struct call *c, enum kind kind, const char *id)
{
    struct res *r = world_get(c->world, c->site, kind, id);
    return r && call_may_see(c, r) ? r : NULL;
}

char *call_text(struct call *c, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    size_t room = n < 0 ? 1 : (size_t)n + 1;
    char *p = arena_alloc(&c->mem, room);
    vsnprintf(p, room, fmt, again);
    va_end(again);
    return p;
}

json_t *time_z(int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    return json_string(clock_iso(iso, ms));
}

static json_t *with_fraction(int64_t ms, const char *zone)
{
    char iso[CLOCK_ISO_SIZE], text[64];
    clock_iso(iso, ms);
    iso[strcspn(iso, "Z")] = '\0';
    snprintf(text, sizeof(text), "%s.%03d000%s", iso, (int)(ms % 1000), zone);
    return json_string(text);
}

json_t *time_micro(int64_t ms)
{
    return with_fraction(ms, "");
}

json_t *time_microz(int64_t ms)
{
    return with_fraction(ms, "Z");
}

json_t *time_of(const json_t *doc, const char *key, json_t *(*form)(int64_t))
{
    int64_t ms = json_int(doc, key, 0);
    return ms > 0 ? form(ms) : json_null();
}
