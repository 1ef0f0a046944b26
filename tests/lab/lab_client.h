/*
 * lab_client: a lab as a child process, and calls to it, for the lab's tests.
 *
 * Everything fails the test at once (cmocka is not needed here: abort with a
 * line on stderr) when the lab does not start; calls report what came back.
 */
#ifndef PC_TESTS_LAB_CLIENT_H
#define PC_TESTS_LAB_CLIENT_H

#include "backend/base/json.h"

#include <sys/types.h>

enum { A, B };

struct lab_child {
    pid_t pid;
    char dir[64];
    char url[2][64], control[64], token[2][256], project[2][40];
};

/* Starts a lab in a new directory (or, again, in the same) with up to 8 more
 * options, ended by NULL, and logs in as demo on both sites. */
void lab_up(struct lab_child *lab, const char *const *options);
void lab_again(struct lab_child *lab, const char *const *options);
/* A lab that somebody else has started, in that directory, as another user ("demo", "admin") of both
 * its sites. It owns nothing. */
struct lab_child lab_client(const char *dir, const char *user);
void lab_kill(struct lab_child *lab, int sig); /* and waits */
void lab_down(struct lab_child *lab);          /* and removes the directory */

struct answer {
    int curl;   /* CURLcode */
    int status; /* HTTP; 0: none */
    json_t *json;
    char *text, *headers;
};
void answer_release(struct answer *a);
/* The header's value, caller frees; NULL when absent. */
char *answer_header(const struct answer *a, const char *name);

/* url is whole; headers are "Name: value" lines ended by NULL, may be NULL. */
struct answer http(const char *verb, const char *url, const char *body,
                   const char *const *headers);
/* path is "/compute/v2.1/servers"; version is NULL or "compute 2.90". */
struct answer call(const struct lab_child *lab, int site, const char *verb, const char *path,
                   const char *version, const char *body);
/* The same, but only the status, or a JSON that must come with `status`. */
int call_status(const struct lab_child *lab, int site, const char *verb, const char *path,
                const char *version, const char *body);
json_t *call_json(const struct lab_child *lab, int site, const char *verb, const char *path,
                  const char *version, const char *body, int status);
struct answer control(const struct lab_child *lab, const char *verb, const char *path,
                      const char *body);
/* Fails the test when the lab refuses the fault. */
void fault(const struct lab_child *lab, const char *json);
/* A call to a site's array, "/volumes?...", with a session of its own. */
struct answer array_call_to(const struct lab_child *lab, int site, const char *verb,
                            const char *path, const char *body);
/* The same, which must come with 200; then its items. */
struct answer array_ask(const struct lab_child *lab, int site, const char *verb, const char *path,
                        const char *body);
const json_t *answer_item(const struct answer *a, size_t i);
size_t answer_items(const struct answer *a);
/* Logs in; *token of 256 bytes. Returns the HTTP status. */
int login(struct lab_child *lab, int site, const char *user, const char *secret, char *token);

/* Polls path until key's "status" is `want` (404: until gone); false after 10 s. */
bool wait_status(const struct lab_child *lab, int site, const char *path, const char *key,
                 const char *want);
bool wait_gone(const struct lab_child *lab, int site, const char *path);
/* Id of the resource called name in the list at path; caller frees. */
char *id_of(const struct lab_child *lab, int site, const char *path, const char *key,
            const char *name);
void nap(long ms);

#endif
