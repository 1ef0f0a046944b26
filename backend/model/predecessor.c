/* predecessor: the servers that stood for a member where it is not, or not any more. */
#include "backend/base/json.h"
#include "backend/model/group.h"

#include <string.h>

const struct member *predecessor_at(const struct member *m, const char *site)
{
    for (size_t i = m->predecessor_count; i-- > 0;)
        if (strcmp(m->predecessors[i].site, site) == 0)
            return &m->predecessors[i].server;
    return NULL;
}

const struct nic *predecessor_nic(const struct member *m, size_t index, const char *site)
{
    const struct member *was = predecessor_at(m, site);
    return was && was->nic_count == m->nic_count ? &was->nics[index] : NULL;
}

const struct volume *predecessor_volume(const struct member *m, size_t index, const char *site)
{
    const struct member *was = predecessor_at(m, site);
    return was && was->volume_count == m->volume_count ? &was->volumes[index] : NULL;
}

/* Of what stands nowhere, the last of a site is enough; a server that serves again is
 * no predecessor of itself. */
static bool outlived(const json_t *p, const char *id, const char *site)
{
    bool same_site = strcmp(json_text(p, "site"), site) == 0;
    return strcmp(json_text(json_map(p, "server"), "id"), id) == 0 ||
           (same_site && !json_flag(p, "stands", false));
}

void member_follows(json_t *member, const json_t *before, const char *site, bool stands,
                    int64_t now_ms)
{
    const json_t *known = json_list(before, "predecessors"), *p;
    json_t *list = json_array(), *last = json_object(), *server = json_deep_copy(before);
    const char *id = json_text(member, "id");
    bool followed = site && strcmp(json_text(before, "id"), id) != 0;
    size_t i;
    json_array_foreach(known, i, p)
        if (!outlived(p, id, followed ? site : ""))
            json_array_append_new(list, json_deep_copy(p));
    json_object_del(server, "predecessors");
    json_put_text(last, "site", site);
    json_put_flag(last, "stands", stands);
    json_put_int(last, "since_ms", now_ms);
    json_put(last, "server", server);
    if (followed)
        json_array_append(list, last);
    json_decref(last);
    json_put(member, "predecessors", list);
}

void group_keep_predecessors(json_t *members, const struct group *kept)
{
    json_t *was = group_to_json(kept), *m, *fresh;
    size_t i, k;
    json_array_foreach(json_list(was, "members"), i, m)
        json_array_foreach(members, k, fresh)
            if (json_list(m, "predecessors") &&
                strcmp(json_text(m, "id"), json_text(fresh, "id")) == 0)
                json_put(fresh, "predecessors", json_incref(json_list(m, "predecessors")));
    json_decref(was);
}

size_t predecessors_standing(const struct group *g, const char **ret_site)
{
    size_t n = 0;
    *ret_site = "";
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].predecessor_count; k++) {
            const struct predecessor *p = &g->members[i].predecessors[k];
            if (p->stands && !**ret_site)
                *ret_site = p->site;
            n += p->stands && strcmp(p->site, *ret_site) == 0;
        }
    return n;
}

/* Whose server is gone is remembered for what it had; of one site the newest is enough. */
static void forget_one(json_t *list, const json_t *servers)
{
    size_t i, k;
    json_t *p;
    json_array_foreach(list, i, p)
        if (json_has_text(servers, json_text(json_map(p, "server"), "id")))
            json_put_flag(p, "stands", false);
    for (i = json_array_size(list); i-- > 0;) {
        const json_t *older = json_array_get(list, i);
        bool newer = false;
        for (k = i + 1; k < json_array_size(list); k++)
            newer |= strcmp(json_text(json_array_get(list, k), "site"), json_text(older, "site")) == 0;
        if (newer && !json_flag(older, "stands", false))
            json_array_remove(list, i);
    }
}

void predecessors_released(json_t *members, const json_t *servers)
{
    json_t *m;
    size_t i;
    json_array_foreach(servers ? members : NULL, i, m)
        forget_one(json_list(m, "predecessors"), servers);
}
