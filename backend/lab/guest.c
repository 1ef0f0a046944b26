#include "backend/lab/guest.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/lab/talk.h"
#include "backend/lab/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ADDRESSES = 4,
    PORTS = 6,
    BUCKETS = 4096,
    TALKS_MAX = 512,
    TALK_MS = 10000,
    SPARE_FILES = 2600, /* for the HTTP servers, the data base and guests' connections */
    PRIMARIES_MAX = 64, /* a larger lab gives sockets to recovered machines only */
};

static const struct {
    uint16_t port;
    bool low;
    enum talk_kind kind;
} SERVED[PORTS] = {
    {22, true, TALK_SSH},    {80, true, TALK_HTTP},    {443, true, TALK_TLS},
    {8022, false, TALK_SSH}, {8080, false, TALK_HTTP}, {8443, false, TALK_TLS},
};

struct guest;

struct source { /* what an epoll event points to */
    enum { SOURCE_WAKE, SOURCE_LISTENER, SOURCE_TALK } what;
    int fd;
    struct guest *guest; /* of a listener */
    size_t served;       /* index into SERVED */
    struct talk *talk;
    struct source *next; /* talks: list; listeners and talks: graveyard */
};

struct guest {
    char id[40], name[64], behaviour[32];
    int site;
    int64_t up_at; /* wall ms; 0: down */
    char addresses[ADDRESSES][16];
    size_t address_count;
    struct source *listeners[ADDRESSES * PORTS];
    size_t listener_count;
    bool open;
    unsigned connections; /* for flapping */
    struct guest *chain;
};

struct guests {
    struct lab *lab;
    pthread_t thread;
    pthread_mutex_t lock; /* guards everything below */
    int epoll, wake;
    bool stop, outage[SITE_COUNT];
    struct guest *buckets[BUCKETS];
    struct source wake_source;
    struct source *talks, *graveyard;
    size_t talk_count, listeners, listeners_max, unserved;
};

/* ---- listeners -------------------------------------------------------- */

static int listen_at(const char *address, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int yes = 1;
    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return -1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, 64) == 0)
        return fd;
    close(fd);
    return -1;
}

static void open_one(struct guests *g, struct guest *guest, const char *address, size_t served)
{
    if (guest->listener_count == ADDRESSES * PORTS || (SERVED[served].low && !g->lab->low_ports))
        return;
    int fd = listen_at(address, SERVED[served].port);
    if (fd < 0)
        return;
    struct source *s = xcalloc(1, sizeof(*s));
    *s = (struct source){
        .what = SOURCE_LISTENER, .fd = fd, .guest = guest, .served = served};
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = s};
    epoll_ctl(g->epoll, EPOLL_CTL_ADD, fd, &ev);
    guest->listeners[guest->listener_count++] = s;
    g->listeners++;
}

static void open_guest(struct guests *g, struct guest *guest)
{
    guest->open = true;
    if (strcmp(guest->behaviour, "refuse") == 0)
        return;
    if (g->listeners + PORTS * guest->address_count > g->listeners_max) {
        g->unserved++;
        return;
    }
    for (size_t a = 0; a < guest->address_count; a++)
        for (size_t p = 0; p < PORTS; p++)
            open_one(g, guest, guest->addresses[a], p);
}

/* An event for a closed source may still be in this turn's batch: sources are
 * freed only at the end of the turn. */
static void bury(struct guests *g, struct source *s)
{
    close(s->fd);
    s->fd = -1;
    s->next = g->graveyard;
    g->graveyard = s;
}

static void close_guest(struct guests *g, struct guest *guest)
{
    for (size_t i = 0; i < guest->listener_count; i++)
        bury(g, guest->listeners[i]);
    g->listeners -= guest->listener_count;
    guest->listener_count = 0;
    guest->open = false;
}

/* ---- connections ------------------------------------------------------ */

static void end_talk(struct guests *g, struct source *s)
{
    for (struct source **p = &g->talks; *p; p = &(*p)->next)
        if (*p == s) {
            *p = s->next;
            break;
        }
    g->talk_count--;
    bury(g, s);
}

static void begin_talk(struct guests *g, struct source *listener)
{
    struct guest *guest = listener->guest;
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    bool flaps = strcmp(guest->behaviour, "flap") == 0 && guest->connections++ % 2 == 0;
    if (flaps || g->talk_count >= TALKS_MAX) {
        wire_reset(fd);
        close(fd);
        return;
    }
    struct source *s = xcalloc(1, sizeof(*s));
    struct talk *t = xcalloc(1, sizeof(*t));
    t->kind = SERVED[listener->served].kind;
    t->fd = fd;
    t->until = clock_mono_ms() + TALK_MS;
    t->out_of_service = strcmp(guest->behaviour, "503") == 0;
    snprintf(t->name, sizeof(t->name), "%s", guest->name);
    *s = (struct source){.what = SOURCE_TALK, .fd = fd, .talk = t, .next = g->talks};
    g->talks = s;
    g->talk_count++;
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = s};
    epoll_ctl(g->epoll, EPOLL_CTL_ADD, fd, &ev);
    talk_begin(t);
}

