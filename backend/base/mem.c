#include "backend/base/mem.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
    /* No stdio: its own buffer may be what could not be had. */
    static const char text[] = "protector-console: out of memory\n";
    fputs(text, stderr);
    abort();
}

void mem_one_heap(void)
{
    mallopt(M_ARENA_MAX, 1);
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *xrealloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);
    if (!q)
        out_of_memory();
    return q;
}

char *xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *p = xmalloc(len + 1);
    memcpy(p, s, len);
    p[len] = '\0';
    return p;
}

char *xasprintf(const char *fmt, ...)
{
    va_list ap;
    char *p = NULL;
    va_start(ap, fmt);
    int n = vasprintf(&p, fmt, ap);
    va_end(ap);
    if (n < 0 || !p)
        out_of_memory();
    return p;
}

void *xgrow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity && array)
        return array;
    size_t to = *capacity ? *capacity : 8;
    while (to < need)
        to *= 2;
    if (size && to > SIZE_MAX / size)
        out_of_memory();
    *capacity = to;
    return xrealloc(array, to * size);
}

/* The first of what is not known; each further one is half of all before, within
 * bounds. */
enum { BLOCK_FIRST = 1008 - 48, BLOCK_LEAST = 256, BLOCK_MOST = 4096 };

struct arena_block {
    struct arena_block *next;
    size_t used, size, before; /* before: bytes of all older ones */
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a)
{
    a->head = NULL;
}

void arena_release(struct arena *a)
{
    while (a->head) {
        struct arena_block *next = a->head->next;
        free(a->head);
        a->head = next;
    }
}

static struct arena_block *new_block(struct arena *a, size_t room)
{
    size_t before = a->head ? a->head->before + a->head->size : 0;
    struct arena_block *b = xcalloc(1, sizeof(*b) + room);
    b->size = room;
    b->before = before;
    b->next = a->head;
    a->head = b;
    return b;
}

/* What has room for `size`. */
static struct arena_block *next_block(struct arena *a, size_t size)
{
    size_t room = a->head ? (a->head->before + a->head->size) / 2 : BLOCK_FIRST;
    room = room < BLOCK_LEAST ? BLOCK_LEAST : room > BLOCK_MOST ? BLOCK_MOST : room;
    return new_block(a, room < size ? size : room);
}

void arena_expect(struct arena *a, size_t size)
{
    new_block(a, size);
}

static void *take(struct arena *a, size_t size, size_t align)
{
    struct arena_block *b = a->head;
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size_t at = b ? (b->used + align - 1) / align * align : 0;
    if (!b || at > b->size || b->size - at < size) {
        b = next_block(a, size);
        at = 0;
    }
    b->used = at + size;
    return b->data + at;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return take(a, size, alignof(max_align_t));
}

void *arena_bytes(struct arena *a, size_t size)
{
    return take(a, size, 1);
}

char *arena_strdup(struct arena *a, const char *s)
{
    if (!s)
        return NULL;
    static char empty[1];
    size_t n = strlen(s) + 1;
    return n == 1 ? empty : memcpy(take(a, n, 1), s, n);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        out_of_memory();
    char *p = take(a, (size_t)n + 1, 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}
