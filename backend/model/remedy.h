/*
 * remedy: one table of symptoms, what causes them, and what to do.
 *
 * A service says "Network 5b1c could not be found."; the person on call needs
 * to know that the mapping is wrong and how to see it. Every such sentence that
 * we know is a row here, whether it comes as the answer to a call, as the fault
 * of a server that was accepted and then failed, or from our own engine. The
 * rows are the troubleshooting list of the test-failover guide, and what the
 * services of real sites were seen to answer.
 *
 * Pure: no I/O, no state. Any thread.
 */
#ifndef PC_MODEL_REMEDY_H
#define PC_MODEL_REMEDY_H

#include "backend/base/error.h"

#include <stddef.h>

struct remedy {
    const char *service; /* "compute", "volume", "network", "image", "identity",
                            "engine"; NULL: any */
    int status;          /* HTTP status; 0: any, and none */
    const char *symptom; /* what the text holds; `*` stands for any text; case-blind */
    const char *name;    /* "NetworkNotFound": the name of the failure everywhere */
    enum pc_err code;    /* PC_OK: what the HTTP status says */
    const char *cause, *advice;
};

/* The first row that fits; NULL when none does. service NULL or "": unknown,
 * fits every row; status 0: unknown, fits every row (the fault of a server). */
const struct remedy *remedy_match(const char *service, int status, const char *text);
/* The first row of that name, for symptoms which the engine sees itself. */
const struct remedy *remedy_named(const char *name);
/* Every row, in order; NULL past the end. For documents and tests. */
const struct remedy *remedy_at(size_t i);
/* "cause advice", for struct pc_error; returns dst. r NULL gives "". */
const char *remedy_text(const struct remedy *r, char *dst, size_t dst_size);

#endif
