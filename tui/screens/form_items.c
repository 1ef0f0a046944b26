/* form_items: see form_items.h. */
#include "tui/screens/form_items.h"

#include "backend/base/json.h"
#include "backend/model/mapping.h"
#include "tui/format.h"

#include <stdio.h>
#include <string.h>

bool form_items_next(const char **at, char *dst, size_t size)
{
    const char *from = *at + strspn(*at, ", ");
    size_t n = strcspn(from, ",");
    if (*from == '\0')
        return false;
    *at = from + n;
    while (n > 0 && from[n - 1] == ' ')
        n--;
    snprintf(dst, size, "%.*s", (int)n, from);
    return true;
}

enum pc_err form_items_mapping(const char *text, const char *key, json_t *args,
                               struct pc_error *err)
{
    char item[FORM_ITEM_SIZE];
    json_t *map = json_object();
    enum pc_err rc = PC_OK;
    while (rc == PC_OK && form_items_next(&text, item, sizeof item))
        rc = mapping_parse(item, map, err);
    if (rc == PC_OK && json_object_size(map))
        json_put(args, key, map);
    else
        json_decref(map);
    return rc;
}

void form_items_command(struct buf *out, const char *flag, const char *list)
{
    char item[FORM_ITEM_SIZE];
    while (form_items_next(&list, item, sizeof item)) {
        format_word(out, flag);
        format_word(out, item);
    }
}