static void handle(struct guests *g, struct source *s)
{
    if (s->fd < 0)
        return;
    if (s->what == SOURCE_LISTENER) {
        begin_talk(g, s);
    } else if (s->what == SOURCE_TALK) {
        if (!talk_read(s->talk))
            end_talk(g, s);
    } else {
        uint64_t n;
        ssize_t ignored = read(s->fd, &n, sizeof(n));
        (void)ignored;
    }
}

/* ---- the thread ------------------------------------------------------- */

/* Opens what has booted, closes what is gone; returns the next wall ms at
 * which something is to be done. */
static int64_t settle(struct guests *g, int64_t now)
{
    int64_t next = INT64_MAX;
    g->unserved = 0;
    for (size_t b = 0; b < BUCKETS; b++)
        for (struct guest **p = &g->buckets[b], *guest; (guest = *p) != NULL;) {
            bool up = guest->up_at && guest->up_at <= now && !g->outage[guest->site];
            if (guest->open && !up)
                close_guest(g, guest);
            if (!guest->open && up)
                open_guest(g, guest);
            if (guest->up_at > now && guest->up_at < next)
                next = guest->up_at;
            if (!guest->up_at) {
                *p = guest->chain;
                free(guest);
                continue;
            }
            p = &guest->chain;
        }
    return next;
}

static void end_turn(struct guests *g)
{
    int64_t now = clock_mono_ms();
    for (struct source *s = g->talks, *next; s; s = next) {
        next = s->next;
        if (s->talk->until <= now)
            end_talk(g, s);
    }
    while (g->graveyard) {
        struct source *next = g->graveyard->next;
        free(g->graveyard->talk);
        free(g->graveyard);
        g->graveyard = next;
    }
}

/* Lets time pass for a world that nobody calls. */
static int64_t pass_time(struct lab *lab)
{
    struct pc_error err;
    world_lock(&lab->world);
    world_advance(&lab->world, clock_wall_ms());
    enum pc_err rc = world_commit(&lab->world, &err);
    (void)rc; /* a full disk is told to the next caller */
    int64_t next = world_next_due(&lab->world);
    world_unlock(&lab->world);
    return next;
}

static void *guests_run(void *arg)
{
    struct guests *g = arg;
    struct epoll_event events[64];
    pthread_mutex_lock(&g->lock);
    while (!g->stop) {
        pthread_mutex_unlock(&g->lock);
        int64_t next = pass_time(g->lab);
        pthread_mutex_lock(&g->lock);
        int64_t now = clock_wall_ms(), boot = settle(g, now);
        next = boot < next ? boot : next;
        int64_t wait = next == INT64_MAX ? 60000 : next - now;
        wait = wait < 0 ? 0 : wait > 60000 ? 60000 : wait;
        if (g->talks && wait > 1000)
            wait = 1000;
        pthread_mutex_unlock(&g->lock);
        int n = epoll_wait(g->epoll, events, 64, (int)wait);
        pthread_mutex_lock(&g->lock);
        for (int i = 0; i < n; i++)
            handle(g, events[i].data.ptr);
        end_turn(g);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

static void wake(struct guests *g)
{
    const uint64_t one = 1;
    ssize_t ignored = write(g->wake, &one, sizeof(one));
    (void)ignored;
}

/* As many files as the system allows; the rest of the lab keeps its share. */
static size_t raise_file_limit(void)
{
    struct rlimit lim;
    if (getrlimit(RLIMIT_NOFILE, &lim) != 0)
        return 0;
    lim.rlim_cur = lim.rlim_max;
    setrlimit(RLIMIT_NOFILE, &lim);
    getrlimit(RLIMIT_NOFILE, &lim);
    size_t most = lim.rlim_cur > 60000 ? 60000 : (size_t)lim.rlim_cur;
    return most > SPARE_FILES ? most - SPARE_FILES : 0;
}

enum pc_err guests_new(struct lab *lab, struct guests **ret, struct pc_error *err)
{
    struct guests *g = xcalloc(1, sizeof(*g));
    g->lab = lab;
    g->listeners_max = raise_file_limit();
    g->epoll = epoll_create1(EPOLL_CLOEXEC);
    g->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&g->lock, NULL);
    g->wake_source = (struct source){.what = SOURCE_WAKE, .fd = g->wake};
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &g->wake_source};
    epoll_ctl(g->epoll, EPOLL_CTL_ADD, g->wake, &ev);
    *ret = g; /* the thread finds it there */
    if (pthread_create(&g->thread, NULL, guests_run, g) == 0)
        return PC_OK;
    *ret = NULL;
    free(g);
    return pc_error_set(err, PC_ERR_IO, "End other programs.", "no thread can be started");
}

