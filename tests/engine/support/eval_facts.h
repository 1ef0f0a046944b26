/*
 * eval_facts: the facts of two sites where everything is well, and short words for what a
 * row changes of them. For the test of the readiness checks.
 */
#ifndef PC_TESTS_ENGINE_EVAL_FACTS_H
#define PC_TESTS_ENGINE_EVAL_FACTS_H

#include "backend/base/error.h"

#define NOW "1700000000000"
#define READ(body) "{\"at\":" NOW ",\"body\":" body "}"
#define LOST(code, text) "{\"at\":" NOW ",\"error\":\"" text "\",\"code\":" code "}"
#define HELD(a, b, c, d, e)                                                               \
    READ("{\"sources\":[\"fa:volume-" a "-cinder\",\"fa:volume-" b "-cinder\",\"fa:volume-" c \
         "-cinder\",\"fa:volume-" d "-cinder\",\"fa:volume-" e "-cinder\"]}")
#define NOWHERE "7"
#define GONE "9"
#define SILENT "19"
#define LATE "20"
#define LOGIN "22"
#define DENIED "23"
_Static_assert(PC_ERR_CONFIG == 7 && PC_ERR_NOT_FOUND == 9 && PC_ERR_UNREACHABLE == 19 && PC_ERR_TIMEOUT == 20 &&
                   PC_ERR_AUTH == 22 && PC_ERR_FORBIDDEN == 23, "the facts say errors by number");
#define SERVER(id, name, flavor, volumes)                                         \
    "{\"id\":\"" id "\",\"name\":\"" name "\",\"status\":\"ACTIVE\",\"flavor\":{" \
    "\"original_name\":\"" flavor "\"},\"os-extended-volumes:volumes_attached\":[" volumes "]}"
#define MEMBERS                                               \
    SERVER("s1", "web-1", "m1.small", "{\"id\":\"v1\"}") ","  \
    SERVER("s2", "web-2", "m1.small", "{\"id\":\"v2\"},{\"id\":\"v3\"}")

/* Made by op-9, a failover of that group, for the server `source`. */
#define MOVED(id, name, status, group, source)                                         \
    "{\"id\":\"" id "\",\"name\":\"" name "\",\"status\":\"" status "\",\"metadata\":{"    \
    "\"protector:op\":\"op-9\",\"protector:type\":\"failover\",\"protector:group_id\":\"" group \
    "\",\"protector:source\":\"" source "\"}}"

