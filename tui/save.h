/*
 * save: files that the operator asks for, and what the console remembers of
 * its own: under the state directory, for their owner alone, whole or not at
 * all. UI thread.
 */
#ifndef PC_TUI_SAVE_H
#define PC_TUI_SAVE_H

#include "backend/base/buf.h"
#include "backend/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* "DIR/FOLDER/NAME-20261120T094107Z", its folder made. Errors: PC_ERR_IO;
 * dir NULL: there is no place to write to. */
enum pc_err save_stem(const char *dir, const char *folder, const char *name, int64_t now_ms,
                      char *dst, size_t size, struct pc_error *err);

/* Replaces the file. Errors: PC_ERR_IO, also for a text that was cut short. */
enum pc_err save_text(const char *path, const struct buf *text, struct pc_error *err);

#endif
