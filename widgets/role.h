/*
 * role: what a piece of screen means.
 *
 * Widgets and screens name a role, never a colour. A theme file gives every
 * role its colours; when there are none (mono, NO_COLOR, vt100) the role's
 * mono attributes speak, and beside them always a word or a mark: no state is
 * told by colour alone.
 *
 * One list makes the enum, the names in theme files, the built-in theme and
 * the theme tests.
 */
#ifndef PC_WIDGETS_ROLE_H
#define PC_WIDGETS_ROLE_H

/*
 * symbol, name in theme files,
 *   built-in: foreground, background (256 colours), low foreground and low
 *   background (8 and 16 colours; "" = nearest), attributes, mono attributes
 *
 * The built-in theme is themes/dark.theme, word for word; a test compares them.
 */
#define ROLE_LIST(X)                                                                               \
    /* plain things */                                                                             \
    X(TEXT, "text", "default", "default", "default", "", "", "")                                   \
    X(DIM, "dim", "245", "default", "default", "", "", "")                                         \
    X(STRONG, "strong", "default", "default", "default", "", "bold", "bold")                       \
    X(TITLE, "title", "153", "default", "cyan", "", "bold", "bold")                                \
    X(HEADER, "header", "109", "default", "cyan", "", "", "underline")                             \
    X(BORDER, "border", "240", "default", "default", "", "", "")                                   \
    X(FOCUS, "focus", "75", "default", "cyan", "", "", "bold")                                     \
    X(STATUS, "status", "252", "236", "white", "blue", "", "reverse")                              \
    X(DIALOG, "dialog", "252", "235", "default", "default", "", "")                                \
    /* what the cursor is on */                                                                    \
    X(SELECTED, "selected", "255", "24", "white", "blue", "bold", "reverse")                       \
    X(SELECTED_IDLE, "selected_idle", "252", "237", "default", "", "bold", "bold")                 \
    X(MARKED, "marked", "222", "default", "yellow", "", "bold", "bold")                            \
    X(MATCH, "match", "16", "222", "black", "yellow", "", "reverse")                               \
    /* keys */                                                                                     \
    X(KEY, "key", "222", "default", "yellow", "", "bold", "bold")                                  \
    X(KEY_LABEL, "key_label", "250", "default", "default", "", "", "")                             \
    X(DISABLED, "disabled", "241", "default", "default", "", "", "")                               \
    /* how it stands */                                                                            \
    X(OK, "ok", "114", "default", "green", "", "", "")                                             \
    X(WARN, "warn", "221", "default", "yellow", "", "bold", "bold")                                \
    X(DANGER, "danger", "203", "default", "red", "", "bold", "bold reverse")                       \
    X(DANGER_FRAME, "danger_frame", "203", "default", "red", "", "bold", "bold")                   \
    X(INFO, "info", "117", "default", "cyan", "", "", "")                                          \
    X(STALE, "stale", "179", "default", "yellow", "", "", "bold")                                  \
    /* bars */                                                                                     \
    X(BAR_DONE, "bar_done", "71", "default", "green", "", "", "")                                  \
    X(BAR_RUN, "bar_run", "75", "default", "cyan", "", "", "bold")                                 \
    X(BAR_TODO, "bar_todo", "240", "default", "default", "", "", "")                               \
    X(BAR_FAIL, "bar_fail", "203", "default", "red", "", "bold", "reverse")                        \
    X(SPARK, "spark", "110", "default", "cyan", "", "", "")                                        \
    X(SCROLLBAR, "scrollbar", "243", "default", "default", "", "", "")                             \
    /* where one is */                                                                             \
    X(LAB_BADGE, "lab_badge", "16", "114", "black", "green", "bold", "reverse")                    \
    X(PROD_BADGE, "prod_badge", "255", "160", "white", "red", "bold", "bold reverse")              \
    X(SITE_BADGE, "site_badge", "255", "60", "white", "blue", "", "reverse")                       \
    /* a place that was given a colour of its own */                                              \
    X(TINT_RED, "tint_red", "255", "124", "white", "red", "bold", "bold reverse")                  \
    X(TINT_YELLOW, "tint_yellow", "16", "178", "black", "yellow", "bold", "bold reverse")          \
    X(TINT_GREEN, "tint_green", "16", "71", "black", "green", "", "reverse")                       \
    X(TINT_BLUE, "tint_blue", "255", "25", "white", "blue", "", "reverse")                         \
    X(TINT_MAGENTA, "tint_magenta", "255", "90", "white", "magenta", "", "reverse")                \
    X(TINT_CYAN, "tint_cyan", "16", "37", "black", "cyan", "", "reverse")                          \
    /* what one types into */                                                                      \
    X(INPUT, "input", "252", "237", "default", "", "", "underline")                                \
    X(INPUT_FOCUS, "input_focus", "255", "24", "white", "blue", "", "underline bold")              \
    X(BUTTON, "button", "252", "238", "white", "blue", "", "")                                     \
    X(BUTTON_FOCUS, "button_focus", "16", "153", "black", "cyan", "bold", "reverse")               \
    X(BUTTON_DANGER, "button_danger", "255", "160", "white", "red", "bold", "bold reverse")        \
    X(TAB, "tab", "245", "default", "default", "", "", "")                                         \
    X(TAB_ACTIVE, "tab_active", "255", "24", "white", "blue", "bold", "reverse")                   \
    X(TOAST, "toast", "252", "236", "default", "", "", "reverse")

enum role {
#define ROLE_ENUM(sym, ...) ROLE_##sym,
    ROLE_LIST(ROLE_ENUM)
#undef ROLE_ENUM
        ROLE_COUNT,
};

/* The name in theme files: ROLE_BAR_DONE is "bar_done". "?" out of range. */
const char *role_name(enum role role);

#endif
