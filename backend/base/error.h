/*
 * error: the one error type of the project.
 *
 * A function that can fail returns enum pc_err (PC_OK is 0) and, where there
 * is more to say, fills the caller's struct pc_error: what happened, where,
 * and above all what to do about it. Outputs are named ret_ and untouched on
 * failure. One list gives every error its name, its default message, the exit
 * code of a command that ends with it, and the HTTP status of the API.
 *
 * Any thread; a struct pc_error belongs to its caller.
 */
#ifndef PC_BASE_ERROR_H
#define PC_BASE_ERROR_H

/*        name             exit http  default message */
#define PC_ERR_LIST(X)                                                           \
    X(PC_OK,               0,  200, "success")                                   \
    X(PC_ERR_FAILED,       1,  500, "the operation failed")                      \
    X(PC_ERR_IO,           1,  500, "input or output failed")                    \
    X(PC_ERR_STORE,        1,  503, "the history database cannot be used")       \
    X(PC_ERR_SCHEMA,       1,  503, "the history database is of a newer version")\
    X(PC_ERR_CANCELLED,    1,  409, "cancelled")                                 \
    X(PC_ERR_USAGE,        2,  400, "the command is not understood")             \
    X(PC_ERR_CONFIG,       2,  400, "the configuration is not usable")           \
    X(PC_ERR_INVALID,      2,  400, "a value is not valid")                      \
    X(PC_ERR_NOT_FOUND,    2,  404, "not found")                                 \
    X(PC_ERR_AMBIGUOUS,    2,  400, "the name is not unique")                    \
    X(PC_ERR_EXISTS,       2,  409, "exists already")                            \
    X(PC_ERR_MAPPING,      2,  400, "a mapping is not usable")                   \
    X(PC_ERR_STATE,        1,  409, "not allowed in the present state")          \
    X(PC_ERR_BUSY,         1,  409, "another operation is running")              \
    X(PC_ERR_QUOTA,        1,  403, "a quota or the capacity is used up")        \
    X(PC_ERR_CONFLICT,     1,  409, "in conflict with what is there")            \
    X(PC_ERR_TOO_LARGE,    1,  413, "larger than the limit")                     \
    X(PC_ERR_PROTOCOL,     69, 502, "the answer is not understood")              \
    X(PC_ERR_UNREACHABLE,  69, 503, "the site cannot be reached")                \
    X(PC_ERR_TIMEOUT,      69, 504, "no answer in time")                         \
    X(PC_ERR_SERVER,       69, 502, "the service failed")                        \
    X(PC_ERR_AUTH,         77, 401, "the credentials were refused")              \
    X(PC_ERR_FORBIDDEN,    77, 403, "not permitted")                             \
    X(PC_ERR_READ_ONLY,    77, 403, "read-only mode")

enum pc_err {
#define PC_ERR_ENUM(name, exit_code, http, message) name,
    PC_ERR_LIST(PC_ERR_ENUM)
#undef PC_ERR_ENUM
    PC_ERR_COUNT
};

/* Detail travels in this. All texts are clean (safe_text) and NUL-ended. */
struct pc_error {
    enum pc_err code;
    int http_status;     /* the remote answer's status, 0: none */
    int line;            /* in `source`, from 1; 0: none */
    char source[128];    /* file, site or service; "" none */
    char request_id[64]; /* the remote service's request id; "" none */
    char text[512];      /* what happened */
    char remedy[512];    /* what to do about it; "" none */
};

/* Fills *err (may be NULL) and returns `code`. remedy may be NULL; the
 * finished texts are passed through safe_text. source, line, http_status and
 * request_id are cleared: set them after. */
enum pc_err pc_error_set(struct pc_error *err, enum pc_err code, const char *remedy,
                         const char *fmt, ...) __attribute__((format(printf, 4, 5)));

const char *pc_err_name(enum pc_err code);    /* "not-found" */
const char *pc_err_message(enum pc_err code); /* "not found" */
int pc_err_exit(enum pc_err code);
int pc_err_http(enum pc_err code);

/* Says whether code tells that nobody knows if the call was applied. */
int pc_err_outcome_unknown(enum pc_err code);

#endif
