// A search for text in call records, as a function of SQL.
//
// Why C: it is called for every row of a walk over a million, which should take a tenth of a second. Two LIKEs alone
// take twice that, and a function of GRDB's, which hands over every value as an object, many times.

#include "CCallStoreSupport.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Sixteen octets that are compared at once; a feature of GCC and Clang on every processor.
typedef uint8_t octets __attribute__((vector_size(16)));
enum { OCTETS = sizeof(octets) };

/// What an octet of the text must be: `(octet | fold) == wanted`. `fold` is 0x20 for a letter, which makes capitals
/// small ones and nothing else a letter; 0 for the rest.
struct wanted {
    uint8_t wanted, fold;
};

/// What is looked for, prepared once per query.
struct part {
    size_t length;
    /// Where its two rarest octets stand: both must fit before the others are looked at.
    size_t first, second;
    struct wanted octets[];
};

/// How often an octet stands in SIP URIs, roughly: the greater, the oftener. `sip:`, `@` and `.` are in all, digits and
/// the letters of frequent words in most; a space or a letter beyond ASCII is in hardly any.
static int frequency(uint8_t octet) {
    static const char letters[] = "zqjxwkvybfghdulmcatnore";
    if (octet >= '0' && octet <= '9') return 60;
    if (octet == '+' || octet == '-' || octet == '_') return 20;
    if (octet == 0) return 1;
    if (strchr("sip:@.", octet)) return 100;
    const char *const place = strchr(letters, octet);
    return place ? 30 + (int)(place - letters) : 1;
}

static struct part *prepare(const uint8_t *text, size_t length) {
    struct part *const part = sqlite3_malloc64(sizeof(struct part) + length * sizeof(struct wanted));
    if (!part) return NULL;
    part->length = length;
    part->first = part->second = 0;
    for (size_t index = 0; index < length; index++) {
        const bool is_capital = text[index] >= 'A' && text[index] <= 'Z';
        const uint8_t octet = is_capital ? text[index] | 0x20 : text[index];
        part->octets[index] = (struct wanted){octet, octet >= 'a' && octet <= 'z' ? 0x20 : 0};
        if (frequency(octet) < frequency(part->octets[part->first].wanted)) {
            part->second = part->first;
            part->first = index;
        } else if (part->second == part->first
            || frequency(octet) < frequency(part->octets[part->second].wanted)) {
            part->second = index;
        }
    }
    return part;
}

static bool stands_at(const uint8_t *place, const struct part *part) {
    for (size_t index = 0; index < part->length; index++) {
        if ((place[index] | part->octets[index].fold) != part->octets[index].wanted) return false;
    }
    return true;
}

/// Looks at `count` places from `start` on, one after the other.
static bool stands_near(const uint8_t *start, size_t count, const struct part *part) {
    const struct wanted first = part->octets[part->first];
    for (const uint8_t *place = start; place < start + count; place++) {
        if ((place[part->first] | first.fold) == first.wanted && stands_at(place, part)) return true;
    }
    return false;
}

/// Whether the two rarest octets fit at any of 16 places, of which the last plus the part's length is within the text.
static bool may_stand_near(const uint8_t *start, const struct part *part) {
    const struct wanted first = part->octets[part->first], second = part->octets[part->second];
    octets firsts, seconds;
    memcpy(&firsts, start + part->first, OCTETS);
    memcpy(&seconds, start + part->second, OCTETS);
    const octets fits = (octets)((firsts | first.fold) == first.wanted) & (octets)((seconds | second.fold) == second.wanted);
    uint64_t halves[2];
    memcpy(halves, &fits, OCTETS);
    return (halves[0] | halves[1]) != 0;
}

static bool contains(const uint8_t *text, size_t length, const struct part *part) {
    if (part->length == 0) return true;
    if (length < part->length) return false;
    const size_t places = length - part->length + 1;
    if (places < OCTETS) return stands_near(text, places, part);
    for (size_t done = 0; done < places; done += OCTETS) {
        // The last sixteen overlap those before them: nothing behind the text is read.
        const size_t start = done <= places - OCTETS ? done : places - OCTETS;
        if (may_stand_near(text + start, part) && stands_near(text + start, OCTETS, part)) return true;
    }
    return false;
}

static bool value_contains(sqlite3_value *value, const struct part *part) {
    // Text first, then its length: the order that SQLite asks for.
    const uint8_t *const text = sqlite3_value_text(value);
    return text && contains(text, (size_t)sqlite3_value_bytes(value), part);
}

static void text_contains(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;  // SQLite has checked it
    struct part *part = sqlite3_get_auxdata(context, 2);
    struct part *made = NULL;
    if (!part) {
        const uint8_t *text = sqlite3_value_text(values[2]);
        if (!text) return sqlite3_result_int(context, 0);
        part = made = prepare(text, (size_t)sqlite3_value_bytes(values[2]));
        if (!part) return sqlite3_result_error_nomem(context);
    }
    sqlite3_result_int(context, value_contains(values[0], part) || value_contains(values[1], part));
    // Last: SQLite may free what it is given at once.
    if (made) sqlite3_set_auxdata(context, 2, made, sqlite3_free);
}

int call_store_add_text_contains(sqlite3 *database) {
    return sqlite3_create_function_v2(
        database, "text_contains", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL, text_contains, NULL,
        NULL, NULL);
}
