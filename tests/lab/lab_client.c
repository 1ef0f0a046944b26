#include "tests/lab/lab_client.h"

#include "backend/base/buf.h"
#include "backend/base/mem.h"

#include <curl/curl.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BODY_CAP = 256 * 1024 * 1024, CALL_SECONDS = 30, OPTIONS_MAX = 16 };

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "lab_client: %s\n", what);
    abort();
}

void nap(long ms)
{
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* ---- the child -------------------------------------------------------- */

static void child(struct lab_child *lab, const char *const *options, int out)
{
    char program[] = PC_BIN_DIR "/protector-lab", dir_option[] = "--state-dir";
    char *argv[OPTIONS_MAX] = {program, dir_option, lab->dir};
    size_t n = 3;
    while (options && *options && n + 1 < OPTIONS_MAX)
        argv[n++] = xstrdup(*options++);
    dup2(out, STDOUT_FILENO);
    execv(program, argv);
    _exit(127);
}

static void read_addresses(struct lab_child *lab)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/lab.json", lab->dir);
    json_t *doc = json_load_file(path, 0, NULL);
    for (int s = 0; s < 2; s++)
        snprintf(lab->url[s], sizeof(lab->url[s]), "%s",
                 json_text(json_array_get(json_list(doc, "sites"), (size_t)s), "url"));
    snprintf(lab->control, sizeof(lab->control), "%s", json_text(doc, "control_url"));
    json_decref(doc);
}

static void log_in(struct lab_child *lab, const char *user)
{
    for (int s = 0; s < 2; s++)
        if (login(lab, s, user, "lab-secret", lab->token[s]) != 201)
            give_up("cannot log in");
}

void lab_again(struct lab_child *lab, const char *const *options)
{
    int pipes[2];
    char word[8] = "";
    if (pipe(pipes) != 0 || (lab->pid = fork()) < 0)
        give_up("no process can be started");
    if (lab->pid == 0)
        child(lab, options, pipes[1]);
    close(pipes[1]);
    if (read(pipes[0], word, sizeof(word) - 1) < 5 || strncmp(word, "ready", 5) != 0)
        give_up("the lab did not get ready");
    close(pipes[0]);
    read_addresses(lab);
    log_in(lab, "demo");
}

struct lab_child lab_client(const char *dir, const char *user)
{
    struct lab_child lab = {.pid = 0};
    snprintf(lab.dir, sizeof(lab.dir), "%s", dir);
    read_addresses(&lab);
    log_in(&lab, user);
    return lab;
}

void lab_up(struct lab_child *lab, const char *const *options)
{
    memset(lab, 0, sizeof(*lab));
    snprintf(lab->dir, sizeof(lab->dir), "/tmp/lab-test-XXXXXX");
    if (!mkdtemp(lab->dir))
        give_up("no directory in /tmp");
    lab_again(lab, options);
}

void lab_kill(struct lab_child *lab, int sig)
{
    if (lab->pid > 0) {
        kill(lab->pid, sig);
        waitpid(lab->pid, NULL, 0);
    }
    lab->pid = 0;
}

void lab_down(struct lab_child *lab)
{
    char path[512];
    lab_kill(lab, SIGTERM);
    DIR *d = opendir(lab->dir);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        snprintf(path, sizeof(path), "%s/%s", lab->dir, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(lab->dir);
}

/* ---- calls ------------------------------------------------------------ */

static size_t take(char *bytes, size_t one, size_t n, void *arg)
{
    return buf_add(arg, bytes, one * n) ? one * n : 0;
}

struct answer http(const char *verb, const char *url, const char *body,
                   const char *const *headers)
{
    struct answer a = {0};
    struct buf text, head;
    struct curl_slist *list = NULL;
    CURL *curl = curl_easy_init();
    buf_init(&text, BODY_CAP);
    buf_init(&head, 65536);
    list = curl_slist_append(list, "Accept: application/json");
    if (body)
        list = curl_slist_append(list, "Content-Type: application/json");
    for (; headers && *headers; headers++)
        list = curl_slist_append(list, *headers);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, verb);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CALL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
    if (body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    long status = 0;
    a.curl = (int)curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    a.status = (int)status;
    a.json = json_loads(buf_text(&text), 0, NULL);
    a.text = buf_take(&text);
    a.headers = buf_take(&head);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    return a;
}

void answer_release(struct answer *a)
{
    json_decref(a->json);
    free(a->text);
    free(a->headers);
    *a = (struct answer){0};
}

char *answer_header(const struct answer *a, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = a->headers; p && *p; p += strcspn(p, "\n"), p += *p == '\n')
        if (strncasecmp(p, name, n) == 0 && p[n] == ':') {
            const char *value = p + n + 1 + strspn(p + n + 1, " ");
            return xstrndup(value, strcspn(value, "\r\n"));
        }
    return NULL;
}

struct answer call(const struct lab_child *lab, int site, const char *verb, const char *path,
                   const char *version, const char *body)
{
    char *url = xasprintf("%s%s", lab->url[site], path);
    char *token = xasprintf("X-Auth-Token: %s", lab->token[site]);
    char *api = xasprintf("OpenStack-API-Version: %s", version ? version : "");
    const char *const headers[] = {token, version ? api : NULL, NULL};
    struct answer a = http(verb, url, body, headers);
    free(url);
    free(token);
    free(api);
    return a;
}

