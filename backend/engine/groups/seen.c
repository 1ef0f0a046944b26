/*
 * seen: what the site where a group serves told of the members' servers last.
 *
 * Kept by the servers' ids: after a failover the members are other servers, and what
 * was seen of the old ones is told of nobody. Engine thread.
 */
#include "backend/engine/groups/groups.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdlib.h>
#include <string.h>

struct members_seen {
    int64_t at_ms;
    size_t count;
    struct {
        char id[RESOURCE_ID_SIZE], status[16]; /* "": not among the servers of the site */
    } of[];
};

static const char *status_in(const json_t *servers, const char *id)
{
    const json_t *s;
    size_t i;
    json_array_foreach(servers, i, s)
        if (strcmp(json_text(s, "id"), id) == 0)
            return *json_text(s, "status") ? json_text(s, "status") : "UNKNOWN";
    return "";
}

void members_saw(struct group_slot *slot, const json_t *servers, int64_t at_ms)
{
    const struct group *g = slot->group;
    struct members_seen *seen =
        xcalloc(1, sizeof(*seen) + g->member_count * sizeof(seen->of[0]));
    seen->at_ms = at_ms;
    seen->count = g->member_count;
    for (size_t i = 0; i < g->member_count; i++) {
        safe_text(seen->of[i].id, sizeof(seen->of[i].id), g->members[i].id);
        safe_text(seen->of[i].status, sizeof(seen->of[i].status),
                  status_in(servers, g->members[i].id));
    }
    free(slot->seen);
    slot->seen = seen;
}

const char *members_seen(const struct group_slot *slot, const char *server_id, int64_t *ret_at_ms)
{
    const struct members_seen *seen = slot->seen;
    for (size_t i = 0; seen && i < seen->count; i++)
        if (strcmp(seen->of[i].id, server_id) == 0) {
            *ret_at_ms = seen->at_ms;
            return seen->of[i].status;
        }
    return NULL;
}