/* Where everything is well, in both storage modes. */
static const char FACTS[] =
    "{\"at\":" NOW ",\"source\":\"site-a\",\"target\":\"site-b\",\"storage_mode\":\"flasharray\","
    "\"volume_host\":\"node@fb#pool\",\"state\":1,\"holder\":\"\",\"drills\":0,\"drills_max\":3,"
    "\"source_roles\":[\"member\",\"reader\"],\"target_roles\":[\"reader\",\"member\"],"
    "\"source_skew\":1,\"target_skew\":-2,\"members\":[\"s1\",\"s2\",\"s3\"],\"operations\":{},\"read\":{"
    "\"source.servers\":" READ("[" MEMBERS "," SERVER("s3", "db-1", "m1.large",
                                                      "{\"id\":\"v4\"},{\"id\":\"v5\"}") "]") ","
    "\"source.volumes\":" READ("[]") ",\"source.ports\":" READ("[]") ","
    "\"source.types\":" READ("[{\"name\":\"replicated\",\"extra_specs\":{"
                             "\"replication_enabled\":\"<is> True\"}},{\"name\":\"plain\","
                             "\"extra_specs\":{}}]") ","
    "\"source.array\":" READ("{\"name\":\"fa\",\"connected\":true}") ","
    "\"target.array\":" READ("{\"name\":\"fb\",\"connected\":true}") ","
    "\"target.servers\":" READ("[]") ",\"target.volumes\":" READ("[]") ","
    "\"target.ports\":" READ("[]") ",\"target.flavors\":" READ(
        "[{\"id\":\"12\",\"name\":\"m1.small\",\"vcpus\":1,\"ram\":2048},"
        "{\"id\":\"13\",\"name\":\"m1.large\",\"vcpus\":4,\"ram\":8192}]") ","
    "\"target.networks\":" READ("[{\"id\":\"nb-web\",\"name\":\"net-primary-web\"},"
                                "{\"id\":\"nb-db\",\"name\":\"net-secondary-db\"}]") ","
    "\"target.subnets\":" READ("[{\"network_id\":\"nb-web\",\"cidr\":\"10.1.0.0/23\"},"
                               "{\"network_id\":\"nb-db\",\"cidr\":\"fd00:1::/60\"}]") ","
    "\"target.security_groups\":" READ("[{\"name\":\"web\"},{\"name\":\"ghost\"}]") ","
    "\"target.types\":" READ("[{\"name\":\"plain\",\"extra_specs\":{}}]") ","
    "\"target.compute_limits\":" READ("{\"maxTotalInstances\":10,\"totalInstancesUsed\":7,"
                                      "\"maxTotalCores\":-1,\"totalCoresUsed\":400,"
                                      "\"maxTotalRAMSize\":12288,\"totalRAMUsed\":0}") ","
    "\"target.volume_limits\":" READ("{\"maxTotalVolumes\":5,\"totalVolumesUsed\":0,"
                                     "\"maxTotalVolumeGigabytes\":200,\"totalGigabytesUsed\":100}") ","
    "\"target.volume_quota\":" READ("{\"volumes_plain\":{\"limit\":1,\"in_use\":0,\"reserved\":0},"
                                    "\"per_volume_gigabytes\":{\"limit\":50}}") ","
    "\"target.network_quota\":" READ("{\"port\":{\"limit\":5,\"used\":1,\"reserved\":1}}") ","
    "\"target.hypervisors\":" READ("[{\"state\":\"up\",\"status\":\"enabled\",\"memory_mb\":32768,"
                                   "\"memory_mb_used\":20480}]") ","
    "\"target.pools\":" READ("[{\"name\":\"node@fb#pool\",\"capabilities\":{"
                             "\"free_capacity_gb\":100.5}}]") ","
    "\"target.services\":" READ("[{\"host\":\"node@fb\",\"state\":\"up\",\"status\":\"enabled\","
                                "\"frozen\":false,\"active_backend_id\":null},"
                                "{\"host\":\"other@x\",\"state\":\"down\",\"status\":\"enabled\"}]") ","
    "\"target.may_manage\":" LOST(NOWHERE, "no host") ",\"target.image img\":" READ("{\"status\":\"active\"}") ","
    "\"points\":" READ("[{\"name\":\"fa:pg.2\",\"created\":1699999990000,\"completed\":0,"
                       "\"progress\":40},{\"name\":\"fa:pg.1\",\"created\":1699999800000,"
                       "\"completed\":1699999850000,\"progress\":100}]") ","
    "\"held\":" HELD("v1", "v2", "v3", "v4", "v5") "}}";

#define MOCK "\"storage_mode\":\"mock\""
#define FACT(key, value) "{\"read\":{\"" key "\":" value "}}"
#define MOCK_FACT(key, value) "{" MOCK ",\"read\":{\"" key "\":" value "}}"
#define IS(c, w) .check = c, .word = w, .evidence
#define BLOCK READINESS_BLOCK
#define WARN READINESS_WARN
#define OK READINESS_OK
#define UNKNOWN READINESS_NOT_KNOWN
#define NA READINESS_NA
#define ROUTER(network)                                             \
    FACT("target.ports", READ("[{\"network_id\":\"" network "\"," \
                              "\"device_owner\":\"network:router_interface\"}]"))
#define SAME FACT("target.networks", READ("[{\"id\":\"na-web\",\"name\":\"x\"},{\"id\":\"nb-db\"}]"))
#define WIRE(type, tag)                                                                          \
    FACT("target.networks", READ("[{\"id\":\"nb-web\",\"name\":\"net-primary-web\","               \
                                 "\"provider:network_type\":\"" type "\","                        \
                                 "\"provider:physical_network\":\"phys\","                        \
                                 "\"provider:segmentation_id\":" tag "},{\"id\":\"nb-db\","         \
                                 "\"name\":\"net-secondary-db\"}]"))
#define NIC_ON(segment)                                                              \
    "{\"nics\":[{\"network_id\":\"na-web\",\"network_name\":\"net-primary-web\"," \
    "\"ip\":\"10.1.1.7\",\"segment\":\"" segment "\"}]}"
#define OTHERS(flavors, volumes, ports) \
    "{\"others\":{\"flavors\":" flavors ",\"volumes\":" volumes ",\"ports\":" ports "}}"
#define LOCKED                                                                                  \
    FACT("source.servers", READ("[{\"id\":\"s1\",\"locked\":true},{\"id\":\"s2\",\"locked\":false},"  \
                                "{\"id\":\"s3\"}]"))
#define KEEP "{\"addresses\":\"keep\"}"
#define FAILOVER .purpose = READY_FOR_FAILOVER
#define FAILBACK .purpose = READY_FOR_FAILBACK

#endif
