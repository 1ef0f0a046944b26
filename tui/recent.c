/* recent: see recent.h. */
#include "tui/recent.h"

#include "backend/base/buf.h"
#include "backend/base/text.h"
#include "tui/save.h"

#include <stdio.h>
#include <string.h>

#define FILE_NAME "palette-history"

void recent_add(struct recent *r, const char *line)
{
    char clean[RECENT_LINE_MAX];
    size_t at = 0;
    safe_text(clean, sizeof clean, line);
    if (!*clean)
        return;
    while (at < r->count && !text_equal(r->line[at], clean))
        at++;
    if (at == r->count && r->count < RECENT_MAX)
        r->count++;
    if (at == RECENT_MAX)
        at--;
    memmove(r->line[1], r->line[0], at * sizeof r->line[0]);
    memcpy(r->line[0], clean, sizeof clean);
}

void recent_load(struct recent *r, const char *dir)
{
    char path[600], line[RECENT_LINE_MAX + 2];
    *r = (struct recent){.count = 0};
    if (!dir)
        return;
    snprintf(path, sizeof path, "%s/" FILE_NAME, dir);
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f)) { /* oldest first */
        line[strcspn(line, "\n")] = '\0';
        recent_add(r, line);
    }
    fclose(f);
}

void recent_save(const struct recent *r, const char *dir)
{
    char path[600];
    struct buf out;
    if (!dir || r->count == 0)
        return;
    buf_init(&out, RECENT_MAX * (RECENT_LINE_MAX + 2));
    for (size_t i = r->count; i-- > 0;)
        buf_printf(&out, "%s\n", r->line[i]);
    snprintf(path, sizeof path, "%s/" FILE_NAME, dir);
    save_text(path, &out, NULL);
    buf_release(&out);
}
