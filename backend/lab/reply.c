/*
 * The replies, and the five ways in which OpenStack words an error. Which
 * service uses which was read from real ones.
 */
#include "backend/lab/call.h"

#include "backend/base/text.h"
#include "backend/lab/route.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct status_row {
    int status;
    const char *title, *word; /* Nova's and Cinder's name of the fault */
};

static const struct status_row STATUS[] = {
    {300, "Multiple Choices", "computeFault"},
    {400, "Bad Request", "badRequest"},
    {401, "Unauthorized", "unauthorized"},
    {403, "Forbidden", "forbidden"},
    {404, "Not Found", "itemNotFound"},
    {405, "Method Not Allowed", "badMethod"},
    {406, "Not Acceptable", "computeFault"},
    {409, "Conflict", "conflictingRequest"},
    {413, "Request Entity Too Large", "overLimit"},
    {415, "Unsupported Media Type", "badMediaType"},
    {429, "Too Many Requests", "overLimit"},
    {500, "Internal Server Error", "computeFault"},
    {501, "Not Implemented", "notImplemented"},
    {502, "Bad Gateway", "computeFault"},
    {503, "Service Unavailable", "serviceUnavailable"},
    {504, "Gateway Timeout", "computeFault"},
};

static const struct status_row *status_row(int status)
{
    static const struct status_row other = {0, "Error", "computeFault"};
    for (size_t i = 0; i < sizeof(STATUS) / sizeof(STATUS[0]); i++)
        if (STATUS[i].status == status)
            return &STATUS[i];
    return &other;
}

void reply_clear(struct call *c)
{
    json_decref(c->reply.json);
    free(c->reply.text);
    int64_t late = c->reply.late_ms;
    c->reply = (struct reply){.late_ms = late};
}

void reply_settle(struct call *c)
{
    if (!c->reply.json || c->reply.text)
        return;
    c->reply.text = json_dumps(c->reply.json, JSON_ENCODE_ANY);
    c->reply.text_len = c->reply.text ? strlen(c->reply.text) : 0;
    json_decref(c->reply.json);
    c->reply.json = NULL;
}

void reply_json(struct call *c, int status, json_t *doc)
{
    json_decref(c->reply.json);
    c->reply.json = doc;
    c->reply.status = doc ? status : 500;
    c->reply.type = "application/json";
}

void reply_empty(struct call *c, int status)
{
    c->reply.status = status;
    c->reply.type = NULL;
}

void reply_text(struct call *c, int status, const char *type, const char *text)
{
    free(c->reply.text);
    c->reply.text = xstrdup(text);
    c->reply.text_len = strlen(text);
    c->reply.status = status;
    c->reply.type = type;
}

void reply_header(struct call *c, const char *name, const char *value)
{
    if (c->reply.header_count == CALL_HEADERS)
        return;
    c->reply.headers[c->reply.header_count++] =
        (struct param){arena_strdup(&c->mem, name), arena_strdup(&c->mem, value)};
}

void reply_web(struct call *c, int status, const char *text)
{
    const char *accept = call_header(c, "Accept");
    const struct status_row *row = status_row(status);
    const char *html = accept && (strstr(accept, "html") || strstr(accept, "*/*")) ? "" : NULL;
    if (!html && accept && strstr(accept, "json")) {
        json_t *doc = json_object();
        json_put_text(doc, "message", call_text(c, "%s<br /><br />\n\n\n", text));
        json_put_text(doc, "code", call_text(c, "%d %s", status, row->title));
        json_put_text(doc, "title", row->title);
        reply_json(c, status, doc);
        return;
    }
    if (!html) {
        reply_text(c, status, "text/plain; charset=UTF-8",
                   call_text(c, "%d %s\n\n%s\n\n\n", status, row->title, text));
        return;
    }
    reply_text(c, status, "text/html; charset=UTF-8",
               call_text(c,
                         "<html>\n <head>\n  <title>%d %s</title>\n </head>\n <body>\n"
                         "  <h1>%d %s</h1>\n  %s<br /><br />\n\n\n\n </body>\n</html>",
                         status, row->title, status, row->title, text));
}

static void fail_nova(struct call *c, int status, const char *text)
{
    const struct status_row *row = status_row(status);
    json_t *fault = json_object();
    json_put_int(fault, "code", status);
    json_put_text(fault, "message", text);
    if (status == 413) {
        json_put_text(fault, "retryAfter", "0");
        reply_header(c, "Retry-After", "0");
    }
    json_t *doc = json_object();
    json_put(doc, row->word, fault);
    reply_json(c, status, doc);
}

static void fail_neutron(struct call *c, int status, const char *type, const char *text)
{
    json_t *fault = json_object();
    json_put_text(fault, "type", type ? type : status == 400 ? "HTTPBadRequest" : "HTTPError");
    json_put_text(fault, "message", text);
    json_put_text(fault, "detail", "");
    json_t *doc = json_object();
    json_put(doc, "NeutronError", fault);
    reply_json(c, status, doc);
}

static void fail_keystone(struct call *c, int status, const char *text)
{
    json_t *fault = json_object();
    json_put_int(fault, "code", status);
    json_put_text(fault, "title", status_row(status)->title);
    json_put_text(fault, "message", text);
    json_t *doc = json_object();
    json_put(doc, "error", fault);
    reply_json(c, status, doc);
}

static void fail_array(struct call *c, int status, const char *context, const char *text)
{
    json_t *one = json_object();
    json_put_text(one, "context", context);
    json_put_text(one, "message", text);
    json_put(one, "location_context", json_null());
    json_t *list = json_array();
    json_array_append_new(list, one);
    json_t *doc = json_object();
    json_put(doc, "errors", list);
    reply_json(c, status, doc);
}

static void fail_by_shape(struct call *c, int status, const char *type, const char *text)
{
    enum shape shape = c->service ? c->service->shape : SHAPE_GLANCE;
    /* The token middleware answers 401 alike in front of all services but Glance. */
    if (status == 401 && shape != SHAPE_GLANCE && shape != SHAPE_ARRAY)
        shape = SHAPE_KEYSTONE;
    switch (shape) {
    case SHAPE_NOVA:
        fail_nova(c, status, text);
        break;
    case SHAPE_NEUTRON:
        fail_neutron(c, status, type, text);
        break;
    case SHAPE_KEYSTONE:
    case SHAPE_CONTROL:
        fail_keystone(c, status, text);
        break;
    case SHAPE_GLANCE:
        reply_web(c, status, text);
        break;
    case SHAPE_ARRAY:
        fail_array(c, status, type, text);
        break;
    }
}

void reply_fail(struct call *c, int status, const char *type, const char *fmt, ...)
{
    char raw[4096], text[4096];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text_lines(text, sizeof(text), raw);
    fail_by_shape(c, status, type, text);
    if (status == 401 && c->site >= 0)
        reply_header(c, "WWW-Authenticate",
                     call_text(c, "Keystone uri=\"%s/identity\"", call_site(c)->url));
}
