/* Pages, filters and what each microversion shows. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct lab_child lab;

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", "--page-size", "5", NULL};
    (void)state;
    lab_up(&lab, options);
    return 0;
}

static int down(void **state)
{
    (void)state;
    lab_down(&lab);
    return 0;
}

static char *next_link(const struct answer *a, const char *links)
{
    size_t i;
    json_t *link;
    json_array_foreach(json_list(a->json, links), i, link) {
        if (strcmp(json_text(link, "rel"), "next") == 0)
            return xstrdup(json_text(link, "href") + strlen(lab.url[A]));
    }
    return NULL;
}

/* Follows the links to the end; returns how many there were in all, and checks
 * that nothing comes twice. */
static size_t follow(const char *path, const char *key, const char *links)
{
    json_t *seen = json_object();
    char *next = xstrdup(path);
    while (next) {
        struct answer a = call(&lab, A, "GET", next, NULL, NULL);
        size_t i;
        json_t *one;
        assert_int_equal(a.status, 200);
        assert_true(json_array_size(json_list(a.json, key)) <= 5);
        json_array_foreach(json_list(a.json, key), i, one) {
            assert_null(json_object_get(seen, json_text(one, "id")));
            json_put_flag(seen, json_text(one, "id"), true);
        }
        free(next);
        next = next_link(&a, links);
        answer_release(&a);
    }
    size_t n = json_object_size(seen);
    json_decref(seen);
    return n;
}

static void lists_come_in_pages_that_end(void **state)
{
    (void)state;
    assert_int_equal(follow("/compute/v2.1/servers/detail", "servers", "servers_links"), 13);
    assert_int_equal(follow("/compute/v2.1/servers?limit=2", "servers", "servers_links"), 13);
    assert_int_equal(follow("/volume/v3/volumes/detail", "volumes", "volumes_links"), 29);
    assert_int_equal(follow("/network/v2.0/ports?limit=3", "ports", "ports_links"), 17);
    assert_int_equal(follow("/network/v2.0/networks", "networks", "networks_links"), 6);
}

static void glance_links_by_path_alone(void **state)
{
    struct answer a = call(&lab, A, "GET", "/image/v2/images?limit=1", NULL, NULL);
    (void)state;
    assert_int_equal(json_array_size(json_list(a.json, "images")), 1);
    assert_int_equal(strncmp(json_text(a.json, "next"), "/v2/images?limit=1&marker=", 26), 0);
    answer_release(&a);
}

static void neutron_offers_the_way_back(void **state)
{
    struct answer a = call(&lab, A, "GET", "/network/v2.0/networks?limit=2", NULL, NULL);
    (void)state;
    char *first = xstrdup(json_text(json_array_get(json_list(a.json, "networks"), 0), "id"));
    char *next = next_link(&a, "networks_links");
    answer_release(&a);
    a = call(&lab, A, "GET", next, NULL, NULL);
    const json_t *links = json_list(a.json, "networks_links");
    const char *href = json_text(json_array_get(links, 1), "href");
    assert_string_equal(json_text(json_array_get(links, 1), "rel"), "previous");
    struct answer back = call(&lab, A, "GET", href + strlen(lab.url[A]), NULL, NULL);
    assert_string_equal(json_text(json_array_get(json_list(back.json, "networks"), 0), "id"),
                        first);
    answer_release(&back);
    answer_release(&a);
    free(first);
    free(next);
}

static void unknown_markers_are_each_services_own_matter(void **state)
{
    (void)state;
    assert_int_equal(call_status(&lab, A, "GET", "/compute/v2.1/servers?marker=x", NULL, NULL),
                     400);
    json_t *doc = call_json(&lab, A, "GET", "/network/v2.0/networks?marker=x", NULL, NULL, 200);
    assert_int_equal(json_array_size(json_list(doc, "networks")), 0);
    json_decref(doc);
    assert_int_equal(call_status(&lab, A, "GET", "/compute/v2.1/servers?limit=-1", NULL, NULL),
                     400);
}

static size_t found(const char *path, const char *key, const char *version)
{
    json_t *doc = call_json(&lab, A, "GET", path, version, NULL, 200);
    size_t n = json_array_size(json_list(doc, key));
    json_decref(doc);
    return n;
}

