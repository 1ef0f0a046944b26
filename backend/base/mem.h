/*
 * mem: allocation that cannot fail half-way, and arenas.
 *
 * Running out of memory aborts the process. That is safe here and nowhere
 * better: every act is journalled before it is done, so the next start finds
 * and resumes what was running, and the terminal is restored by the handler
 * of SIGABRT. It spares every caller an error path that no test can reach.
 *
 * Any thread. An arena belongs to one thread at a time.
 */
#ifndef PC_BASE_MEM_H
#define PC_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* One heap for all threads: what one frees serves another, and it grows by more than a page
 * at a time. Before there is a second thread. */
void mem_one_heap(void);
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull, nonnull));
char *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull, nonnull));
char *xasprintf(const char *fmt, ...) __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

/* Doubles *capacity (first to 8) until it holds `need` elements of `size`. */
void *xgrow(void *array, size_t *capacity, size_t need, size_t size)
    __attribute__((returns_nonnull));

/* Objects that live and die together: allocated one by one, freed at once. */
struct arena {
    struct arena_block *head;
};

void arena_init(struct arena *a);
/* Before anything else: so much will be wanted. Of what is about right, there is
 * little left over when there are thousands. */
void arena_expect(struct arena *a, size_t size);
void arena_release(struct arena *a);
/* Zeroed memory, aligned for any type; freed by arena_release. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));
/* The same for bytes, which need no alignment. */
void *arena_bytes(struct arena *a, size_t size) __attribute__((returns_nonnull));
/* NULL gives NULL. Not to be written to: all that are empty are one. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3)));

#endif
