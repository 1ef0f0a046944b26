/* check_scope: see check_scope.h. */
#include "backend/model/check_scope.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool begins_with_a_kind(const char *text)
{
    static const char *const KINDS[] = {"tcp:", "http:", "exec:"};
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
        if (strncmp(text, KINDS[i], strlen(KINDS[i])) == 0)
            return true;
    return false;
}

const char *check_scope(const char *text, char member[CHECK_MEMBER_SIZE])
{
    member[0] = '\0';
    if (begins_with_a_kind(text))
        return text;
    for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@'))
        if (at > text && (size_t)(at - text) < CHECK_MEMBER_SIZE && begins_with_a_kind(at + 1)) {
            snprintf(member, CHECK_MEMBER_SIZE, "%.*s", (int)(at - text), text);
            return at + 1;
        }
    return text;
}

const char *check_scope_for(const char *text, const char *member)
{
    char whose[CHECK_MEMBER_SIZE];
    const char *check = check_scope(text, whose);
    return *whose == '\0' || strcmp(whose, member) == 0 ? check : NULL;
}
