/*
 * files: the directory and the file of the history, before SQLite has them.
 *
 * Made so that others cannot read them and so that their names last. Any
 * thread.
 */
#ifndef PC_STORE_FILES_H
#define PC_STORE_FILES_H

#include "backend/base/error.h"

#include <stdbool.h>

/* Makes dir (0700, with its parents) and an empty file (0600) at path when
 * they are missing. FORBIDDEN: not ours to write; STORE: the disk refused. */
enum pc_err file_make(const char *dir, const char *path, struct pc_error *err);
/* Waits up to wait_ms for the turn to open what is in dir; a descriptor to be
 * given to file_unlock, -1 when there is no such directory or no turn came. To
 * make a database and to switch its journal are steps of which others must not
 * see the middle. */
int file_lock(const char *dir, int wait_ms);
void file_unlock(int fd); /* -1 is fine */
/* *ret_there: path is a file with something in it. FORBIDDEN: not readable. */
enum pc_err file_look(const char *path, bool *ret_there, struct pc_error *err);
/* Says that nobody can write the file (its file system is mounted read-only)
 * and that no log waits to be read into it. */
bool file_immutable(const char *path);

#endif
