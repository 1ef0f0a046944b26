/*
 * yaml_tree: one YAML document as a tree of text, for configuration files.
 *
 * Scalars stay the text that was written (a password of digits is no number);
 * aliases share their node, and merge keys (<<) are carried out. Every node
 * knows its file and line. What could hurt is refused: documents larger than
 * 1 MiB or deeper than 32, aliases that multiply, tags other than YAML's own.
 * Errors never quote the document, because a password may stand there.
 *
 * Nodes live in the caller's arena and are not changed once they are built;
 * yaml_overlay() makes new ones. Any thread.
 */
#ifndef PC_CLOUD_YAML_TREE_H
#define PC_CLOUD_YAML_TREE_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

enum yaml_kind { YAML_SCALAR, YAML_MAP, YAML_LIST };

struct yaml_entry {
    const char *key; /* NULL in a list */
    struct yaml_node *value;
};

struct yaml_node {
    enum yaml_kind kind;
    const char *text;   /* of a scalar */
    bool plain;         /* a scalar without quotes and tag */
    bool complete;      /* false while it is being read */
    const char *source; /* file, or what else it came from */
    int line;           /* from 1; 0 none */
    struct yaml_entry *entries;
    size_t count, room;
    size_t weight; /* nodes below, aliases counted each time; at least 1 */
};

enum {
    YAML_MOST_BYTES = 1 << 20,
    YAML_MOST_DEPTH = 32,
    YAML_MOST_NODES = 100000, /* aliases counted each time */
    YAML_MOST_ENTRIES = 4096, /* of one mapping or list */
    YAML_MOST_ANCHORS = 1000,
};

/* Called for each key that stands twice in one mapping (the last one counts). */
typedef void yaml_twice(void *arg, const char *source, const char *key, int line, int first_line);

/* Sets *ret to the document's root, NULL when the document is empty. `source`
 * is copied. PC_ERR_CONFIG with line. */
enum pc_err yaml_parse(struct arena *a, const char *source, const char *bytes, size_t len,
                       yaml_twice *twice, void *arg, struct yaml_node **ret, struct pc_error *err);

/* The value of a key, NULL when absent or null, or `map` is NULL or no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* null, ~ or nothing, written without quotes. NULL is null too. */
bool yaml_is_null(const struct yaml_node *n);
/* YAML 1.1's words, in any case: y yes true on, n no false off; also 1 and 0.
 * False when it is neither. */
bool yaml_to_flag(const struct yaml_node *n, bool *ret);

struct yaml_node *yaml_new_map(struct arena *a, const char *source, int line);
struct yaml_node *yaml_new_text(struct arena *a, const char *text, const char *source, int line);
/* Appends to a list (key NULL) or, unseen before, to a map. key is lent. */
void yaml_add(struct arena *a, struct yaml_node *n, const char *key, struct yaml_node *value);
/* Sets a key of a map from yaml_new_map or yaml_overlay. key is copied. */
void yaml_put(struct arena *a, struct yaml_node *map, const char *key, struct yaml_node *value);
/* A new map: `under`, and `over` on top of it. `deep`: mappings in both are
 * overlaid likewise, else replaced. Either may be NULL. */
struct yaml_node *yaml_overlay(struct arena *a, const struct yaml_node *under,
                               const struct yaml_node *over, bool deep);

/* pc_error_set with the node's source and line. */
enum pc_err yaml_error(struct pc_error *err, enum pc_err code, const struct yaml_node *at,
                       const char *remedy, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* Sets err's source and line; the end of a long source is what is kept. */
void yaml_mark(struct pc_error *err, const char *source, int line);

#endif
