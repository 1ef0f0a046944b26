/* addresses: see addresses.h. */
#include "tui/wizard/addresses.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/address.h"
#include "tui/keymap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVER, NIC, NETWORK, HAS, GETS, COLUMNS };
enum { ADDRESS_MAX = 45, MAC_MAX = 17 }; /* the longest text of an IPv6 address; of a MAC */
enum { FIELD_MAX = ADDRESS_MAX + 1 + MAC_MAX };
enum { FIELD_ROWS = 2 };   /* the line of the address, and what is to be said of it */

static const struct table_column COLS[COLUMNS] = {
    [SERVER] = {"SERVER", {.min = 12, .max = 30, .weight = 2}, ALIGN_LEFT, NULL},
    [NIC] = {"NIC", {.min = 3, .max = 3}, ALIGN_LEFT, NULL},
    [NETWORK] = {"NETWORK", {.min = 10, .max = 24, .weight = 1, .drop = 1}, ALIGN_LEFT, NULL},
    [HAS] = {"HAS", {.min = 15, .max = 39, .weight = 1}, ALIGN_LEFT, NULL},
    [GETS] = {"GETS", {.min = 18, .max = 60, .weight = 2}, ALIGN_LEFT, NULL},
};

static const struct addresses *of_const(const void *p)
{
    return p;
}

static const struct member *member_at(const struct addresses *a, size_t row)
{
    return &a->w->record->members[a->rows[row].member];
}

/* As a request has it: "web-1/0". */
static void key_of(const struct addresses *a, size_t row, char *dst, size_t size)
{
    snprintf(dst, size, "%s/%zu", member_at(a, row)->name, a->rows[row].nic);
}

/* of: "fixed_ips" or "macs"; "" none is given. */
static const char *given(const struct addresses *a, size_t row, const char *of)
{
    char key[NAME_SIZE + 24];
    key_of(a, row, key, sizeof key);
    return answers_target(&a->w->answers, of, key);
}

static bool isolated(const struct addresses *a)
{
    return json_flag(a->w->answers.given, "auto_network", false);
}

/* What stands for all that are not given: a drill takes new ones. */
static bool keeps(const struct addresses *a)
{
    const char *policy = json_text(a->w->answers.given, "addresses");
    return *policy ? text_equal(policy, "keep") : a->w->kind->moves;
}

/* The parameters of its port in the newest plan; NULL: there is none. */
static const json_t *planned(const struct addresses *a, size_t row)
{
    char subject[NAME_SIZE + 24];
    json_t *step;
    size_t i;
    snprintf(subject, sizeof subject, "%.100s nic%zu", member_at(a, row)->name, a->rows[row].nic);
    json_array_foreach (json_list(a->w->plan.data, "steps"), i, step)
        if (text_equal(json_text(step, "kind"), "create_port") &&
            text_equal(json_text(step, "subject"), subject))
            return json_map(step, "params");
    return NULL;
}

/* ---- cells --------------------------------------------------------------------------- */

/* What becomes of the MAC goes behind what becomes of the address. */
static void say_gets(struct table_cell *ret, enum role role, const char *address, const char *mac)
{
    ret->role = role;
    snprintf(ret->buf, sizeof ret->buf, "%.60s%s%s", address, *mac ? ", " : "", mac);
}

