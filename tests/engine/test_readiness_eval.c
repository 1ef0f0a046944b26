/* Every readiness check on facts that pass, that fail, and that cannot be read. */
#include "backend/engine/readiness/eval.h"
#include "tests/engine/support/eval_facts.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "read" is merged key by key; everything else is replaced. */
static json_t *facts_with(const char *patch)
{
    json_t *o = json_loads(FACTS, 0, NULL), *p = json_loads(patch, 0, NULL);
    assert_non_null(o);
    assert_non_null(p);
    json_object_update(json_map(o, "read"), json_map(p, "read"));
    json_object_del(p, "read");
    json_object_update(o, p);
    json_decref(p);
    return o;
}

/* The fixture with addresses, bootable volumes that say of their image, and
 * what `patch` changes of the first member. */
static struct group *group_with(const char *patch)
{
    struct group *g = NULL;
    struct pc_error err;
    json_t *o = json_loads(FIXTURE_GROUP, 0, NULL), *p = json_loads(patch, 0, NULL), *m, *v;
    size_t i, k;
    assert_non_null(p);
    json_put_int(o, "captured_ms", 1699999940000);
    json_array_foreach(json_list(o, "members"), i, m) {
        json_t *nic = json_array_get(json_list(m, "nics"), 0);
        static const char *const ips[] = {"10.1.1.7", "10.1.0.8", "fd00:1:0:f::9"};
        json_put_text(nic, "ip", ips[i]);
        json_array_foreach(json_list(m, "volumes"), k, v)
            if (*json_text(v, "image_id"))
                json_put(v, "image_metadata", json_pack("{s:s}", "os_type", "linux"));
    }
    json_object_update(json_array_get(json_list(o, "members"), 0), p);
    assert_int_equal(group_from_json(o, &g, &err), PC_OK);
    json_decref(o);
    json_decref(p);
    return g;
}

struct at {
    enum readiness_check check;
    enum readiness_word word;
    const char *evidence, *facts, *member, *request;
    enum readiness_for purpose;
    bool forced;
};

static void says_alike(const struct readiness *a, const struct readiness *b)
{
    for (int i = 0; i < READINESS_COUNT; i++) {
        enum readiness_check c = (enum readiness_check)i;
        if (readiness_word(a, c) != readiness_word(b, c) ||
            strcmp(readiness_evidence(a, c), readiness_evidence(b, c)) != 0 ||
            strcmp(readiness_remedy(a, c), readiness_remedy(b, c)) != 0 ||
            readiness_read_ms(a, c) != readiness_read_ms(b, c))
            fail_msg("%s: \"%s\" alone, \"%s\" from another operation's", readiness_key(c),
                     readiness_evidence(a, c), readiness_evidence(b, c));
    }
}

/* What is taken from the result for another operation is what it would have been. */
static void the_same_for_all_is_the_same(struct eval_asked q)
{
    for (int f = 0; f < READY_FOR_COUNT; f++)
        for (int other = 0; other < READY_FOR_COUNT; other++) {
            q.purpose = (enum readiness_for)other;
            q.same = NULL;
            struct readiness *same = readiness_eval(&q), *alone, *taken;
            q.purpose = (enum readiness_for)f;
            alone = readiness_eval(&q);
            q.same = same;
            q.beside = other % 2 ? same : NULL; /* in one book, and in two */
            taken = readiness_eval(&q);
            q.beside = NULL;
            says_alike(alone, taken);
            readiness_unref(same);
            readiness_unref(alone);
            readiness_unref(taken);
        }
}

static void one(const struct at *row)
{
    json_t *facts = facts_with(row->facts ? row->facts : "{}");
    json_t *request = json_loads(row->request ? row->request : "{}", 0, NULL);
    struct group *g = group_with(row->member ? row->member : "{}");
    struct readiness *r = readiness_eval(&(struct eval_asked){
        .group = g, .facts = facts, .request = request, .purpose = row->purpose,
        .forced = row->forced});
    the_same_for_all_is_the_same((struct eval_asked){
        .group = g, .facts = facts, .request = request, .forced = row->forced});
    const char *evidence = readiness_evidence(r, row->check);
    enum readiness_word word = readiness_word(r, row->check);
    if (word != row->word || !strstr(evidence, row->evidence))
        fail_msg("%s with %s: %s \"%s\"", readiness_key(row->check),
                 row->facts ? row->facts : row->member ? row->member : row->request,
                 readiness_word_name(word), evidence);
    if (word == READINESS_BLOCK || word == READINESS_WARN)
        assert_true(strlen(readiness_remedy(r, row->check)) > 20);
    assert_null(strstr(readiness_remedy(r, row->check), "GROUP")); /* it can be typed as it is */
    if (word != READINESS_NA)
        assert_int_equal(readiness_read_ms(r, row->check), 1700000000000);
    readiness_unref(r);
    group_unref(g);
    json_decref(facts);
    json_decref(request);
}

