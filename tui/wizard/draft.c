/* draft: see draft.h. */
#include "tui/wizard/draft.h"

#include "backend/base/json.h"
#include "tui/save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "drafts"
enum { LARGEST = 256 * 1024, SHAPE = 1 };

/* An id goes into a file name: letters, digits and '-' alone. */
static bool place(const char *dir, const char *group_id, enum wizard_for kind, char *dst,
                  size_t size)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    if (!dir || !*dir || !*group_id || group_id[strspn(group_id, PLAIN)])
        return false;
    snprintf(dst, size, "%s/" FOLDER "/%s-%s.json", dir, group_id, WIZARD_KIND[kind].word);
    return true;
}

enum pc_err draft_save(const char *dir, const char *group_id, const struct answers *a, size_t page,
                       int64_t version, int64_t now_ms, struct pc_error *err)
{
    char path[700], folder[600];
    struct buf out;
    if (!place(dir, group_id, a->kind, path, sizeof path))
        return PC_OK;
    snprintf(folder, sizeof folder, "%s/" FOLDER, dir);
    if (mkdir(folder, 0700) && errno != EEXIST)
        return pc_error_set(err, PC_ERR_IO, "Look at who may write there.",
                            "%s cannot be made: %s", folder, strerror(errno));
    json_t *o = json_object();
    json_put_int(o, "shape", SHAPE);
    json_put_int(o, "page", (int64_t)page);
    json_put_int(o, "saved_ms", now_ms);
    json_put_int(o, "metadata_version", version);
    json_put(o, "given", json_incref(a->given));
    char *text = json_compact(o);
    buf_init(&out, LARGEST);
    buf_printf(&out, "%s\n", text);
    enum pc_err rc = save_text(path, &out, err);
    buf_release(&out);
    free(text);
    json_decref(o);
    return rc;
}

/* Out of the way of the next wizard, and still there for whoever wants to know. */
static bool put_aside(const char *path)
{
    char beside[720];
    snprintf(beside, sizeof beside, "%s" DRAFT_ASIDE, path);
    return rename(path, beside) == 0;
}

bool draft_load(const char *dir, const char *group_id, enum wizard_for kind, struct draft *ret)
{
    char path[700];
    struct stat st;
    *ret = (struct draft){.given = NULL};
    if (!place(dir, group_id, kind, path, sizeof path) || stat(path, &st))
        return false;
    json_t *o = st.st_size > LARGEST ? NULL : json_load_file(path, 0, NULL);
    json_t *given = json_map(o, "given");
    if (json_object_size(given) && json_int(o, "shape", 0) == SHAPE && answers_fit(given)) {
        *ret = (struct draft){.given = json_deep_copy(given),
                              .page = (size_t)json_int(o, "page", 0),
                              .saved_ms = json_int(o, "saved_ms", 0),
                              .version = json_int(o, "metadata_version", 0)};
    } else {
        ret->aside = put_aside(path);
    }
    json_decref(o);
    return ret->given != NULL;
}

void draft_release(struct draft *d)
{
    json_decref(d->given);
    *d = (struct draft){.given = NULL};
}

void draft_drop(const char *dir, const char *group_id, enum wizard_for kind)
{
    char path[700];
    if (place(dir, group_id, kind, path, sizeof path))
        unlink(path);
}