static void gets_cell(const struct addresses *a, size_t row, struct table_cell *ret)
{
    const char *ip = given(a, row, "fixed_ips");
    const json_t *port = planned(a, row);
    bool first = json_array_size(json_list(port, "fixed_ips")) > 0;
    bool by_hand = *given(a, row, "macs") != '\0', mac = *json_text(port, "mac_address") != '\0';
    char hand[ADDRESS_MAX + 12];
    ret->text = ret->buf;
    snprintf(hand, sizeof hand, "%.45s %s", ip, by_hand ? "and MAC" : "by hand");
    if (isolated(a))
        say_gets(ret, ROLE_DIM, "from its own net", "");
    else if (*ip)
        say_gets(ret, ROLE_STRONG, hand, "");
    else if (by_hand)
        say_gets(ret, ROLE_STRONG, first ? "kept" : "new", "MAC by hand");
    else if (first)
        say_gets(ret, ROLE_OK, "kept", mac ? "with its MAC" : "another MAC");
    else if (port && mac)
        say_gets(ret, keeps(a) ? ROLE_WARN : ROLE_TEXT, "new", "MAC kept");
    else if (port) /* it was to be kept, and cannot be */
        say_gets(ret, keeps(a) ? ROLE_WARN : ROLE_TEXT, "a new one", "");
    else
        say_gets(ret, ROLE_DIM, keeps(a) ? "kept, if it fits" : "a new one", "");
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct addresses *a = of_const(ctx);
    const struct nic *nic = &member_at(a, row)->nics[a->rows[row].nic];
    switch (col) {
    case SERVER:
        ret->role = ROLE_STRONG;
        ret->text = member_at(a, row)->name;
        break;
    case NIC:
        ret->text = ret->buf;
        snprintf(ret->buf, sizeof ret->buf, "%zu", a->rows[row].nic);
        break;
    case NETWORK:
        ret->role = ROLE_DIM;
        ret->text = nic->network_name;
        break;
    case HAS:
        ret->role = *nic->ip ? ROLE_TEXT : ROLE_DIM;
        ret->text = *nic->ip ? nic->ip : "no address";
        break;
    default:
        gets_cell(a, row, ret);
        break;
    }
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- the list -------------------------------------------------------------------------- */

void addresses_init(struct addresses *a, struct wizard *w)
{
    *a = (struct addresses){.w = w};
    input_init(&a->input, FIELD_MAX + 1);
    a->table = (struct table){.columns = COLS,
                              .n_columns = COLUMNS,
                              .source = &SOURCE,
                              .ctx = a,
                              .focused = true,
                              .gap = 1,
                              .empty = "no member has an interface"};
}

void addresses_release(struct addresses *a)
{
    input_release(&a->input);
    free(a->rows);
    a->rows = NULL;
}

/* Of those that are moved alone. */
void addresses_take(struct addresses *a)
{
    const struct group *g = a->w->record;
    a->count = 0;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].nic_count; k++) {
            if (!answers_has_member(&a->w->answers, g->members[i].name))
                continue;
            a->rows = xgrow(a->rows, &a->room, a->count + 1, sizeof *a->rows);
            a->rows[a->count++] = (struct address_row){i, k};
        }
    table_sync(&a->table, a->count);
}

void addresses_layout(struct addresses *a, struct rect area)
{
    a->field_at = a->typing ? rect_cut_bottom(&area, FIELD_ROWS) : rect_make(0, 0, 0, 0);
    table_layout(&a->table, area);
}

void addresses_paint(const struct addresses *a, struct canvas *cv, struct rect area)
{
    size_t row;
    if (a->typing)
        rect_cut_bottom(&area, FIELD_ROWS);
    table_paint(&a->table, cv, area);
    if (!a->typing || !table_selected(&a->table, &row))
        return;
    char label[80];
    snprintf(label, sizeof label, "%.40s nic %zu gets ", member_at(a, row)->name, a->rows[row].nic);
    struct pen pen = pen_on(cv, a->field_at.y, a->field_at.x, a->field_at.w);
    pen_text(&pen, ROLE_KEY, label);
    input_paint(&a->input, cv, pen.y, pen.x,
                pen_room(&pen) < FIELD_MAX ? pen_room(&pen) : FIELD_MAX, true, NULL);
    paint_text(cv, pen.y + 1, a->field_at.x, a->field_at.w, a->error[0] ? ROLE_DANGER : ROLE_DIM,
               a->error[0] ? a->error : "an address, a MAC or both; empty: not by hand");
}

