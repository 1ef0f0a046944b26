/* request: the rows of the request table, for the engine and for the test that
 * compares them with docs/requests.md. Engine thread; the table is const. */
#ifndef PC_ENGINE_REQUEST_H
#define PC_ENGINE_REQUEST_H

#include "backend/engine/inside.h"

struct request_arg {
    const char *name;
    /* JSON_TRUE stands for a boolean, JSON_NULL for a list of objects, whose handler knows
     * their shape. Every other list holds texts alone, and so does an object. */
    json_type type;
    bool required;
};
enum { REQUEST_ARGS = 18 };
struct request_row {
    const char *verb;
    bool writes; /* read-only mode refuses it */
    request_handler *handler;
    struct request_arg args[REQUEST_ARGS];
};
const struct request_row *request_row(size_t i); /* NULL past the end */

#endif
