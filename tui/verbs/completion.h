/*
 * completion: the script that a shell reads to complete command lines.
 *
 * For packages (the build installs it) and for a shell's start file:
 * `source <(protector-console completion bash)`. It asks nothing of any site and
 * starts nothing. Writes to the FILE given.
 */
#ifndef PC_TUI_VERBS_COMPLETION_H
#define PC_TUI_VERBS_COMPLETION_H

#include "backend/base/error.h"

#include <stdio.h>

/* shell: "bash", "zsh" or "fish"; USAGE for another, and nothing is written. */
enum pc_err completion_print(FILE *out, const char *shell, struct pc_error *err);

/* completion_tails.c: the part that differs by more than quotes. */
extern const char COMPLETION_BASH[], COMPLETION_ZSH[], COMPLETION_FISH[];

#endif