int call_status(const struct lab_child *lab, int site, const char *verb, const char *path,
                const char *version, const char *body)
{
    struct answer a = call(lab, site, verb, path, version, body);
    int status = a.status;
    answer_release(&a);
    return status;
}

json_t *call_json(const struct lab_child *lab, int site, const char *verb, const char *path,
                  const char *version, const char *body, int status)
{
    struct answer a = call(lab, site, verb, path, version, body);
    json_t *doc = json_incref(a.json);
    if (a.status != status) {
        fprintf(stderr, "%s %s: %d, not %d: %s\n", verb, path, a.status, status, a.text);
        json_decref(doc);
        doc = NULL;
    }
    answer_release(&a);
    return doc;
}

struct answer control(const struct lab_child *lab, const char *verb, const char *path,
                      const char *body)
{
    char *url = xasprintf("%s%s", lab->control, path);
    struct answer a = http(verb, url, body, NULL);
    free(url);
    return a;
}

void fault(const struct lab_child *lab, const char *json)
{
    struct answer a = control(lab, "POST", "/faults", json);
    if (a.status != 201)
        give_up(a.text);
    answer_release(&a);
}

int login(struct lab_child *lab, int site, const char *user, const char *secret, char *token)
{
    char *url = xasprintf("%s/identity/v3/auth/tokens", lab->url[site]);
    char *body = xasprintf("{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{"
                           "\"user\":{\"name\":\"%s\",\"domain\":{\"name\":\"Default\"},"
                           "\"password\":\"%s\"}}},\"scope\":{\"project\":{\"name\":\"demo\","
                           "\"domain\":{\"id\":\"default\"}}}}}",
                           user, secret);
    struct answer a = http("POST", url, body, NULL);
    char *id = answer_header(&a, "X-Subject-Token");
    snprintf(token, 256, "%s", id ? id : "");
    snprintf(lab->project[site], sizeof(lab->project[site]), "%s",
             json_text(json_map(json_map(a.json, "token"), "project"), "id"));
    int status = a.status;
    free(id);
    free(url);
    free(body);
    answer_release(&a);
    return status;
}

/* ---- waiting and finding ---------------------------------------------- */

bool wait_status(const struct lab_child *lab, int site, const char *path, const char *key,
                 const char *want)
{
    for (int i = 0; i < 500; i++) {
        struct answer a = call(lab, site, "GET", path, NULL, NULL);
        bool there = key ? strcmp(json_text(json_map(a.json, key), "status"), want) == 0
                         : a.status == 404;
        answer_release(&a);
        if (there)
            return true;
        nap(20);
    }
    return false;
}

bool wait_gone(const struct lab_child *lab, int site, const char *path)
{
    return wait_status(lab, site, path, NULL, NULL);
}

char *id_of(const struct lab_child *lab, int site, const char *path, const char *key,
            const char *name)
{
    struct answer a = call(lab, site, "GET", path, NULL, NULL);
    char *id = NULL;
    size_t i;
    json_t *one;
    json_array_foreach(json_list(a.json, key), i, one) {
        if (!id && strcmp(json_text(one, "name"), name) == 0)
            id = xstrdup(json_text(one, "id"));
    }
    answer_release(&a);
    return id;
}

/* ---- arrays ----------------------------------------------------------- */

/* The api_token of the site's array, from the configuration the lab writes. */
static void array_token(const struct lab_child *lab, int site, char token[64])
{
    char *path = xasprintf("%s/protector-console.cfg", lab->dir), line[512];
    FILE *f = fopen(path, "re");
    int seen = 0;
    *token = '\0';
    while (f && fgets(line, sizeof(line), f)) {
        const char *at = strstr(line, "api_token = \"");
        if (at && seen++ == site)
            sscanf(at, "api_token = \"%63[^\"]", token);
    }
    if (f)
        fclose(f);
    free(path);
}

struct answer array_call_to(const struct lab_child *lab, int site, const char *verb,
                            const char *path, const char *body)
{
    char token[64];
    array_token(lab, site, token);
    char *api = xasprintf("api-token: %s", token);
    char *url = xasprintf("%s/array/api/2.26/login", lab->url[site]);
    struct answer in = http("POST", url, "", (const char *const[]){api, NULL});
    char *session = answer_header(&in, "x-auth-token");
    free(url);
    url = xasprintf("%s/array/api/2.26%s", lab->url[site], path);
    char *header = xasprintf("x-auth-token: %s", session ? session : "");
    const char *const headers[] = {header, "Content-Type: application/json", NULL};
    struct answer a = in.status == 200 ? http(verb, url, body, headers) : in;
    if (in.status == 200)
        answer_release(&in);
    free(api);
    free(url);
    free(header);
    free(session);
    return a;
}

struct answer array_ask(const struct lab_child *lab, int site, const char *verb, const char *path,
                        const char *body)
{
    struct answer a = array_call_to(lab, site, verb, path, body);
    if (a.status != 200) {
        fprintf(stderr, "%s %s: %d %s\n", verb, path, a.status, a.text);
        give_up("the array refused it");
    }
    return a;
}

const json_t *answer_item(const struct answer *a, size_t i)
{
    return json_array_get(json_list(a->json, "items"), i);
}

size_t answer_items(const struct answer *a)
{
    return json_array_size(json_list(a->json, "items"));
}
