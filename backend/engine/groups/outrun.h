/*
 * outrun: groups of which groups.json knows more than the history does.
 *
 * The file is written of the history, under a lock and after each change: it can be
 * behind, never ahead, unless the history is an older one that was put back. What
 * went by that would move a group from where it does not serve any more. So
 * the file is left as it is, nothing is begun with such a group, and the way out is
 * a rebuild. Engine thread.
 */
#ifndef PC_ENGINE_GROUPS_OUTRUN_H
#define PC_ENGINE_GROUPS_OUTRUN_H

#include "backend/engine/groups/file_text.h"
#include "backend/engine/inside.h"

/* Marks as `ahead`, beside those whose version is newer, the groups with a real operation
 * that is not among the history's (all of them, by group); whether there is any. */
bool outrun_mark(struct groups_text *file, const struct op_summary *list, size_t count);
/* The slots of the engine say so from now on, and its notice; or not any more. */
void outrun_tell(struct engine *e, const struct groups_text *file);

#endif
