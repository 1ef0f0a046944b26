#include "tests/engine/support/lab.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <curl/curl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { READY_MS = 30000, ANSWER_CAP = 16 * 1024 * 1024 };

/* ---- the child ---------------------------------------------------------------- */

static bool spawn(struct test_lab *l, int out)
{
    extern char **environ;
    char dir[80], fd[16];
    snprintf(dir, sizeof(dir), "%s/lab", l->dir);
    snprintf(fd, sizeof(fd), "%d", out);
    const char *argv[] = {PC_BIN_DIR "/protector-lab", "--state-dir", dir, "--speed", "20",
                          "--latency", "none", "--ready-fd", fd, "--die-with-parent", NULL};
    return posix_spawn(&l->pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) == 0;
}

bool lab_begin(struct test_lab *l)
{
    int fds[2];
    char path[96], word[8] = "";
    json_seed();
    snprintf(l->dir, sizeof(l->dir), "/tmp/pc-engine-XXXXXX");
    if (!mkdtemp(l->dir) || pipe(fds) != 0)
        return false;
    snprintf(path, sizeof(path), "%s/lab", l->dir);
    mkdir(path, 0700);
    bool ok = spawn(l, fds[1]);
    close(fds[1]);
    struct pollfd p = {.fd = fds[0], .events = POLLIN};
    ok = ok && poll(&p, 1, READY_MS) == 1 && read(fds[0], word, sizeof(word) - 1) >= 5;
    close(fds[0]);
    snprintf(path, sizeof(path), "%s/lab/lab.json", l->dir);
    json_t *told = json_load_file(path, 0, NULL);
    snprintf(l->control, sizeof(l->control), "%s", json_text(told, "control_url"));
    snprintf(l->config, sizeof(l->config), "%s/lab/protector-console.cfg", l->dir);
    json_decref(told);
    return ok && strcmp(word, "ready\n") == 0 && *l->control;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void lab_over(struct test_lab *l)
{
    if (l->pid > 0) {
        kill(l->pid, SIGTERM);
        waitpid(l->pid, NULL, 0);
    }
    nftw(l->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- the control interface ------------------------------------------------------ */

static size_t take(char *data, size_t size, size_t count, void *arg)
{
    return buf_add(arg, data, size * count) ? count : 0;
}

json_t *lab_ask(const struct test_lab *l, const char *verb, const char *path, const char *body)
{
    struct buf answer;
    long status = 0;
    char *url = xasprintf("%s%s", l->control, path);
    CURL *c = curl_easy_init();
    buf_init(&answer, ANSWER_CAP);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, verb);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 30L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &answer);
    if (body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    CURLcode rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(c);
    if (rc != CURLE_OK || status < 200 || status > 299)
        fail_msg("the lab: %s %s %s: %s, HTTP %ld: %s", verb, path, body ? body : "",
                 curl_easy_strerror(rc), status, buf_text(&answer));
    json_t *o = json_loads(buf_text(&answer), 0, NULL);
    buf_release(&answer);
    free(url);
    return o;
}

void lab_fault(const struct test_lab *l, const char *fault)
{
    json_decref(lab_ask(l, "POST", "/faults", fault));
}

int lab_struck(const struct test_lab *l)
{
    json_t *o = lab_ask(l, "GET", "/faults", NULL), *f;
    int64_t n = 0;
    size_t i;
    json_array_foreach(json_list(o, "faults"), i, f)
        n += json_int(f, "struck", 0);
    json_decref(o);
    return (int)n;
}

void lab_outage(const struct test_lab *l, const char *site, bool on)
{
    char body[96];
    snprintf(body, sizeof(body), "{\"site\":\"%s\",\"on\":%s}", site, on ? "true" : "false");
    json_decref(lab_ask(l, "POST", "/outage", body));
}

void lab_guests(const struct test_lab *l, const char *name_glob, const char *guest)
{
    char body[160];
    snprintf(body, sizeof(body), "{\"site\":\"site-b\",\"name\":\"%s\",\"guest\":\"%s\"}",
             name_glob, guest);
    json_decref(lab_ask(l, "POST", "/scenarios", body));
}

void lab_mend(const struct test_lab *l)
{
    json_t *s;
    size_t i;
    json_decref(lab_ask(l, "DELETE", "/faults", NULL));
    lab_outage(l, "site-a", false);
    lab_outage(l, "site-b", false);
    json_t *moods = lab_all(l, "site-b", "scenario");
    json_array_foreach(moods, i, s)
        lab_guests(l, json_text(s, "name"), "ok");
    json_decref(moods);
    json_decref(lab_ask(l, "DELETE", "/counters", NULL));
}

/* ---- what is there -------------------------------------------------------------- */

json_t *lab_all(const struct test_lab *l, const char *site, const char *kind)
{
    char path[96];
    snprintf(path, sizeof(path), "/state?site=%s&kind=%s", site, kind);
    json_t *o = lab_ask(l, "GET", path, NULL);
    json_t *list = json_incref(json_list(o, "documents"));
    json_decref(o);
    return list;
}

json_t *lab_site(const struct test_lab *l, const char *site)
{
    static const char *const kinds[] = {"server", "volume", "port", "network", "subnet"};
    json_t *all = json_object();
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        json_put(all, kinds[k], lab_all(l, site, kinds[k]));
    return all;
}

int lab_writes(const struct test_lab *l, const char *site)
{
    json_t *o = lab_ask(l, "GET", "/state", NULL), *s, *counts, *n;
    const char *service, *verb;
    int64_t writes = 0;
    size_t i;
    json_array_foreach(json_list(o, "sites"), i, s) {
        if (strcmp(json_text(s, "name"), site) != 0)
            continue;
        json_object_foreach(json_map(s, "calls"), service, counts) {
            bool log_in = strcmp(service, "identity") == 0 || strcmp(service, "array") == 0;
            json_object_foreach(counts, verb, n)
                if (strcmp(verb, "GET") != 0 && strcmp(verb, "HEAD") != 0 &&
                    !(log_in && strcmp(verb, "POST") == 0))
                    writes += json_integer_value(n);
        }
    }
    json_decref(o);
    return (int)writes;
}
