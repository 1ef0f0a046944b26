/*
 * What the tests of cloud share: a scripted site and a driver that talks to it.
 *
 * The site's Keystone hands out tok-1, tok-2, ... and a catalog in which every
 * service lives on the one scripted server, told apart by its path.
 */
#ifndef PC_TESTS_CLOUD_CLOUD_STORY_H
#define PC_TESTS_CLOUD_CLOUD_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/cloud/driver.h"
#include "tests/support/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROJECT "5f705771cbc44c0f9fcd2d2aa6b2d4a1"
#define PASSWORD "correct-horse-battery"
#define LOGIN "/v3/auth/tokens"

struct story {
    struct net *net;
    struct web *web;
    struct cloud *cloud;
    struct cloud_config cfg;
    struct arena arena; /* of the answers */
};

static const char CATALOG[] =
    "[{\"type\":\"compute\",\"endpoints\":[{\"interface\":\"admin\",\"region_id\":\"R1\","
    "\"url\":\"http://127.0.0.1:1/\"},{\"interface\":\"public\",\"region_id\":\"R1\","
    "\"url\":\"{base}/compute/v2.1\"}]},"
    "{\"type\":\"volumev3\",\"endpoints\":[{\"interface\":\"public\",\"region_id\":\"R1\","
    "\"url\":\"{base}/volume/v3/" PROJECT "\"}]},"
    "{\"type\":\"network\",\"endpoints\":[{\"interface\":\"public\",\"region_id\":\"R1\","
    "\"url\":\"{base}/network/\"}]},"
    "{\"type\":\"image\",\"endpoints\":[{\"interface\":\"public\",\"region_id\":\"R1\","
    "\"url\":\"{base}/image\"}]}]";

/* A Keystone answer: token, and a life in seconds from `now_s` on. */
static inline struct web_answer token_answer(struct story *s, const char *token, int64_t now_ms,
                                             int life_s)
{
    char until[CLOCK_ISO_SIZE];
    clock_iso(until, now_ms + (int64_t)life_s * 1000);
    return (struct web_answer){
        .status = 201,
        .headers = arena_printf(&s->arena, "X-Subject-Token: %s\r\n", token),
        .body = arena_printf(&s->arena,
                             "{\"token\":{\"expires_at\":\"%s\",\"user\":{\"id\":\"u-77\",\"name\":"
                             "\"operator\"},\"project\":{\"id\":\"" PROJECT
                             "\",\"name\":\"demo\"},\"catalog\":%s}}",
                             until, CATALOG),
    };
}

/* tok-1 to tok-9, of an hour each. */
static inline void site_logs_in(struct story *s)
{
    for (int i = 1; i < 10; i++)
        web_rule(
            s->web, "POST", LOGIN, 1,
            token_answer(s, arena_printf(&s->arena, "tok-secret-%d", i), clock_wall_ms(), 3600));
}

static inline void use_config(struct story *s, const struct cloud_config *cfg)
{
    cloud_free(s->cloud);
    s->cloud = cloud_new(s->net, "site-b", cfg);
    s->cloud->backoff_ms = 2;
}

static inline int story_open(void **state)
{
    struct story *s = xcalloc(1, sizeof(*s));
    arena_init(&s->arena);
    s->net = net_new();
    s->web = web_new();
    s->cfg = (struct cloud_config){
        .name = "site-b",
        .file = "clouds.yaml",
        .auth_type = "password",
        .auth_url = arena_printf(&s->arena, "%s/v3", web_base(s->web)),
        .username = "demo",
        .user_domain_name = "Default",
        .password = PASSWORD,
        .project_name = "demo",
        .project_domain_id = "default",
        .region_name = "R1",
        .interface = "public",
    };
    use_config(s, &s->cfg);
    *state = s;
    return 0;
}

static inline int story_close(void **state)
{
    struct story *s = *state;
    cloud_free(s->cloud);
    net_free(s->net);
    web_free(s->web);
    arena_release(&s->arena);
    free(s);
    return 0;
}

/* The version documents, exact so that they do not stand in for other paths:
 * rules match by prefix, so they are added after those of the test. */
static inline void site_has_versions(struct story *s, const char *nova, const char *cinder)
{
    web_rule(s->web, "GET", "/compute/v2.1/", 0,
             (struct web_answer){.body = arena_printf(&s->arena,
                                                      "{\"version\":{\"id\":\"v2.1\",\"version\":"
                                                      "\"%s\",\"min_version\":\"2.1\"}}",
                                                      nova)});
    web_rule(s->web, "GET", "/volume/v3/", 0,
             (struct web_answer){.body = arena_printf(&s->arena,
                                                      "{\"versions\":[{\"id\":\"v3.0\",\"version\":"
                                                      "\"%s\",\"min_version\":\"3.0\"}]}",
                                                      cinder)});
}

/* Log-in and versions, after the rules of the test itself. */
static inline void site_is_up(struct story *s)
{
    site_logs_in(s);
    site_has_versions(s, "2.93", "3.70");
}

/* ---- replies ---- */

struct kept {
    int count;
    struct pc_error err;
    int status;
    json_t *body;
    char request_id[80];
    int64_t elapsed_ms;
};

static inline void keep(void *arg, const struct cloud_reply *r)
{
    struct kept *k = arg;
    k->count++;
    k->err = r->err;
    k->status = r->status;
    json_decref(k->body);
    k->body = r->body ? json_deep_copy(r->body) : NULL;
    k->elapsed_ms = r->elapsed_ms;
    snprintf(k->request_id, sizeof(k->request_id), "%s", r->request_id);
}

static inline void kept_clear(struct kept *k)
{
    json_decref(k->body);
    memset(k, 0, sizeof(*k));
}

static inline void wait_for(struct story *s, const struct kept *k, int count)
{
    while (k->count < count)
        net_turn(s->net, -1);
}

/* A call of the compute service, from its start to its reply. */
static inline void ask(struct story *s, enum cloud_repeat repeat, const char *method,
                       const char *path, struct kept *k)
{
    struct cloud_request q = {
        .service = CLOUD_COMPUTE, .repeat = repeat, .method = method, .path = path};
    int before = k->count;
    if (strcmp(method, "POST") == 0)
        q.body = json_pack("{s:{s:s}}", "server", "name", "web-1");
    cloud_send(s->cloud, &q, keep, k);
    assert_int_equal(k->count, before); /* never from inside cloud_send */
    wait_for(s, k, before + 1);
}

#define GET(s, path, k) ask(s, CLOUD_READ, "GET", path, k)
#define CREATE(s, path, k) ask(s, CLOUD_CREATE, "POST", path, k)

static inline void assert_holds(const char *text, const char *piece)
{
    if (!strstr(text, piece))
        fail_msg("\"%s\" is not in \"%s\"", piece, text);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)

#endif