void guests_free(struct guests *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&g->lock);
    g->stop = true;
    pthread_mutex_unlock(&g->lock);
    wake(g);
    pthread_join(g->thread, NULL);
    for (size_t b = 0; b < BUCKETS; b++)
        while (g->buckets[b]) {
            struct guest *next = g->buckets[b]->chain;
            close_guest(g, g->buckets[b]);
            free(g->buckets[b]);
            g->buckets[b] = next;
        }
    while (g->talks)
        end_talk(g, g->talks);
    end_turn(g);
    close(g->epoll);
    close(g->wake);
    pthread_mutex_destroy(&g->lock);
    free(g);
}

void guests_outage(struct guests *g, int site, bool down)
{
    pthread_mutex_lock(&g->lock);
    g->outage[site] = down;
    pthread_mutex_unlock(&g->lock);
    wake(g);
}

json_t *guests_state(struct guests *g)
{
    int up = 0;
    pthread_mutex_lock(&g->lock);
    for (size_t b = 0; b < BUCKETS; b++)
        for (struct guest *x = g->buckets[b]; x; x = x->chain)
            up += x->listener_count > 0;
    json_t *doc = json_pack("{s:i, s:i, s:i, s:i}", "listening", up, "unserved", (int)g->unserved,
                            "listeners", (int)g->listeners, "connections", (int)g->talk_count);
    pthread_mutex_unlock(&g->lock);
    return doc;
}

/* ---- what the world tells --------------------------------------------- */

bool guest_behaviour_valid(const char *text)
{
    long seconds;
    return strcmp(text, "ok") == 0 || strcmp(text, "flap") == 0 || strcmp(text, "refuse") == 0 ||
           strcmp(text, "503") == 0 ||
           (strncmp(text, "slow:", 5) == 0 && text_to_long(text + 5, 0, 3600, &seconds));
}

static const char *behaviour_of(struct lab *lab, const struct res *server)
{
    const char *own = json_text(json_map(server->doc, "meta"), "lab:guest"), *found = "ok";
    for (size_t i = 0; i < world_count(&lab->world, server->site, K_SCENARIO); i++) {
        const json_t *d = world_at(&lab->world, server->site, K_SCENARIO, i)->doc;
        if (fnmatch(json_text(d, "name"), json_text(server->doc, "name"), 0) == 0)
            found = json_text(d, "guest");
    }
    return guest_behaviour_valid(own) ? own : found;
}

/* Only addresses of the lab's own /16 are real; others lead nowhere. */
static void copy_addresses(struct lab *lab, const struct res *server, struct guest *guest)
{
    char prefix[16];
    size_t i, k;
    json_t *id, *ip;
    snprintf(prefix, sizeof(prefix), "127.%d.", lab->net);
    guest->address_count = 0;
    json_array_foreach(json_list(server->doc, "ports"), i, id) {
        const struct res *port =
            world_get(&lab->world, server->site, K_PORT, json_string_value(id));
        json_array_foreach(port ? json_list(port->doc, "ips") : NULL, k, ip) {
            const char *text = json_text(ip, "ip");
            if (guest->address_count < ADDRESSES && text_starts(text, prefix))
                snprintf(guest->addresses[guest->address_count++], 16, "%.15s", text);
        }
    }
}

static struct guest **find_guest(struct guests *g, const char *id)
{
    uint32_t h = 2166136261u;
    for (const char *p = id; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    struct guest **p = &g->buckets[h % BUCKETS];
    while (*p && strcmp((*p)->id, id) != 0)
        p = &(*p)->chain;
    return p;
}

void guests_changed(void *arg, struct res *r)
{
    struct lab *lab = arg;
    struct guests *g = lab->guests;
    if (r->kind != K_SERVER || !g)
        return;
    bool many = lab->opt.servers > PRIMARIES_MAX;
    int64_t up = r->gone || (many && r->site == SITE_A) ? 0 : json_int(r->doc, "guest_up", 0);
    pthread_mutex_lock(&g->lock);
    struct guest **slot = find_guest(g, r->id);
    if (!*slot && up) {
        *slot = xcalloc(1, sizeof(struct guest));
        snprintf((*slot)->id, sizeof((*slot)->id), "%s", r->id);
    }
    struct guest *guest = *slot;
    if (guest) {
        const char *behaviour = up ? behaviour_of(lab, r) : "ok";
        bool slow = strncmp(behaviour, "slow:", 5) == 0;
        if (up && slow)
            up += lab_scaled(lab, strtol(behaviour + 5, NULL, 10) * 1000);
        if (guest->open && strcmp(guest->behaviour, behaviour) != 0)
            close_guest(g, guest);
        snprintf(guest->behaviour, sizeof(guest->behaviour), "%s", behaviour);
        snprintf(guest->name, sizeof(guest->name), "%.60s", json_text(r->doc, "name"));
        guest->site = r->site;
        guest->up_at = up;
        if (!guest->open)
            copy_addresses(lab, r, guest);
    }
    pthread_mutex_unlock(&g->lock);
    wake(g);
}

void guests_refresh(struct lab *lab)
{
    for (int s = 0; s < SITE_COUNT; s++)
        for (size_t i = 0; i < world_count(&lab->world, s, K_SERVER); i++)
            guests_changed(lab, world_at(&lab->world, s, K_SERVER, i));
}
