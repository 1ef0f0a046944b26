/*
 * schema: the tables, and how an older file becomes a present one.
 *
 * One array of scripts: the script at index n takes a file from version n to
 * n+1, in one transaction with the new PRAGMA user_version. A script that was
 * released is never edited again. The thread of the store.
 */
#ifndef PC_STORE_SCHEMA_H
#define PC_STORE_SCHEMA_H

#include "backend/base/error.h"

struct store;

/* Says that a file is ours; "PrtC" in ASCII. */
enum { SCHEMA_APPLICATION_ID = 0x50727443 };

int schema_version(void); /* the version this program writes */

enum schema_age { SCHEMA_EMPTY, SCHEMA_OLDER, SCHEMA_PRESENT };
/* STORE when the file is of another program, SCHEMA when it is newer. */
enum pc_err schema_check(struct store *s, enum schema_age *ret, struct pc_error *err);
/* Brings the file up to this program's version. */
enum pc_err schema_migrate(struct store *s, struct pc_error *err);
/* The same with any list of scripts: what migrate does, and tests. A script
 * that fails leaves the file at the version before it. */
enum pc_err schema_apply(struct store *s, const char *const *scripts, int count,
                         struct pc_error *err);

#endif