static const struct at ROWS[] = {
    {IS(R_SITE, OK) = "site-a and site-b answer"},
    {IS(R_SITE, BLOCK) = "site-b, compute: no route", FACT("target.servers", LOST(SILENT, "no route"))},
    {IS(R_SITE, BLOCK) = "site-b", FACT("target.networks", LOST(SILENT, "no route")), FAILOVER,
     .forced = true},
    {IS(R_SITE, WARN) = "known as 1m00s ago", FACT("source.servers", LOST(SILENT, "no route"))},
    {IS(R_SITE, BLOCK) = "site-a, volume", FACT("source.volumes", LOST(LATE, "late")), FAILOVER},
    {IS(R_SITE, WARN) = "site-a", FACT("source.volumes", LOST(LATE, "late")), FAILOVER, .forced = true},
    {IS(R_SITE, UNKNOWN) = "site-a was not asked", FACT("source.servers", "null"), FAILOVER,
     .forced = true},

    {IS(R_PGST, OK) = "'active'"},
    {IS(R_PGST, BLOCK) = "drill", "{\"state\":2}"},
    {IS(R_PGST, BLOCK) = "active", .purpose = READY_FOR_FAILBACK},
    {IS(R_PGST, OK) = "'drill kept'", "{\"state\":3}", FAILOVER},
    {IS(R_PGST, OK) = "'failed over'", "{\"state\":8}", FAILBACK},

    {IS(R_MEM, OK) = "all 3 members"},
    {IS(R_MEM, BLOCK) = "1 of 3 members are not on site-a: db-1",
     FACT("source.servers", READ("[" MEMBERS "]"))},
    {IS(R_MEM, WARN) = "db-1", FACT("source.servers", READ("[" MEMBERS "]")), FAILOVER, .forced = true},
    {IS(R_MEM, WARN) = "other volumes than is known: web-1", .member = "{\"volumes\":[]}"},
    {IS(R_MEM, WARN) = "web-1", .member = "{\"flavor\":{\"id\":\"1\",\"name\":\"old\"}}"},
    {IS(R_MEM, BLOCK) = "nobody@tcp:22 is for no member", "{\"astray\":\"nobody@tcp:22\"}"},
    {IS(R_MEM, BLOCK) = "nobody@tcp:22", "{\"astray\":\"nobody@tcp:22\"}", FAILOVER, .forced = true},
    {IS(R_MEM, OK) = "3 members", "{\"astray\":\"nobody@tcp:22\"}", .request = "{\"health_checks\":[]}"},
    {IS(R_MEM, UNKNOWN) = "late", FACT("source.servers", LOST(LATE, "late"))},
    {IS(R_MEM, UNKNOWN) = "site-a was not asked", FACT("source.servers", "null")},

    {IS(R_MEM, BLOCK) = "1 of 3 members are locked on site-a, and cannot be stopped: web-1", LOCKED, FAILOVER},
    {IS(R_MEM, BLOCK) = "web-1", LOCKED, FAILBACK},
    {IS(R_MEM, OK) = "3 members", LOCKED},
    {IS(R_MEM, OK) = "3 members", LOCKED, FAILOVER, .forced = true},

    {IS(R_PLAN, OK) = "can be planned"},
    {IS(R_PLAN, BLOCK) = "'exec:true' can never run here", .request = "{\"health_checks\":[\"exec:true\"]}"},
    {IS(R_PLAN, BLOCK) = "'exec:true'", FAILOVER, .forced = true,
     .request = "{\"health_checks\":[\"exec:true\"]}"},
    {IS(R_PLAN, OK) = "can be planned", "{\"exec_allowed\":true}",
     .request = "{\"health_checks\":[\"exec:true\"]}"},
    {IS(R_PLAN, BLOCK) = "web-1 has no volume", .member = "{\"volumes\":[]}"},
    {IS(R_PLAN, BLOCK) = "two members are named 'web-2'", .member = "{\"name\":\"web-2\"}"},
    {IS(R_PLAN, BLOCK) = "boot volume of web-1 was made from no image", "{" MOCK "}",
     .member = "{\"volumes\":[{\"id\":\"v1\"}]}"},
    {IS(R_PLAN, OK) = "can be planned", .member = "{\"volumes\":[{\"id\":\"v1\"}]}"},

    {IS(R_POL, OK) = "fa and fb let us in"},
    {IS(R_POL, NA) = "mock", "{" MOCK "}"},
    {IS(R_POL, BLOCK) = "array of site-b: 401", FACT("target.array", LOST(LOGIN, "401"))},
    {IS(R_POL, BLOCK) = "array of site-b", FACT("target.array", LOST(LOGIN, "401")), FAILOVER,
     .forced = true},
    {IS(R_POL, BLOCK) = "array of site-a", FACT("source.array", LOST(LOGIN, "401")), FAILOVER},
    {IS(R_POL, WARN) = "array of site-a", FACT("source.array", LOST(LOGIN, "401")), FAILOVER,
     .forced = true},
    {IS(R_POL, WARN) = "array of site-a", FACT("source.array", LOST(LOGIN, "401"))},
    {IS(R_POL, UNKNOWN) = "was not asked", FACT("source.array", "null"), FAILOVER, .forced = true},

    {IS(R_SNAP, OK) = "all 5 volumes are in fa:pg.1"},
    {IS(R_SNAP, NA) = "mock", "{" MOCK "}"},
    {IS(R_SNAP, BLOCK) = "no complete recovery point", FACT("points", READ("[]"))},
    {IS(R_SNAP, BLOCK) = "fa:pg.2", .request = "{\"recovery_point\":\"fa:pg.2\"}"},
    {IS(R_SNAP, OK) = "fa:pg.1", .request = "{\"recovery_point\":\"latest\"}"},
    {IS(R_SNAP, BLOCK) = "no complete recovery point nope", "{" MOCK "}", FAILOVER,
     .request = "{\"recovery_point\":\"nope\"}"},
    {IS(R_SNAP, BLOCK) = "no complete recovery point 2", "{" MOCK "}", FAILOVER, .forced = true,
     .request = "{\"recovery_point\":\"2\"}"},
    {IS(R_SNAP, OK) = "1 is complete", "{" MOCK "}", FAILOVER,
     .request = "{\"recovery_point\":\"1\"}"},
    {IS(R_SNAP, NA) = "mock", "{" MOCK "}", .request = "{\"recovery_point\":\"latest\"}"},
    {IS(R_SNAP, BLOCK) = "fa:pg.1 cannot be looked for: late", FACT("points", LOST(LATE, "late")),
     FAILOVER, .request = "{\"recovery_point\":\"fa:pg.1\"}"},
    {IS(R_SNAP, BLOCK) = "2 of 5 volumes are not in fa:pg.1, the first is v3",
     FACT("held", HELD("v1", "v2", "x", "v4", "y"))},
    {IS(R_SNAP, BLOCK) = "fa:volume-v2-cinder in fa:pg.1 is of 2023-11-14T22:00:00Z, the point of "
                         "2023-11-14T22:10:00Z: they are not of one moment",
     FACT("held", READ("{\"sources\":[\"fa:volume-v1-cinder\",\"fa:volume-v2-cinder\","
                       "\"fa:volume-v3-cinder\",\"fa:volume-v4-cinder\",\"fa:volume-v5-cinder\"],"
                       "\"skewed\":\"fa:volume-v2-cinder\",\"skewed_ms\":1699999200000}"))},
    {IS(R_SNAP, UNKNOWN) = "late", FACT("points", LOST(LATE, "late"))},
    {IS(R_SNAP, UNKNOWN) = "late", FACT("held", LOST(LATE, "late"))},

    {IS(R_RPO, OK) = "3m20s old, 5m00s were promised"},
    {IS(R_RPO, WARN) = "1h23m old", FACT("points", READ("[{\"name\":\"p\",\"created\":1699995000000,"
                                                   "\"completed\":1699995000001}]"))},
    {IS(R_RPO, UNKNOWN) = "no complete", FACT("points", READ("[]"))},
    {IS(R_RPO, UNKNOWN) = "late", FACT("points", LOST(LATE, "late"))},
    {IS(R_RPO, NA) = "mock", "{" MOCK "}"},

    {IS(R_REPL, OK) = "ended 2m30s ago"},
    {IS(R_REPL, BLOCK) = "nothing of prod-web-app", FACT("points", READ("[]"))},
    {IS(R_REPL, WARN) = "nothing", FACT("points", READ("[]")), FAILOVER, .forced = true},
    {IS(R_REPL, BLOCK) = "no volume is in a protection group", FACT("source.group", READ("{}"))},
    {IS(R_REPL, BLOCK) = "pg replicates to no array",
     FACT("source.group", READ("{\"name\":\"pg\",\"targeted\":false}"))},
    {IS(R_REPL, OK) = "ended", FACT("source.group", READ("{\"name\":\"pg\",\"targeted\":true}"))},
    {IS(R_REPL, UNKNOWN) = "late", FACT("points", LOST(LATE, "late"))},

    {IS(R_CKPT, OK) = "fa:pg.2 is at 40 %"},
    {IS(R_CKPT, WARN) = "p stands at 7 % for 16m40s",
     FACT("points", READ("[{\"name\":\"p\",\"created\":1699999000000,\"completed\":0,"
                         "\"progress\":7}]"))},
    {IS(R_CKPT, WARN) = "p stands at 90 %",
     FACT("points", READ("[{\"name\":\"p\",\"created\":1699999990000,\"completed\":0,"
                         "\"progress\":90,\"interrupted\":true}]"))},
    {IS(R_CKPT, BLOCK) = "stands", FACT("points", READ("[{\"name\":\"p\",\"created\":1,\"completed\":0}]")),
     FAILBACK},
    {IS(R_CKPT, UNKNOWN) = "late", FACT("points", LOST(LATE, "late"))},

    {IS(R_TYPE, OK) = "by the array's word alone"},
    {IS(R_TYPE, BLOCK) = "1 of 5 volumes are of no replicated type: v5",
     FACT("held", HELD("v1", "v2", "v3", "v4", "y"))},
    {IS(R_TYPE, OK) = "by the array's word alone",
     "{\"read\":{\"held\":null,\"source.places\":" READ("[{\"id\":\"v2\",\"group\":\"pg\"},"
     "{\"id\":\"v3\",\"group\":\"pg\"},{\"id\":\"v4\",\"group\":\"pg\"},{\"id\":\"v5\","
     "\"group\":\"pg\"}]") "}}"},
    {IS(R_TYPE, UNKNOWN) = "late", "{\"read\":{\"held\":null,\"source.types\":" LOST(LATE, "late") "}}"},
    {IS(R_TYPE, NA) = "mock", "{" MOCK "}"},
    {IS(R_META, NA) = "version"},

    {IS(R_NET, OK) = "2 networks are mapped"},
    {IS(R_NET, BLOCK) = "1 of 2 networks have no counterpart on site-b: net-primary-web",
     FACT("target.networks", READ("[{\"id\":\"nb-db\",\"name\":\"net-secondary-db\"}]"))},
    {IS(R_NET, BLOCK) = "NetworkNotFound", .request = "{\"network_mapping\":{\"na-web\":\"nowhere\"}}"},
    {IS(R_NET, OK) = "for itself", FACT("target.networks", READ("[]")),
     .request = "{\"auto_network\":true}"},
    {IS(R_NET, UNKNOWN) = "late", FACT("target.networks", LOST(LATE, "late"))},

    {IS(R_IP, NA) = "new addresses"},
    {IS(R_IP, OK) = "3 addresses are free", .request = KEEP},
    {IS(R_IP, OK) = "3 addresses are free", FAILOVER},
    {IS(R_IP, WARN) = "1 of 3 addresses are in no subnet", .member =
     "{\"nics\":[{\"network_id\":\"na-web\",\"network_name\":\"net-primary-web\","
     "\"ip\":\"10.1.2.1\"}]}", FAILOVER},
    {IS(R_IP, WARN) = "1 of 3 addresses are taken on site-b: 10.1.0.8",
     FACT("target.ports", READ("[{\"network_id\":\"nb-web\",\"fixed_ips\":[{\"ip_address\":"
                               "\"10.1.0.8\"}]},{\"network_id\":\"nb-db\",\"fixed_ips\":["
                               "{\"ip_address\":\"10.1.1.7\"}]}]")), FAILOVER},
    {IS(R_IP, NA) = "new", .request = "{\"auto_network\":true}"},
    {IS(R_IP, UNKNOWN) = "late", FACT("target.ports", LOST(LATE, "late"))},
    {IS(R_IP, UNKNOWN) = "late", FACT("target.subnets", LOST(LATE, "late"))},

    {IS(R_PRODNET, OK) = "no port"},
    {IS(R_PRODNET, BLOCK) = "2 ports would be in production's own subnet, where a router leads out: "
                            "web-1, web-2", ROUTER("nb-web")},
    {IS(R_PRODNET, WARN) = "1 port would be where a router leads out, it is not seen to where: db-1",
     "{\"read\":{\"target.subnets\":" READ("[]") ",\"target.ports\":"
     READ("[{\"network_id\":\"nb-db\",\"device_owner\":\"network:router_interface\"}]") "}}"},
    {IS(R_PRODNET, OK) = "no port", ROUTER("nb-other")},
    {IS(R_PRODNET, BLOCK) = "2 ports would be on production's own network: web-1, web-2", SAME},
    {IS(R_PRODNET, WARN) = "2 ports would be on production's own network", SAME,
     .request = "{\"allow_production_network\":true}"},
    {IS(R_PRODNET, BLOCK) = "1 port would be on production's own segment: web-1", WIRE("vlan", "7"),
     .member = NIC_ON("vlan phys 7")},
    {IS(R_PRODNET, OK) = "no port", WIRE("vlan", "8"), .member = NIC_ON("vlan phys 7")},
    {IS(R_PRODNET, OK) = "no port", WIRE("vxlan", "7"), .member = NIC_ON("vxlan phys 7")},
    {IS(R_PRODNET, OK) = "reaches nobody", .request = "{\"auto_network\":true}"},
    {IS(R_PRODNET, NA) = "", .purpose = READY_FOR_FAILOVER},

    {IS(R_FLV, OK) = "every member's flavor is on site-b"},
    {IS(R_FLV, BLOCK) = "FlavorNotFound: the flavors of 2 of 3 members are not on site-b: web-1 (m1.small), web-2 (m1.small)",
     FACT("target.flavors", READ("[{\"id\":\"13\",\"name\":\"m1.large\",\"vcpus\":4,\"ram\":8192}]"))},
    {IS(R_FLV, WARN) = "1 of 3 members get less than they have: db-1",
     .request = "{\"flavor_mapping\":{\"m1.large\":\"m1.small\"}}"},
    {IS(R_FLV, BLOCK) = "FlavorNotFound", .request = "{\"flavor_mapping\":{\"m1.large\":\"m9\"}}"},
    {IS(R_FLV, UNKNOWN) = "late", FACT("target.flavors", LOST(LATE, "late"))},

    {IS(R_SG, OK) = "2 ports name"},
    {IS(R_SG, WARN) = "not on site-b: ghost", FACT("target.security_groups", READ("[{\"name\":\"web\"}]"))},
    {IS(R_SG, UNKNOWN) = "late", FACT("target.security_groups", LOST(LATE, "late"))},

    {IS(R_QUOTA, OK) = "3 instances, 6 vCPU, 12 GiB RAM, 5 volumes of 100 GiB, 3 ports fit"},
    {IS(R_QUOTA, BLOCK) = "wants 3 instances, left 2 of 10",
     FACT("target.compute_limits", READ("{\"maxTotalInstances\":10,\"totalInstancesUsed\":8}"))},
    {IS(R_QUOTA, BLOCK) = "wants 6 vCPU, left 0 of 4; wants 12288 MiB of RAM, left 12287 of 20000",
     FACT("target.compute_limits", READ("{\"maxTotalCores\":4,\"totalCoresUsed\":9,"
                                        "\"maxTotalRAMSize\":20000,\"totalRAMUsed\":7713}"))},
    {IS(R_QUOTA, BLOCK) = "wants 5 volumes, left 4 of 5; wants 100 GiB of volumes, left 99 of 200",
     FACT("target.volume_limits", READ("{\"maxTotalVolumes\":5,\"totalVolumesUsed\":1,"
                                       "\"maxTotalVolumeGigabytes\":200,"
                                       "\"totalGigabytesUsed\":101}"))},
    {IS(R_QUOTA, BLOCK) = "wants 3 ports, left 2 of 5",
     FACT("target.network_quota", READ("{\"port\":{\"limit\":5,\"used\":2,\"reserved\":1}}"))},
    {IS(R_QUOTA, BLOCK) = "wants 1 networks, left 0 of 3",
     FACT("target.network_quota", READ("{\"network\":{\"limit\":3,\"used\":3,\"reserved\":0}}")),
     .request = "{\"auto_network\":true}"},
    {IS(R_QUOTA, BLOCK) = "wants 1 volumes of type plain, left 0 of 1",
     FACT("target.volume_quota", READ("{\"volumes_plain\":{\"limit\":1,\"in_use\":1}}"))},
    {IS(R_QUOTA, BLOCK) = "wants 50 GiB of type plain, left 49 of 49",
     FACT("target.volume_quota", READ("{\"gigabytes_plain\":{\"limit\":49,\"in_use\":0}}"))},
    {IS(R_QUOTA, BLOCK) = "wants 50 GiB in one volume, left 49 of 49",
     FACT("target.volume_quota", READ("{\"per_volume_gigabytes\":{\"limit\":49}}"))},
    {IS(R_QUOTA, BLOCK) = "wants 3 instances, left 2 of 10; wants 12288 MiB of RAM, left 10240 of 12288, after what "
                          "other operations will make",
     OTHERS("{\"12\":1}", "[]", "0")},
    {IS(R_QUOTA, OK) = "fit", OTHERS("{}", "[]", "0")},
    {IS(R_QUOTA, BLOCK) = "left 2 of 10; wants 12288 MiB of RAM, left 10240 of 12288", OTHERS("{\"12\":1}", "[]", "0")},
    {IS(R_QUOTA, BLOCK) = "wants 5 volumes, left 4 of 5; wants 100 GiB of volumes, left 93 of 200; "
                          "wants 1 volumes of type plain, left 0 of 1",
     OTHERS("{}", "[{\"type\":\"plain\",\"gib\":7}]", "0")},
    {IS(R_QUOTA, BLOCK) = "wants 3 ports, left 2 of 5", OTHERS("{}", "[]", "1")},
    {IS(R_QUOTA, UNKNOWN) = "late", FACT("target.volume_limits", LOST(LATE, "late"))},
    {IS(R_QUOTA, UNKNOWN) = "not told: network_quota", FACT("target.network_quota", READ("null"))},

    {IS(R_CAP, OK) = "the hosts have the memory, the storage has the space"},
    {IS(R_CAP, WARN) = "wants 12288 MiB of RAM, 8192 in one server; free 12287, 12287 on one host",
     FACT("target.hypervisors", READ("[{\"state\":\"up\",\"status\":\"enabled\","
                                     "\"memory_mb\":12287},{\"state\":\"down\",\"status\":\"enabled\","
                                     "\"memory_mb\":99999}]"))},
    {IS(R_CAP, WARN) = "the storage has 99", FACT("target.pools", READ("[{\"name\":\"node@fb#pool\","
                                          "\"capabilities\":{\"free_capacity_gb\":99.9}}]"))},
    {IS(R_CAP, WARN) = "the storage has 50",
     "{\"read\":{\"target.pools\":" LOST(DENIED, "Policy") ",\"target.space\":"
     READ("{\"capacity\":107374182400,\"used\":53687091200}") "}}"},
    {IS(R_CAP, WARN) = "wants 12288 MiB of RAM, 8192 in one server; free 10240",
     "{\"others\":{\"flavors\":{\"12\":1}},\"read\":{}}"},
    {IS(R_CAP, UNKNOWN) = "only an administrator of site-b",
     "{\"read\":{\"target.pools\":null,\"target.hypervisors\":" LOST(DENIED, "Policy") "}}"},

    {IS(R_ROLE, OK) = "roles at site-b"},
    {IS(R_ROLE, OK) = "roles at both sites", FAILOVER},
    {IS(R_ROLE, BLOCK) = "our only role at site-b is reader", "{\"target_roles\":[\"Reader\"]}"},
    {IS(R_ROLE, BLOCK) = "site-b", "{\"target_roles\":[\"reader\"]}", FAILOVER, .forced = true},
    {IS(R_ROLE, OK) = "site-b", "{\"source_roles\":[\"reader\"]}"},
    {IS(R_ROLE, BLOCK) = "site-a is reader: nothing can be stopped",
     "{\"source_roles\":[\"reader\"]}", FAILOVER},
    {IS(R_ROLE, BLOCK) = "site-a", "{\"source_roles\":[\"reader\"]}", FAILBACK},
    {IS(R_ROLE, OK) = "site-b", "{\"source_roles\":[\"reader\"]}", FAILOVER, .forced = true},
    {IS(R_ROLE, OK) = "site-b", "{\"target_roles\":[\"operator\"]}"},
    {IS(R_ROLE, UNKNOWN) = "site-b did not tell", "{\"target_roles\":null}"},
    {IS(R_ROLE, UNKNOWN) = "site-a did not tell", "{\"source_roles\":null}", FAILOVER},

    {IS(R_MANAGE, OK) = "site-b lets us"},
    {IS(R_MANAGE, OK) = "site-b lets us", FACT("target.services", LOST(DENIED, "Policy"))},
    {IS(R_MANAGE, BLOCK) = "Policy doesn't", FACT("target.may_manage", LOST(DENIED, "Policy doesn't"))},
    {IS(R_MANAGE, UNKNOWN) = "late", FACT("target.may_manage", LOST(LATE, "late"))},
    {IS(R_MANAGE, UNKNOWN) = "nobody", FACT("target.may_manage", "null")},
    {IS(R_MANAGE, NA) = "mock", "{" MOCK "}"},

    {IS(R_HOST, OK) = "node@fb is up"},
    {IS(R_HOST, BLOCK) = "node@fb is down", FACT("target.services", READ("[{\"host\":\"node@fb\","
     "\"state\":\"down\",\"status\":\"enabled\"},{\"host\":\"x@y\",\"state\":\"up\","
     "\"status\":\"enabled\"}]"))},
    {IS(R_HOST, BLOCK) = "failed over", FACT("target.services", READ("[{\"host\":\"node@fb\","
     "\"state\":\"up\",\"status\":\"enabled\",\"active_backend_id\":\"fz\"}]"))},
    {IS(R_HOST, BLOCK) = "frozen", FACT("target.services", READ("[{\"host\":\"node@fb\",\"state\":\"up\","
     "\"status\":\"enabled\",\"frozen\":true}]"))},
    {IS(R_HOST, WARN) = "no cinder-volume node@fb", FACT("target.services", READ("[]")),
     .purpose = READY_FOR_FAILBACK},
    {IS(R_HOST, OK) = "x@y is up", MOCK_FACT("target.services", READ("[{\"host\":\"w@z\",\"state\":"
     "\"down\",\"status\":\"enabled\"},{\"host\":\"x@y\",\"state\":\"up\",\"status\":\"enabled\"}]"))},
    {IS(R_HOST, UNKNOWN) = "not ours to see", FACT("target.services", LOST(DENIED, "Policy"))},

    {IS(R_IMG, NA) = "array"},
    {IS(R_IMG, OK) = "the images of 3 volumes", "{" MOCK "}"},
    {IS(R_IMG, BLOCK) = "ImageNotFound: not on site-b, or not active: img",
     MOCK_FACT("target.image img", LOST(GONE, "404"))},
    {IS(R_IMG, BLOCK) = "img", MOCK_FACT("target.image img", READ("{\"status\":\"queued\"}"))},
    {IS(R_IMG, UNKNOWN) = "3 of 3 volumes", MOCK_FACT("target.image img", LOST(LATE, "late"))},

    {IS(R_BOOT, OK) = "every member's boot volume is bootable"},
    {IS(R_BOOT, WARN) = "not bootable: web-1", .member = "{\"volumes\":[{\"id\":\"v1\"}]}"},
    {IS(R_BOOT, OK) = "bootable", .member = "{\"volumes\":[]}"},
    {IS(R_BOOT, WARN) = "no image properties: web-1",
     .member = "{\"volumes\":[{\"id\":\"v1\",\"bootable\":true}]}"},

    {IS(R_LOCK, OK) = "no operation"},
    {IS(R_LOCK, BLOCK) = "op-7 runs on it", "{\"holder\":\"op-7\"}"},
    {IS(R_MAXT, OK) = "0 of 3"},
    {IS(R_MAXT, WARN) = "3 of 3", "{\"drills\":3}"},
    {IS(R_LINK, OK) = "fb is connected"},
    {IS(R_LINK, WARN) = "fb has no connection", FACT("target.array", READ("{\"name\":\"fb\","
                                                                    "\"connected\":false}"))},
    {IS(R_LINK, BLOCK) = "fb", FACT("target.array", READ("{\"name\":\"fb\",\"connected\":false}")),
     FAILBACK},
    {IS(R_LINK, WARN) = "fb and fa are connecting",
     FACT("target.array", READ("{\"name\":\"fb\",\"connected\":true,\"links\":[{\"name\":\"fa\","
                               "\"status\":\"connecting\"}]}"))},
    {IS(R_LINK, UNKNOWN) = "401", FACT("target.array", LOST(LOGIN, "401"))},
    {IS(R_SAFE, OK) = "no volume is in a pod or ratcheted"},
    {IS(R_SAFE, BLOCK) = "1 of 5 volumes are in a pod",
     FACT("held", READ("{\"sources\":[\"fa:pod::volume-v1-cinder\"]}"))},
    {IS(R_SAFE, BLOCK) = "1 of 5 volumes are in a pod",
     FACT("source.places", READ("[{\"id\":\"v1\",\"pod\":\"p\"},{\"id\":\"v2\",\"pod\":\"\"}]"))},
    {IS(R_SAFE, WARN) = "protection group pg is ratcheted",
     FACT("source.group", READ("{\"name\":\"pg\",\"ratcheted\":true,\"targeted\":true}"))},
    {IS(R_SAFE, UNKNOWN) = "no array said", FACT("held", LOST(LATE, "late"))},

    {IS(R_LEFT, OK) = "nothing"},
    {IS(R_LEFT, WARN) = "1 server, 1 volume, 1 port of earlier operations are there, the last of op-1",
     "{\"operations\":{\"op-1\":{\"group_id\":\"g1\",\"type\":\"test_failover\",\"over\":true}},"
     "\"read\":{\"target.servers\":" READ("[{\"id\":\"x\",\"metadata\":{\"protector:op\":\"op-1\"}}]")
     ",\"source.volumes\":" READ("[{\"id\":\"y\",\"metadata\":{\"protector:op\":\"op-1\"}}]")
     ",\"target.ports\":" READ("[{\"id\":\"z\",\"description\":\"protector op=op-1 step=k\"}]") "}}"},
    {IS(R_LEFT, OK) = "nothing", /* of another group, or still at work, or what serves */
     "{\"operations\":{\"op-1\":{\"group_id\":\"g2\",\"type\":\"test_failover\",\"over\":true},"
     "\"op-2\":{\"group_id\":\"g1\",\"type\":\"test_failover\",\"over\":false},"
     "\"op-3\":{\"group_id\":\"g1\",\"type\":\"failover\",\"over\":true,\"failed\":true}},"
     "\"read\":{\"target.servers\":" READ("[{\"id\":\"x\",\"metadata\":{\"protector:op\":\"op-1\"}},"
     "{\"id\":\"x\",\"metadata\":{\"protector:op\":\"op-2\"}},{\"id\":\"s1\",\"metadata\":{"
     "\"protector:op\":\"op-3\"}},{\"id\":\"y\",\"name\":\"web-1\",\"metadata\":{\"protector:op\":"
     "\"op-9\"}},{\"id\":\"z\",\"name\":\"test-web-1\",\"metadata\":{}}]") "}}"},
    {IS(R_LEFT, WARN) = "1 server, 0 volumes", /* another console's */
     FACT("target.servers", READ("[{\"id\":\"x\",\"name\":\"test-web-1\",\"metadata\":{"
                                 "\"protector:op\":\"op-9\"}}]"))},
    {IS(R_LEFT, UNKNOWN) = "site-b did not say", FACT("target.ports", LOST(LATE, "late"))},

    {IS(R_SPLIT, OK) = "no member runs on site-b"},
    {IS(R_SPLIT, WARN) = "1 of 3 members run on site-b as well: db-1",
     FACT("target.servers", READ("[{\"name\":\"db-1\",\"status\":\"ACTIVE\"}]"))},
    {IS(R_SPLIT, OK) = "no member runs on site-b", FAILOVER},
    {IS(R_SPLIT, WARN) = "1 of 3 members run on site-b as well: db-1",
     FACT("target.servers", READ("[{\"name\":\"db-1\",\"status\":\"ACTIVE\"},"
                                 "{\"name\":\"web-1\",\"status\":\"SHUTOFF\"}]")), FAILOVER},
    {IS(R_SPLIT, BLOCK) = "1 of 3 members run on site-b as well: db-1",
     "{\"away\":[{\"id\":\"o3\",\"name\":\"db-1\"},{\"id\":\"o1\",\"name\":\"web-1\"}],"
     "\"read\":{\"target.servers\":" READ("[{\"id\":\"o3\",\"name\":\"renamed\",\"status\":"
     "\"PAUSED\"},{\"id\":\"o1\",\"name\":\"web-1\",\"status\":\"SHUTOFF\"}]") "}}", FAILBACK},
    {IS(R_SPLIT, BLOCK) = "db-1", FACT("target.servers", READ("[{\"name\":\"db-1\",\"status\":\"ACTIVE\"}]")),
     FAILBACK},
    {IS(R_SPLIT, UNKNOWN) = "late", FACT("target.servers", LOST(LATE, "late")), FAILOVER},
    /* moved by an operation that this history does not have, or by another history's */
    {IS(R_SPLIT, BLOCK) = "this history does not know op-9, which made servers of prod-web-app: 1 on site-b",
     FACT("target.servers", READ("[" MOVED("x", "web-1", "SHUTOFF", "g1", "s1") "]"))},
    {IS(R_SPLIT, BLOCK) = "2 on site-b and 1 on site-a",
     "{\"read\":{\"target.servers\":" READ("[" MOVED("x", "renamed", "ACTIVE", "g2", "s1") ","
     MOVED("y", "db-1", "PAUSED", "g2", "other") "]") ",\"source.servers\":"
     READ("[" MOVED("z", "web-2", "ACTIVE", "g2", "other") "]") "}}", FAILOVER},
    {IS(R_SPLIT, BLOCK) = "1 on site-b",
     FACT("target.servers", READ("[" MOVED("x", "web-1", "ACTIVE", "g1", "s1") "]")), FAILBACK},
    {IS(R_SPLIT, OK) = "", /* at rest and another's; the members themselves; of nobody here */
     "{\"read\":{\"target.servers\":" READ("[" MOVED("x", "web-1", "SHUTOFF", "g2", "s1") ","
     MOVED("y", "web-9", "ACTIVE", "g2", "o9") "]") ",\"source.servers\":"
     READ("[" MOVED("s1", "web-1", "ACTIVE", "g1", "o1") "]") "}}"},
    {IS(R_SPLIT, OK) = "", /* known */
     "{\"operations\":{\"op-9\":{\"group_id\":\"g1\",\"type\":\"failover\"}},\"read\":{"
     "\"target.servers\":" READ("[" MOVED("x", "web-1", "SHUTOFF", "g1", "s1") "]") "}}", FAILOVER},
    {IS(R_TIME, OK) = "1 s"},
    {IS(R_TIME, WARN) = "-61 s", "{\"target_skew\":-61}"},
};

