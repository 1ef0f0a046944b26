/* wizard_about: what is known of what is selected: beside the page as far as there is room,
 * and all of it in the place of both. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/planpaint.h"

#include <string.h>

/* Which checks are told there, and how. */
static const struct {
    const char *status;
    enum planword_kind kind;
} TOLD[] = {{"blocked", PLANWORD_BLOCK},
            {"warning", PLANWORD_WARNING},
            {"unknown", PLANWORD_UNKNOWN}};

/* What is not known cannot be mended from here, and has no remedy. */
static void tell_checks(struct wizard *w, size_t told)
{
    json_t *c;
    size_t i;
    json_array_foreach(wizard_readiness(w), i, c) {
        const char *remedy = json_text(c, "remedy");
        bool known = TOLD[told].kind != PLANWORD_UNKNOWN;
        if ((w->page != PAGE_PLAN && wizard_owner(c) != w->page) ||
            !text_equal(json_text(c, "status"), TOLD[told].status))
            continue;
        planwords_add(&w->known, TOLD[told].kind, "%s%s%s%s: %s",
                      known ? "" : "not known: ", json_text(c, "check"), known ? "" : " ", known ? "" : json_text(c, "title"),
                      json_text(c, "evidence"));
        if (*remedy && known)
            planwords_add(&w->known, PLANWORD_NAME, "%s", remedy);
    }
}

/* Line by line. */
static void tell_text(struct wizard *w, enum role role, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len)
            planwords_add(&w->known, PLANWORD_HEADING, "%.*s", (int)len, text)->role = role;
        text += len + (text[len] == '\n');
    }
}

struct rect wizard_about_at(const struct wizard *w)
{
    struct rect all = w->page_at;
    if (!rect_empty(w->side_at) && w->side_at.y == all.y)
        all.w += w->side_at.w;
    else if (!rect_empty(w->side_at))
        all.h += w->side_at.h;
    return all;
}

void wizard_about_take(struct wizard *w, const struct canvas *cv, struct rect area)
{
    const struct page *p = w->pages[w->page];
    struct buf b;
    planwords_release(&w->known);
    buf_init(&b, 6000);
    if (p->ops->detail)
        p->ops->detail(p, &b);
    tell_text(w, ROLE_TEXT, buf_text(&b));
    buf_release(&b);
    for (size_t i = 0; i < sizeof TOLD / sizeof TOLD[0]; i++)
        tell_checks(w, i);
    tell_text(w, ROLE_DIM, p->ops->about);
    w->about_last = 0;
    if (planpaint_rows(&w->known, 0, cv, area.w - 4) > area.h - 2)
        w->about_last = planpaint_last(&w->known, cv, area.w - 4, area.h - 2);
    w->about_top = w->about_top < w->about_last ? w->about_top : w->about_last;
}

void wizard_side_paint(const struct wizard *w, struct canvas *cv, struct rect area)
{
    char hint[60];
    bool cut = planpaint_rows(&w->known, 0, cv, area.w - 4) > area.h - 2;
    struct rect in = rect_inset(
        paint_box(cv, area, ROLE_BORDER, "About",
                  cut ? action_hints("{about}: all of it", hint, sizeof hint) : NULL), 0, 1);
    struct canvas sub = canvas_clip(cv, in);
    planpaint(&w->known, 0, &sub, in);
}

void wizard_about_paint(const struct wizard *w, struct canvas *cv, struct rect area)
{
    struct rect in = rect_inset(
        paint_box(cv, area, ROLE_FOCUS, w->pages[w->page]->ops->title,
                  w->about_last ? "Down Up: more   Esc back" : "Esc back"), 0, 1);
    struct canvas sub = canvas_clip(cv, in);
    planpaint(&w->known, w->about_top, &sub, in);
}

unsigned wizard_about_key(struct wizard *w, ui_key key)
{
    if ((key == UI_KEY_DOWN || key == UI_KEY_PGDN || key == 'j') && w->about_top < w->about_last)
        w->about_top++;
    else if ((key == UI_KEY_UP || key == UI_KEY_PGUP || key == 'k') && w->about_top > 0)
        w->about_top--;
    else if (key == UI_KEY_ESC || key == UI_KEY_ENTER ||
             action_of_key(CTX_WIZARD, key) == &ACTIONS[ACT_ABOUT])
        w->about = false;
    return UI_HANDLED;
}