static void filters_find(void **state)
{
    (void)state;
    assert_int_equal(found("/compute/v2.1/servers?name=%5Eweb-1%24", "servers", NULL), 1);
    assert_int_equal(found("/compute/v2.1/servers?name=web-", "servers", NULL), 2);
    assert_int_equal(call_status(&lab, A, "GET", "/compute/v2.1/servers?name=%28", NULL, NULL),
                     400);
    assert_int_equal(found("/volume/v3/volumes?name=db-1-data", "volumes", NULL), 1);
    assert_int_equal(found("/volume/v3/volumes/detail?metadata=%7B%22array_name%22%3A%22array-a%22"
                           "%7D&limit=3", "volumes", NULL), 3);
    assert_int_equal(found("/volume/v3/volumes?metadata=%7B%22array_name%22%3A%22x%22%7D",
                           "volumes", NULL), 0);
    assert_int_equal(found("/network/v2.0/networks?name=net-hr&name=net-apps", "networks", NULL),
                     2);
    assert_int_equal(found("/network/v2.0/networks?description=none", "networks", NULL), 0);
    assert_int_equal(call_status(&lab, A, "GET", "/volume/v3/volumes?colour=red", "volume 3.59",
                                 NULL), 400);
}

static void flavors_are_embedded_from_2_47_on(void **state)
{
    char *id = id_of(&lab, A, "/compute/v2.1/servers?name=web-2", "servers", "web-2");
    char *path = xasprintf("/compute/v2.1/servers/%s", id);
    (void)state;
    json_t *doc = call_json(&lab, A, "GET", path, "compute 2.46", NULL, 200);
    const json_t *flavor = json_map(json_map(doc, "server"), "flavor");
    assert_string_equal(json_text(flavor, "id"), "12");
    json_decref(doc);
    doc = call_json(&lab, A, "GET", path, "compute 2.47", NULL, 200);
    flavor = json_map(json_map(doc, "server"), "flavor");
    assert_null(json_object_get(flavor, "id"));
    assert_string_equal(json_text(flavor, "original_name"), "m1.medium");
    assert_int_equal(json_int(flavor, "vcpus", 0), 2);
    json_decref(doc);
    free(id);
    free(path);
}

/* The seed's promise: 3 servers, 5 volumes, and flavors that match by id, by
 * name only, and not at all. */
static void the_seed_is_as_promised(void **state)
{
    (void)state;
    char *path = xasprintf("%s/groups.json", lab.dir);
    json_t *groups = json_load_file(path, 0, NULL);
    const json_t *web = json_array_get(groups, 0);
    assert_int_equal(json_array_size(groups), 3);
    assert_string_equal(json_text(web, "name"), "prod-web-app");
    assert_int_equal(json_array_size(json_list(web, "members")), 3);
    assert_string_equal(json_text(json_map(web, "network_mapping"), "net-primary-web"),
                        "net-secondary-web");
    assert_int_equal(json_array_size(json_list(json_array_get(groups, 1), "members")), 8);
    json_decref(groups);
    free(path);
    assert_int_equal(call_status(&lab, B, "GET", "/compute/v2.1/flavors/11", NULL, NULL), 200);
    assert_int_equal(call_status(&lab, B, "GET", "/compute/v2.1/flavors/12", NULL, NULL), 404);
    char *id = id_of(&lab, B, "/compute/v2.1/flavors", "flavors", "m1.medium");
    assert_string_equal(id, "22");
    free(id);
    assert_null(id_of(&lab, B, "/compute/v2.1/flavors", "flavors", "m1.large"));
    for (int s = A; s <= B; s++)
        assert_int_equal(call_status(&lab, s, "GET",
                                     "/image/v2/images/c0ffee00-0000-4000-8000-000000000001", NULL,
                                     NULL), 200);
    assert_int_equal(call_status(&lab, B, "GET",
                                 "/image/v2/images/c0ffee00-0000-4000-8000-000000000002", NULL,
                                 NULL), 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_come_in_pages_that_end),
        cmocka_unit_test(glance_links_by_path_alone),
        cmocka_unit_test(neutron_offers_the_way_back),
        cmocka_unit_test(unknown_markers_are_each_services_own_matter),
        cmocka_unit_test(filters_find),
        cmocka_unit_test(flavors_are_embedded_from_2_47_on),
        cmocka_unit_test(the_seed_is_as_promised),
    };
    return cmocka_run_group_tests(tests, up, down);
}
