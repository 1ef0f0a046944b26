#include "backend/lab/fault/cli.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/lab/fault/fault.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int usage(FILE *out, const char *problem)
{
    if (problem)
        fprintf(out, "protector-lab fault: %s\n", problem);
    fputs("usage: protector-lab fault --state-dir DIR add [--site site-a|site-b]\n"
          "           [--service identity|compute|volume|network|image|array] [--verb VERB]\n"
          "           [--path GLOB] [--nth N] [--count K] --do ACTION [KEY=VALUE...]\n"
          "           KEY: body (a text in the request's body), message, retry-after, group, volume\n"
          "       protector-lab fault --state-dir DIR list\n"
          "       protector-lab fault --state-dir DIR clear [ID]\n\n"
          "GLOB is matched against the path after the service's version ('/servers*') or\n"
          "the whole path. Without --nth every matching call is struck, with it the Nth\n"
          "(and --count in all, 0: all that follow). ACTION is one of\n",
          out);
    fault_actions_help(out);
    return problem ? 2 : 0;
}

/* ---- talking to the lab ----------------------------------------------- */

static int control_port(const char *dir)
{
    char *path = xasprintf("%s/lab.json", dir);
    json_t *doc = json_load_file(path, 0, NULL);
    const char *colon = strrchr(json_text(doc, "control_url"), ':');
    long port = 0;
    if (!colon || !text_to_long(colon + 1, 1, 65535, &port))
        port = 0;
    json_decref(doc);
    free(path);
    return (int)port;
}

static bool send_all(int fd, const char *text, size_t n)
{
    while (n) {
        ssize_t put = send(fd, text, n, MSG_NOSIGNAL);
        if (put <= 0)
            return false;
        text += put;
        n -= (size_t)put;
    }
    return true;
}

/* One request, the whole answer; false when the lab does not answer. */
static bool exchange(int port, const char *verb, const char *path, const char *body,
                     struct buf *answer)
{
    char chunk[4096];
    ssize_t n = 0;
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char *request = xasprintf("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                              "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              verb, path, strlen(body), body);
    bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
              send_all(fd, request, strlen(request));
    while (ok && (n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
        ok = buf_add(answer, chunk, (size_t)n);
    if (fd >= 0)
        close(fd);
    free(request);
    return ok && n == 0;
}

static int tell(const char *dir, const char *verb, const char *path, const char *body)
{
    struct buf answer;
    int status = 0, port = control_port(dir), code = 0;
    buf_init(&answer, 1024 * 1024);
    if (!port || !exchange(port, verb, path, body, &answer)) {
        fprintf(stderr, "protector-lab fault: no lab answers for %s\n"
                        "  Start it: protector-lab --state-dir %s\n", dir, dir);
        code = 69;
    } else {
        sscanf(buf_text(&answer), "HTTP/1.1 %d", &status);
        const char *text = strstr(buf_text(&answer), "\r\n\r\n");
        bool good = status >= 200 && status < 300;
        fprintf(good ? stdout : stderr, "%s\n", text ? text + 4 : "");
        code = good ? 0 : 2;
    }
    buf_release(&answer);
    return code;
}

/* ---- the command line ------------------------------------------------- */

static const struct {
    const char *option, *key;
    bool number;
} WORDS[] = {
    {"--site", "site", false}, {"--service", "service", false}, {"--verb", "verb", false},
    {"--path", "path", false}, {"--nth", "nth", true},          {"--count", "count", true},
    {"--do", "do", false},
};

static const char *parse_word(json_t *doc, int argc, char **argv, int *i)
{
    const char *eq = strchr(argv[*i], '=');
    for (size_t k = 0; k < sizeof(WORDS) / sizeof(WORDS[0]); k++) {
        long n;
        if (strcmp(argv[*i], WORDS[k].option) != 0)
            continue;
        if (++*i >= argc)
            return "an option lacks its value";
        if (!WORDS[k].number)
            json_put_text(doc, WORDS[k].key, argv[*i]);
        else if (text_to_long(argv[*i], 0, 1000000, &n))
            json_put_int(doc, WORDS[k].key, n);
        else
            return "--nth and --count take numbers";
        return NULL;
    }
    if (argv[*i][0] == '-' || !eq || eq == argv[*i])
        return "an option is not known";
    char *key = xstrndup(argv[*i], (size_t)(eq - argv[*i]));
    json_put_text(doc, key, eq + 1);
    free(key);
    return NULL;
}

static int add(const char *dir, int argc, char **argv)
{
    json_t *doc = json_object();
    const char *problem = NULL;
    for (int i = 0; i < argc && !problem; i++)
        problem = parse_word(doc, argc, argv, &i);
    if (!problem && !*json_text(doc, "do"))
        problem = "--do is missing";
    char *body = json_compact(doc);
    int code = problem ? usage(stderr, problem) : tell(dir, "POST", "/faults", body);
    free(body);
    json_decref(doc);
    return code;
}

static int clear(const char *dir, const char *id)
{
    char path[64];
    snprintf(path, sizeof(path), "/faults%s%.20s", id ? "/" : "", id ? id : "");
    return tell(dir, "DELETE", path, "");
}

int fault_cli(int argc, char **argv)
{
    const char *dir = NULL;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return usage(stdout, NULL);
        if (strcmp(argv[i], "--state-dir") != 0 || i + 1 >= argc)
            return usage(stderr, "an option is not known");
        dir = argv[++i];
    }
    if (!dir || i >= argc)
        return usage(stderr, dir ? "say add, list or clear" : "--state-dir is missing");
    if (strcmp(argv[i], "add") == 0)
        return add(dir, argc - i - 1, argv + i + 1);
    if (strcmp(argv[i], "list") == 0)
        return tell(dir, "GET", "/faults", "");
    if (strcmp(argv[i], "clear") == 0)
        return clear(dir, i + 1 < argc ? argv[i + 1] : NULL);
    return usage(stderr, "say add, list or clear");
}