static void every_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
        one(&ROWS[i]);
}

/* No check is left out of the table above, and every one that may fail does. */
static void every_check_has_its_rows(void **state)
{
    (void)state;
    for (int c = 0; c < READINESS_COUNT; c++) {
        bool passes = false, fails = false;
        for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
            passes |= (int)ROWS[i].check == c && ROWS[i].word == OK;
            fails |= (int)ROWS[i].check == c && (ROWS[i].word == BLOCK || ROWS[i].word == WARN);
        }
        if (c != R_META && !(passes && fails))
            fail_msg("%s", readiness_key((enum readiness_check)c));
    }
}

/* Facts that are none at all: nothing is said to be well. */
static void without_facts_nothing_passes(void **state)
{
    (void)state;
    json_t *facts = json_object();
    struct group *g = group_with("{}");
    struct readiness *r = readiness_eval(&(struct eval_asked){.group = g, .facts = facts});
    for (int c = 0; c < READINESS_COUNT; c++) {
        enum readiness_word w = readiness_word(r, (enum readiness_check)c);
        if (w == OK && c != R_BOOT && c != R_PLAN && c != R_LOCK && c != R_TIME)
            fail_msg("%s", readiness_key((enum readiness_check)c));
    }
    readiness_unref(r);
    group_unref(g);
    json_decref(facts);
}

