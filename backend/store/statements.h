/*
 * statements: every SQL statement the store runs, in one table.
 *
 * Each is prepared once per connection, at first use, and kept. Parameters are
 * numbered in the order of the column tables (columns.h), so that one table
 * binds and reads a row. Nothing outside this table and schema.c is SQL except
 * PRAGMAs and transaction words.
 */
#ifndef PC_STORE_STATEMENTS_H
#define PC_STORE_STATEMENTS_H

enum stmt {
    STMT_BEGIN_WRITE,
    STMT_BEGIN_READ,
    STMT_COMMIT,
    STMT_ROLLBACK,
    STMT_DATA_VERSION,
    STMT_CHANGES,
    STMT_REAL_ENDED,
    STMT_LEASE_READ,
    STMT_LEASE_TAKE,
    STMT_LEASE_RENEW,
    STMT_LEASE_RELEASE,
    STMT_LEASE_FENCING,
    STMT_LEASE_SIGN,
    STMT_GROUP_SAVE,
    STMT_GROUP_DELETE,
    STMT_GROUP_LOAD,
    STMT_GROUPS,
    STMT_GROUP_VERSIONS,
    STMT_VERSION_KEEP,
    STMT_VERSIONS_TRIM,
    STMT_VERSIONS_DROP,
    STMT_VERSION,
    STMT_OP_INSERT,
    STMT_OP_SAVE,
    STMT_OP_LOAD,
    STMT_OP_FIND,
    STMT_OP_BUSY,
    STMT_OP_SEQ,
    STMT_OP_LABEL,
    STMT_OP_CANCEL,
    STMT_OPS,
    STMT_OPS_OPEN,
    STMT_OPS_GROUP,
    STMT_FACTS,
    STMT_FACTS_GROUP,
    STMT_STEP_INSERT,
    STMT_STEP_SAVE,
    STMT_STEPS,
    STMT_LEDGER_SAVE,
    STMT_LEDGER,
    STMT_EVENT_ADD,
    STMT_EVENTS,
    STMT_EVENTS_OP,
    STMT_EVENTS_AFTER,
    STMT_EVENTS_BEFORE,
    STMT_USUAL,
    STMT_STEP_SAMPLES,
    STMT_ANSWER_SAVE,
    STMT_ANSWER,
    STMT_COUNT
};

/* Lent, constant. */
const char *stmt_sql(enum stmt which);

#endif
