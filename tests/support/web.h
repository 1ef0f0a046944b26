/*
 * web: a scripted HTTP server for tests, on raw sockets so that it can also
 * misbehave: reset, hang, drip, stop half-way, answer garbage or too much.
 *
 * It listens on 127.0.0.1, a thread for each connection. Answers come from
 * rules: the first whose method and target prefix fit and that is not used up
 * is taken. Every request is kept for the test to look at.
 */
#ifndef PC_TESTS_SUPPORT_WEB_H
#define PC_TESTS_SUPPORT_WEB_H

#include <stdbool.h>
#include <stddef.h>

enum web_fault {
    WEB_PROPER,
    WEB_RESET,   /* reads the request, then RST */
    WEB_CLOSE,   /* reads the request, then closes */
    WEB_HALF,    /* promises the whole body, sends half, closes */
    WEB_HANG,    /* reads the request and never answers */
    WEB_DRIP,    /* sends its answer a byte at a time, 50 ms apart */
    WEB_RAW,     /* sends `body` as it is, without a status line, and closes */
    WEB_ENDLESS, /* a body without length that never ends */
};

/* Strings must outlive the server; "{base}" in them becomes its URL. */
struct web_answer {
    int status;          /* 0: 200 */
    const char *headers; /* "Name: value\r\nName: value\r\n", NULL none */
    const char *body;    /* NULL none */
    size_t oversize;     /* instead of body: so many bytes, with their length */
    enum web_fault fault;
    int delay_ms; /* before it answers or misbehaves */
};

struct web_request {
    char method[16], target[2048];
    char *head;     /* request line and headers */
    char *body;     /* NUL-ended */
    int connection; /* counted from 1 */
};

struct web *web_new(void);
void web_free(struct web *w);
const char *web_base(const struct web *w); /* "http://127.0.0.1:40123" */
int web_port(const struct web *w);

/* Answers `times` requests (0: all) whose target starts with prefix. method
 * NULL: any. Rules added first are looked at first. Without a rule: 404. */
void web_rule(struct web *w, const char *method, const char *prefix, int times,
              struct web_answer answer);
/* Forgets rules and requests. */
void web_clear(struct web *w);

int web_count(struct web *w, const char *method, const char *prefix);
/* From 1; NULL when there were fewer. Lent until web_clear. */
const struct web_request *web_nth(struct web *w, const char *method, const char *prefix, int nth);
/* Value of a header of a request, cut to fit; "" absent. Returns dst. */
const char *web_header(const struct web_request *r, const char *name, char *dst, size_t size);
int web_connections(struct web *w);

#endif
