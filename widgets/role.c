#include "widgets/role.h"

static const char *const NAMES[ROLE_COUNT] = {
#define ROLE_NAME(sym, name, ...) [ROLE_##sym] = name,
    ROLE_LIST(ROLE_NAME)
#undef ROLE_NAME
};

const char *role_name(enum role role)
{
    return (unsigned)role < ROLE_COUNT ? NAMES[role] : "?";
}
