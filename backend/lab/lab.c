/*
 * The lab's life: the state directory and its lock, loading or seeding, ports
 * and addresses (the same as last time where they are free), serving, and the
 * clean end.
 */
#include "backend/lab/lab.h"

#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/lab/chronicle.h"
#include "backend/lab/disk.h"
#include "backend/lab/fault/fault.h"
#include "backend/lab/guest.h"
#include "backend/lab/http.h"
#include "backend/lab/late.h"
#include "backend/lab/life.h"
#include "backend/lab/lifecycle.h"
#include "backend/lab/net.h"
#include "backend/lab/publish.h"
#include "backend/lab/seed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int64_t lab_span(struct lab *lab, const struct dist *dist)
{
    return dist_sample(dist, &lab->world.dice) / lab->opt.speed;
}

int64_t lab_scaled(const struct lab *lab, int64_t ms)
{
    int64_t scaled = ms / lab->opt.speed;
    return scaled > 0 ? scaled : 1;
}

/* ---- the directory ---------------------------------------------------- */

static enum pc_err make_dir(const char *path, struct pc_error *err)
{
    char *copy = xstrdup(path);
    for (char *p = copy + 1; *p; p++)
        if (*p == '/') {
            *p = '\0';
            mkdir(copy, 0700);
            *p = '/';
        }
    enum pc_err rc = PC_OK;
    if (mkdir(copy, 0700) != 0 && errno != EEXIST)
        rc = pc_error_set(err, PC_ERR_IO, "Name a directory that can be made: --state-dir DIR.",
                          "cannot make %s: %s", path, strerror(errno));
    free(copy);
    return rc;
}

