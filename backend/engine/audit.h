/*
 * audit: who asked this engine to change what, and how it was answered.
 *
 * audit.jsonl in the state directory, one JSON object a line, only ever
 * appended to (store/record.h): a line before the request is carried out, on
 * the disk before anything else happens, and one when it is answered. What
 * became of an operation that was begun stands in the history, by its id. It is
 * read by door/audit.h. Engine thread.
 */
#ifndef PC_ENGINE_AUDIT_H
#define PC_ENGINE_AUDIT_H

#include "backend/engine/inside.h"

/* Errors: IO; then the request must not be carried out. */
enum pc_err audit_asked(struct request *r, struct pc_error *err);
/* Does nothing for a request that audit_asked() was not called for. */
void audit_answered(const struct request *r, const struct pc_error *err, const json_t *data);

#endif
