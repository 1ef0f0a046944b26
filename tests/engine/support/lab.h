/*
 * lab: protector-lab as a child of a test, and what the test asks of it: the
 * documents of its sites, who called what, faults, outages, moods of guests.
 * One thread; failures end the test at once.
 */
#ifndef PC_TESTS_ENGINE_LAB_H
#define PC_TESTS_ENGINE_LAB_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct test_lab {
    char dir[64];       /* made by mkdtemp; dir/lab is the lab's own */
    char control[96];   /* URL of its control interface */
    char config[128];   /* the configuration that names its two sites */
    pid_t pid;
};

/* Returns when it serves; false: it did not start. */
bool lab_begin(struct test_lab *l);
/* Ends it and removes its directory. */
void lab_over(struct test_lab *l);

/* The control interface; body NULL: none. The caller decrefs. */
json_t *lab_ask(const struct test_lab *l, const char *verb, const char *path, const char *body);
/* {"do": "status=503", "site", "service", "verb", "path", "nth", "count"...} */
void lab_fault(const struct test_lab *l, const char *fault);
/* How often faults have struck since the last lab_mend(). */
int lab_struck(const struct test_lab *l);
void lab_outage(const struct test_lab *l, const char *site, bool on);
/* guest: "ok", "slow:SECONDS", "flap", "refuse" or "503". */
void lab_guests(const struct test_lab *l, const char *name_glob, const char *guest);
/* No fault, no outage, guests well, counters at zero. */
void lab_mend(const struct test_lab *l);

/* Everything of one kind on a site: an array of the lab's documents. */
json_t *lab_all(const struct test_lab *l, const char *site, const char *kind);
/* {"server": [...], "volume", "port", "network", "subnet"}: to compare. */
json_t *lab_site(const struct test_lab *l, const char *site);
/* Calls other than reads that a site got since lab_mend(), log-ins left out. */
int lab_writes(const struct test_lab *l, const char *site);

#endif
