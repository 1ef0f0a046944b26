/* A group of three servers and five volumes with a target to match, as JSON. */
#ifndef TESTS_FIXTURE_GROUP_H
#define TESTS_FIXTURE_GROUP_H

#include "backend/model/group.h"

#include <jansson.h>

static const char FIXTURE_GROUP[] =
    "{\"id\":\"g1\",\"name\":\"prod-web-app\",\"primary\":\"site-a\",\"secondary\":\"site-b\","
    "\"rpo_seconds\":300,\"network_mapping\":{\"net-primary-db\":\"nb-db\"},"
    "\"flavor_mapping\":{},\"health_checks\":[\"tcp:22\"],\"members\":["
    "{\"id\":\"s1\",\"name\":\"web-1\",\"flavor\":{\"id\":\"11\",\"name\":\"m1.small\",\"vcpus\":1,"
    "\"ram_mib\":2048},\"nics\":[{\"network_id\":\"na-web\",\"network_name\":\"net-primary-web\","
    "\"security_groups\":[\"web\",\"ghost\"]}],\"volumes\":[{\"id\":\"v1\",\"name\":\"root\","
    "\"size_gib\":10,\"bootable\":true,\"image_id\":\"img\",\"type\":\"replicated\"}]},"
    "{\"id\":\"s2\",\"name\":\"web-2\",\"flavor\":{\"id\":\"99\",\"name\":\"m1.small\",\"vcpus\":1,"
    "\"ram_mib\":2048},\"nics\":[{\"network_id\":\"na-web\",\"network_name\":\"net-primary-web\"}],"
    "\"volumes\":[{\"id\":\"v2\",\"size_gib\":10,\"bootable\":true,\"image_id\":\"img\"},"
    "{\"id\":\"v3\",\"size_gib\":20,\"device\":\"/dev/vdb\"}]},"
    "{\"id\":\"s3\",\"name\":\"db-1\",\"flavor\":{\"id\":\"13\",\"name\":\"m1.large\",\"vcpus\":4,"
    "\"ram_mib\":8192},\"nics\":[{\"network_id\":\"na-db\",\"network_name\":\"net-primary-db\"}],"
    "\"volumes\":[{\"id\":\"v4\",\"size_gib\":10,\"bootable\":true,\"image_id\":\"img\"},"
    "{\"id\":\"v5\",\"size_gib\":50,\"device\":\"/dev/vdb\",\"type\":\"plain\"}]}]}";

static const char FIXTURE_TARGET[] =
    "{\"networks\":[{\"id\":\"nb-web\",\"name\":\"net-secondary-web\"},"
    "{\"id\":\"nb-db\",\"name\":\"net-secondary-db\"},{\"id\":\"d1\",\"name\":\"double\"},"
    "{\"id\":\"d2\",\"name\":\"double\"}],\"flavors\":[{\"id\":\"11\",\"name\":\"m1.tiny\","
    "\"vcpus\":1,\"ram\":1024},{\"id\":\"12\",\"name\":\"m1.small\",\"vcpus\":1,\"ram\":2048},"
    "{\"id\":\"23\",\"name\":\"m2.large\",\"vcpus\":4,\"ram\":8192}],"
    "\"security_groups\":[{\"id\":\"sg1\",\"name\":\"web\"}],"
    "\"volume_types\":[{\"id\":\"t1\",\"name\":\"plain\"}]}";

static inline struct group *fixture_group(void)
{
    struct group *g = NULL;
    json_t *o = json_loads(FIXTURE_GROUP, 0, NULL);
    if (group_from_json(o, &g, NULL))
        g = NULL;
    json_decref(o);
    return g;
}

#endif
