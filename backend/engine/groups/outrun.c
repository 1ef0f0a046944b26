#include "backend/engine/groups/outrun.h"
#include "backend/engine/groups/groups.h"

#include "backend/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_operation(const struct filed_group *g, const char *id)
{
    for (size_t i = 0; i < g->operation_count; i++)
        if (strcmp(g->operations[i].id, id) == 0)
            return true;
    return false;
}

bool outrun_mark(struct groups_text *file, const struct op_summary *list, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        struct filed_group *g = groups_text_find(file, list[i].group_id);
        if (g)
            g->known += has_operation(g, list[i].id);
    }
    for (size_t i = 0; i < file->count; i++) {
        struct filed_group *g = &file->groups[i];
        g->ahead = g->held && (g->ahead || g->known < g->operation_count);
        g->behind = g->behind && !g->ahead;
        any |= g->ahead;
    }
    return any;
}

static char *told(const struct filed_group *g, const struct group *has)
{
    size_t more = g->operation_count - g->known;
    if (more)
        return xasprintf("groups.json has %zu operation%s of it that this history has not, the last "
                         "of them %s", more, more == 1 ? "" : "s",
                         g->operations[g->operation_count - 1].id);
    return xasprintf("groups.json has version %lld of it, this history version %lld",
                     (long long)g->version, (long long)has->metadata_version);
}

void outrun_tell(struct engine *e, const struct groups_text *file)
{
    const struct group_slot *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < e->group_count; i++) {
        struct group_slot *slot = &e->groups[i];
        const struct filed_group *g = groups_text_find(file, slot->group->id);
        free(slot->outrun);
        slot->outrun = g && g->ahead ? told(g, slot->group) : NULL;
        first = first || !slot->outrun ? first : slot;
        n += slot->outrun != NULL;
    }
    if (!n)
        return;
    snprintf(e->notice, sizeof(e->notice), "this history is older than groups.json: nothing is begun "
             "with %.60s%s: see rebuild --dry-run", first->group->name,
             n > 1 ? " and others" : "");
    log_line(LOG_ERROR, "engine", "%s: %s", e->notice, first->outrun);
}

enum pc_err group_not_outrun(const struct group_slot *slot, struct pc_error *err)
{
    if (!slot->outrun)
        return PC_OK;
    return pc_error_set(err, PC_ERR_CONFLICT, "It was put back from a backup: put back the newer one, "
                        "or have it told what was since: rebuild --dry-run, then rebuild.",
                        "nothing is begun with %.80s: this history is older than groups.json: %s",
                        slot->group->name, slot->outrun);
}
