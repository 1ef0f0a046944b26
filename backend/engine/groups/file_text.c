#include "backend/engine/groups/file_text.h"

#include "backend/base/jsontext.h"
#include "backend/base/shape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct shape_member OPERATION[] = {
    {.key = "id", .kind = SHAPE_TEXT, .at = offsetof(struct filed_operation, id)},
    {.key = "completed_ms", .kind = SHAPE_INT, .at = offsetof(struct filed_operation, completed_ms)},
};
static const struct shape OPERATION_SHAPE = {
    .members = OPERATION, .count = 2, .size = sizeof(struct filed_operation)};

static const struct shape_member GROUP[] = {
    {.key = "id", .kind = SHAPE_TEXT, .at = offsetof(struct filed_group, id)},
    {.key = "metadata_version", .kind = SHAPE_INT, .at = offsetof(struct filed_group, version),
     .otherwise = -1},
    {.key = "operations", .kind = SHAPE_LIST, .at = offsetof(struct filed_group, operations),
     .count_at = offsetof(struct filed_group, operation_count), .of = &OPERATION_SHAPE},
};
static const struct shape GROUP_SHAPE_FILED = {
    .members = GROUP, .count = 3, .size = sizeof(struct filed_group)};

static bool read_group(struct groups_text *t, struct jsontext *j, size_t *room)
{
    struct filed_group g = {.id = NULL};
    struct jsonspan s;
    if (!jsontext_skip(j, &s))
        return false;
    if (shape_read(&GROUP_SHAPE_FILED, &g, s.at, s.size, &t->arena, NULL, NULL))
        return jsontext_fail(j, "a group that is none");
    g.at = s.at;
    g.size = s.size;
    t->groups = xgrow(t->groups, room, t->count + 1, sizeof(*t->groups));
    t->groups[t->count++] = g;
    return true;
}

static bool read_groups(struct groups_text *t, struct jsontext *j)
{
    size_t room = 0;
    if (!jsontext_enter(j, '['))
        return false;
    while (jsontext_more(j, '['))
        if (!read_group(t, j, &room))
            return false;
    return !j->wrong;
}

static bool is_key(const struct jsonspan *key, const char *name)
{
    return key->size == strlen(name) && memcmp(key->at, name, key->size) == 0;
}

static bool read_all(struct groups_text *t, struct jsontext *j)
{
    struct jsonspan key, value;
    long format = 0;
    int lists = 0;
    if (!jsontext_enter(j, '{'))
        return false;
    while (jsontext_more(j, '{')) {
        if (!jsontext_key(j, &key))
            return false;
        if (is_key(&key, "groups") ? lists++ || !read_groups(t, j) : !jsontext_skip(j, &value))
            return jsontext_fail(j, "a key stands there twice");
        if (is_key(&key, "format"))
            format = strtol(value.at, NULL, 10);
    }
    return jsontext_done(j) && ((format == GROUPS_FILE_FORMAT && lists == 1) ||
                                jsontext_fail(j, "it is of another version"));
}

static int by_id(const void *a, const void *b)
{
    const struct filed_group *const *x = a, *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

static void sort(struct groups_text *t)
{
    t->by_id = xcalloc(t->count, sizeof(struct filed_group *));
    for (size_t i = 0; i < t->count; i++)
        t->by_id[i] = &t->groups[i];
    qsort(t->by_id, t->count, sizeof(struct filed_group *), by_id);
}

/* All of the file and a NUL; NULL: errno says why. */
static char *slurp(const char *path, size_t *ret_size)
{
    struct stat st;
    char *text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t size = 0, len = 0;
    if (fd < 0 || fstat(fd, &st) != 0)
        goto out;
    size = (size_t)st.st_size;
    text = xmalloc(size + 1);
    for (ssize_t n = 1; len < size && n > 0; len += n > 0 ? (size_t)n : 0)
        while ((n = read(fd, text + len, size - len)) < 0 && errno == EINTR)
            continue;
    text[len] = '\0';
    *ret_size = len;
out:
    if (fd >= 0)
        close(fd);
    return text;
}

enum pc_err groups_text_read(const char *path, struct groups_text *ret, struct pc_error *err)
{
    struct groups_text t = {.count = 0};
    struct jsontext j = {.wrong = NULL};
    size_t size = 0;
    arena_init(&t.arena);
    t.text = slurp(path, &size);
    if (!t.text && errno != ENOENT)
        return pc_error_set(err, PC_ERR_STORE, "Make the file readable for you.", "%s: %s", path,
                            strerror(errno));
    if (t.text) {
        jsontext_init(&j, t.text, size);
        if (!read_all(&t, &j)) {
            size_t at = (size_t)(j.at - j.text);
            groups_text_release(&t);
            return pc_error_set(err, PC_ERR_STORE, "Move the file away, or put back what it was.",
                                "%s is not understood: byte %zu: %s", path, at, j.wrong);
        }
    }
    sort(&t);
    *ret = t;
    return PC_OK;
}

void groups_text_release(struct groups_text *t)
{
    free(t->groups);
    free(t->by_id);
    arena_release(&t->arena);
    free(t->text);
}

struct filed_group *groups_text_find(const struct groups_text *t, const char *id)
{
    const struct filed_group wanted = {.id = id}, *key = &wanted;
    struct filed_group **found = bsearch(&key, t->by_id, t->count, sizeof(key), by_id);
    return found ? *found : NULL;
}