void addresses_detail(const struct addresses *a, struct buf *out)
{
    size_t row;
    buf_printf(out, "Unless one is given by hand, %s.\n",
               keeps(a) ? "addresses and MACs are kept where they fit and are free"
                        : "addresses are new ones");
    if (!table_selected(&a->table, &row))
        return;
    const struct nic *nic = &member_at(a, row)->nics[a->rows[row].nic];
    buf_printf(out, "%s nic %zu on %s: %s, MAC %s\n", member_at(a, row)->name, a->rows[row].nic,
               nic->network_name, *nic->ip ? nic->ip : "no address",
               nic->mac && *nic->mac ? nic->mac : "not known");
    if (*given(a, row, "macs"))
        buf_printf(out, "MAC by hand: %s\n", given(a, row, "macs"));
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void put(struct addresses *a, struct ui *ui, size_t row, const char *ip, const char *mac)
{
    char key[NAME_SIZE + 24];
    key_of(a, row, key, sizeof key);
    answers_map(&a->w->answers, "fixed_ips", key, *ip ? ip : NULL);
    answers_map(&a->w->answers, "macs", key, *mac ? mac : NULL);
    wizard_changed(a->w, ui);
}

/* "ADDRESS MAC", either alone, in either order; false: something else stands there. */
static bool parse(const char *text, char ip[ADDRESS_MAX + 1], char mac[MAC_MAX + 1])
{
    ip[0] = mac[0] = '\0';
    while (*(text += strspn(text, " "))) {
        char word[FIELD_MAX + 1];
        size_t n = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, text);
        if (!ip[0] && address_valid(word))
            snprintf(ip, ADDRESS_MAX + 1, "%s", word);
        else if (!mac[0] && address_mac_unicast(word))
            snprintf(mac, MAC_MAX + 1, "%s", word);
        else
            return false;
        text += n;
    }
    return true;
}

static unsigned field_key(struct addresses *a, struct ui *ui, size_t row, ui_key key)
{
    char ip[ADDRESS_MAX + 1], mac[MAC_MAX + 1];
    if (key == UI_KEY_ENTER && parse(input_text(&a->input), ip, mac)) {
        a->typing = false;
        put(a, ui, row, ip, mac);
    } else if (key == UI_KEY_ENTER) {
        snprintf(a->error, sizeof a->error, "no IPv4 or IPv6 address, and no MAC of an interface");
    } else if (key == UI_KEY_ESC) {
        a->typing = false;
    } else if (input_key(&a->input, key) & UI_CHANGED) {
        a->error[0] = '\0';
    }
    return UI_HANDLED;
}

/* What is given already stands in the field. */
static void begin_typing(struct addresses *a, size_t row)
{
    char text[FIELD_MAX + 1];
    const char *ip = given(a, row, "fixed_ips"), *mac = given(a, row, "macs");
    snprintf(text, sizeof text, "%.45s%s%.17s", ip, *ip && *mac ? " " : "", mac);
    input_set(&a->input, text);
    a->error[0] = '\0';
    a->typing = true;
}

unsigned addresses_key(struct addresses *a, struct ui *ui, ui_key key)
{
    size_t row;
    bool some = table_selected(&a->table, &row);
    if (a->typing && some)
        return field_key(a, ui, row, key);
    a->typing = false;
    if (key == UI_KEY_ESC) {
        a->open = false;
    } else if (keymap_is(key, ACT_KEEP_ADDRESSES)) {
        answers_put_text(&a->w->answers, "addresses",
                         keeps(a) == a->w->kind->moves ? (keeps(a) ? "new" : "keep") : "");
        wizard_changed(a->w, ui);
    } else if (key == UI_KEY_ENTER && some && !isolated(a)) {
        begin_typing(a, row);
    } else if ((keymap_is(key, ACT_CLEAR_ADDRESS) || key == UI_KEY_DELETE) && some) {
        put(a, ui, row, "", "");
    } else {
        return table_key(&a->table, key);
    }
    return UI_HANDLED;
}
