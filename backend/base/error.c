#include "backend/base/error.h"

#include "backend/base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *symbol, *message;
    int exit_code, http;
} ERRORS[PC_ERR_COUNT] = {
#define PC_ERR_ROW(name, exit_code, http, message) [name] = {#name, message, exit_code, http},
    PC_ERR_LIST(PC_ERR_ROW)
#undef PC_ERR_ROW
};

/* PC_ERR_NOT_FOUND -> "not-found", spelled out once for each at first use. */
const char *pc_err_name(enum pc_err code)
{
    static _Thread_local char name[PC_ERR_COUNT][24];
    if ((unsigned)code >= PC_ERR_COUNT)
        return "unknown";
    if (!name[code][0]) {
        const char *s = ERRORS[code].symbol;
        s += strncmp(s, "PC_ERR_", 7) == 0 ? 7 : 3;
        for (size_t i = 0; s[i] && i + 1 < sizeof(name[code]); i++)
            name[code][i] = s[i] == '_' ? '-' : (char)tolower((unsigned char)s[i]);
    }
    return name[code];
}

const char *pc_err_message(enum pc_err code)
{
    return (unsigned)code < PC_ERR_COUNT ? ERRORS[code].message : "unknown error";
}

int pc_err_exit(enum pc_err code)
{
    return (unsigned)code < PC_ERR_COUNT ? ERRORS[code].exit_code : 1;
}

int pc_err_http(enum pc_err code)
{
    return (unsigned)code < PC_ERR_COUNT ? ERRORS[code].http : 500;
}

int pc_err_outcome_unknown(enum pc_err code)
{
    return code == PC_ERR_UNREACHABLE || code == PC_ERR_TIMEOUT || code == PC_ERR_SERVER ||
           code == PC_ERR_PROTOCOL || code == PC_ERR_TOO_LARGE;
}

enum pc_err pc_error_set(struct pc_error *err, enum pc_err code, const char *remedy,
                         const char *fmt, ...)
{
    if (!err)
        return code;
    char raw[sizeof(err->text)];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    char advice[sizeof(err->remedy)];
    snprintf(advice, sizeof(advice), "%s", remedy ? remedy : "");

    memset(err, 0, sizeof(*err));
    err->code = code;
    safe_text(err->text, sizeof(err->text), raw);
    safe_text(err->remedy, sizeof(err->remedy), advice);
    return code;
}