/* What a forced failover passes over goes on its record; what the plan says
 * itself, and what a member never sees, does not. */
static void the_record(void **state)
{
    static const struct {
        const char *facts;
        bool forced;
        const char *warning; /* the only one, "" none */
    } rows[] = {
        {"{}", false, ""},
        {FACT("target.services", LOST(DENIED, "Policy")), false, ""},
        {FACT("source.volumes", LOST(LATE, "late")), true, "R-SITE was passed over: site-a, volume"},
        {FACT("target.array", READ("{\"name\":\"fb\",\"connected\":false}")), false,
         "R-LINK warns: fb has no connection"},
        {FACT("target.volume_limits", LOST(LATE, "late")), false, "R-QUOTA is not known: late"},
        {FACT("target.security_groups", READ("[]")), false, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *facts = facts_with(rows[i].facts);
        struct group *g = group_with("{}");
        struct operation *op = operation_new(OP_FAILOVER, plan_new());
        struct readiness *r = readiness_eval(&(struct eval_asked){
            .group = g, .facts = facts, .purpose = READY_FOR_FAILOVER, .forced = rows[i].forced});
        readiness_record(r, op);
        const char *first = json_string_value(json_array_get(op->warnings, 0));
        if (json_array_size(op->warnings) != (*rows[i].warning ? 1u : 0u) ||
            !strstr(first ? first : "", rows[i].warning))
            fail_msg("%s: %zu, '%s'", rows[i].facts, json_array_size(op->warnings),
                     first ? first : "");
        readiness_unref(r);
        operation_free(op);
        group_unref(g);
        json_decref(facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check),
        cmocka_unit_test(every_check_has_its_rows),
        cmocka_unit_test(without_facts_nothing_passes),
        cmocka_unit_test(the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
