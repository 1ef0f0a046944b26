/*
 * lab: what the parts of the simulated cloud share.
 *
 * The threads: one a listening server (two sites and the control interface),
 * each inside libmicrohttpd; one that resumes delayed replies (late); one that
 * owns the guests' sockets and lets time pass when nobody calls (guest). They
 * meet at the world's lock and nowhere else.
 */
#ifndef PC_LAB_LAB_H
#define PC_LAB_LAB_H

#include "backend/lab/options.h"
#include "backend/lab/world.h"

struct chronicle;
struct late;
struct faults;
struct guests;
struct http;

enum { COUNTER_SERVICES = 8, COUNTER_VERBS = 6 };

struct site {
    const char *name, *region; /* "site-a", "RegionA" */
    const char *array_name;    /* "array-a" */
    const char *host, *pool;   /* Cinder's names of the back end */
    char array_token[40];
    int port;
    char url[64]; /* http://127.0.0.1:PORT */
    struct http *http;
    bool outage;
    int64_t outage_since; /* wall ms, while there is one */
    uint64_t counters[COUNTER_SERVICES][COUNTER_VERBS];
};

struct lab {
    struct options opt;
    struct world world;
    struct disk *disk;
    struct site sites[SITE_COUNT];
    struct late *late;
    struct faults *faults;
    struct chronicle *chronicle;
    struct guests *guests;
    struct http *control;
    int control_port;
    char control_url[64];
    int net;         /* guests live in 127.net.0.0/16 */
    bool low_ports;  /* 22, 80 and 443 can be bound there */
    long capacity;   /* vcpus a site */
    int64_t born;    /* wall ms of the first start */
    int64_t started; /* wall ms of this one */
};

/* The one password of all the lab's users: it protects nothing. */
#define LAB_SECRET "lab-secret"

/* A sampled duration in ms, divided by --speed; world lock held. */
int64_t lab_span(struct lab *lab, const struct dist *dist);
/* A fixed duration in ms, divided by --speed, at least 1. */
int64_t lab_scaled(const struct lab *lab, int64_t ms);

#endif