enum pc_err life_lock(const char *dir, int *ret_fd, bool *ret_taken, struct pc_error *err)
{
    enum pc_err rc = make_dir(dir, err);
    if (rc)
        return rc;
    char *path = xasprintf("%s/lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    if (fd < 0)
        return pc_error_set(err, PC_ERR_IO, "Make the directory writable, or name another.",
                            "cannot use %s: %s", dir, strerror(errno));
    *ret_taken = flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (*ret_taken) {
        close(fd);
        return PC_OK;
    }
    *ret_fd = fd; /* held until the process ends */
    return PC_OK;
}

char *life_running(const char *dir)
{
    char *path = xasprintf("%s/lab.json", dir), *text = NULL;
    const struct timespec nap = {.tv_nsec = 20000000};
    /* The other may be starting this very moment: its announcement comes last. */
    for (int i = 0; i < 250 && !text; i++) {
        json_t *doc = json_load_file(path, 0, NULL);
        if (doc)
            text = xasprintf("a lab already serves %s (process %lld, control %s)", dir,
                             (long long)json_int(doc, "pid", 0), json_text(doc, "control_url"));
        json_decref(doc);
        if (!text)
            nanosleep(&nap, NULL);
    }
    free(path);
    return text ? text : xasprintf("a lab already serves %s", dir);
}

/* ---- settings that last ----------------------------------------------- */

static long remembered(struct lab *lab, const char *key, long otherwise)
{
    char *text = disk_get(lab->disk, key);
    long value = otherwise;
    if (text && !text_to_long(text, 0, 2147483647, &value))
        value = otherwise;
    free(text);
    return value;
}

static enum pc_err remember(struct lab *lab, const char *key, int64_t value, struct pc_error *err)
{
    char text[32];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    return disk_set(lab->disk, key, text, err);
}

/* The state's own token, so that two labs do not take each other's. */
static void make_array_token(struct lab *lab, int s, uint64_t salt)
{
    struct dice d;
    char id[37];
    dice_init(&d, salt + (uint64_t)s + 77);
    snprintf(lab->sites[s].array_token, sizeof(lab->sites[s].array_token), "%s",
             dice_uuid(&d, id));
}

static enum pc_err choose_net(struct lab *lab, struct pc_error *err)
{
    int old = (int)remembered(lab, "net", 0), net = 0;
    uint64_t hint = 1469598103934665603u;
    for (const char *p = lab->opt.state_dir; *p; p++)
        hint = (hint ^ (unsigned char)*p) * 1099511628211u;
    enum pc_err rc = PC_OK;
    if (lab->opt.net)
        net = (int)lab->opt.net;
    else
        rc = net_claim(old, hint >> 20, &net, err);
    if (!rc && old && net != old) {
        char from[16], to[16];
        snprintf(from, sizeof(from), "\"127.%d.", old);
        snprintf(to, sizeof(to), "\"127.%d.", net);
        rc = disk_readdress(lab->disk, from, to, err);
    }
    if (!rc && net != old)
        rc = remember(lab, "net", net, err);
    lab->net = net;
    lab->low_ports = net_low_ports(net);
    return rc;
}

/* ---- beginning -------------------------------------------------------- */

static enum pc_err fill_world(struct lab *lab, struct pc_error *err)
{
    struct options *o = &lab->opt;
    bool fresh = remembered(lab, "servers", 0) == 0;
    enum pc_err rc = PC_OK;
    if (!fresh) {
        o->seed = remembered(lab, "seed", o->seed);
        o->servers = remembered(lab, "servers", o->servers);
        o->groups = remembered(lab, "groups", o->groups);
        char *born = disk_get(lab->disk, "born");
        lab->born = born ? strtoll(born, NULL, 10) : lab->started;
        free(born);
        rc = disk_load(lab->disk, &lab->world, err);
    } else {
        rc = seed_plan(o, err);
        lab->born = lab->started;
        if (!rc)
            seed_world(lab);
        if (!rc)
            rc = world_commit(&lab->world, err);
        if (!rc)
            rc = remember(lab, "born", lab->born, err);
        if (!rc)
            rc = remember(lab, "seed", o->seed, err);
        if (!rc)
            rc = remember(lab, "groups", o->groups, err);
        if (!rc) /* last: it says that the seed is complete */
            rc = remember(lab, "servers", o->servers, err);
    }
    lab->capacity = o->capacity ? o->capacity : 64 + o->servers * 8;
    return rc;
}

static enum pc_err open_port(struct lab *lab, int s, const char *key, int *port, struct http **ret,
                             char *url, size_t url_size, struct pc_error *err)
{
    *port = (int)remembered(lab, key, 0);
    int old = *port;
    enum pc_err rc = http_open(lab, s, port, ret, err);
    snprintf(url, url_size, "http://127.0.0.1:%d", *port);
    return rc || *port == old ? rc : remember(lab, key, *port, err);
}

static enum pc_err open_ports(struct lab *lab, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    static const char *const keys[SITE_COUNT] = {"port-a", "port-b"};
    for (int s = 0; s < SITE_COUNT && !rc; s++) {
        struct site *site = &lab->sites[s];
        rc = open_port(lab, s, keys[s], &site->port, &site->http, site->url, sizeof(site->url),
                       err);
    }
    return rc ? rc
              : open_port(lab, -1, "port-control", &lab->control_port, &lab->control,
                          lab->control_url, sizeof(lab->control_url), err);
}

static enum pc_err load(struct lab *lab, struct pc_error *err)
{
    publish_withdraw(lab->opt.state_dir);
    enum pc_err rc = disk_open(lab->opt.state_dir, &lab->disk, err);
    if (rc)
        return rc;
    world_init(&lab->world, lab->disk, lifecycle_happen);
    rc = choose_net(lab, err);
    if (!rc)
        rc = fill_world(lab, err);
    for (int s = 0; s < SITE_COUNT; s++)
        make_array_token(lab, s, (uint64_t)lab->born);
    return rc;
}

static void on_change(void *arg, struct res *r)
{
    struct lab *lab = arg;
    chronicle_tell(lab->chronicle, r, clock_wall_ms());
    guests_changed(lab, r);
}

static enum pc_err serve(struct lab *lab, struct pc_error *err)
{
    /* Before the guests' thread begins: it lets time pass, and what comes to be is to be told. */
    world_lock(&lab->world);
    enum pc_err rc = guests_new(lab, &lab->guests, err);
    if (!rc) {
        lab->world.changed = on_change;
        lab->world.changed_arg = lab;
        world_advance(&lab->world, clock_wall_ms());
        guests_refresh(lab);
        rc = world_commit(&lab->world, err);
    }
    if (!rc)
        rc = publish_all(lab, err);
    world_unlock(&lab->world);
    for (int s = 0; s < SITE_COUNT && !rc; s++)
        rc = http_start(lab->sites[s].http, err);
    return rc ? rc : http_start(lab->control, err);
}

enum pc_err life_begin(struct lab *lab, const struct options *opt, struct pc_error *err)
{
    *lab = (struct lab){
        .opt = *opt,
        .started = clock_wall_ms(),
        .sites = {{.name = "site-a", .region = "RegionA", .array_name = "array-a",
                   .host = "storage-a@array-a", .pool = "array-a"},
                  {.name = "site-b", .region = "RegionB", .array_name = "array-b",
                   .host = "storage-b@array-b", .pool = "array-b"}},
    };
    lab->late = late_new();
    lab->faults = faults_new();
    lab->chronicle = chronicle_new();
    enum pc_err rc = load(lab, err);
    if (!rc)
        rc = open_ports(lab, err);
    return rc ? rc : serve(lab, err);
}

void life_end(struct lab *lab)
{
    publish_withdraw(lab->opt.state_dir);
    http_close(lab->control);
    for (int s = 0; s < SITE_COUNT; s++)
        http_close(lab->sites[s].http);
    guests_free(lab->guests);
    late_free(lab->late);
    faults_free(lab->faults);
    chronicle_free(lab->chronicle);
    if (lab->disk)
        world_release(&lab->world);
    disk_close(lab->disk);
}
