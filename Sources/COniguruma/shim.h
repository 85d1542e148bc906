// Headers of Debian's libonig-dev (Oniguruma 6.9), access to its two global tables that Swift 6 cannot name directly, and the
// callouts of counted patterns (`CountedPattern`).
#ifndef DIALPLAN_ONIGURUMA_SHIM_H
#define DIALPLAN_ONIGURUMA_SHIM_H
#include <oniguruma.h>
#include <stddef.h>

// In string.h only for those who define _GNU_SOURCE, which Swift does not. Never quadratic.
extern void *memmem(const void *text, size_t count, const void *part, size_t part_count);

static inline OnigSyntaxType *dialplan_onig_syntax_ruby(void) { return ONIG_SYNTAX_RUBY; }
static inline OnigEncoding dialplan_onig_utf8(void) { return ONIG_ENCODING_UTF8; }

// What a match of a counted pattern may still do; every callout takes some of it.
typedef struct { long units; } dialplan_onig_budget;

// (*u): one round of a repetition, or a call of a group.
static int dialplan_onig_unit(OnigCalloutArgs *args, void *user) {
    dialplan_onig_budget *budget = (dialplan_onig_budget *)user;
    (void)args;
    return budget == 0 || --budget->units < 0 ? ONIG_ABORT : ONIG_CALLOUT_SUCCESS;
}

// (*r{n}): a reference to group n, which compares as many bytes as the group has.
static int dialplan_onig_reference(OnigCalloutArgs *args, void *user) {
    dialplan_onig_budget *budget = (dialplan_onig_budget *)user;
    OnigType type;
    OnigValue group;
    int begin = ONIG_REGION_NOTPOS, end = ONIG_REGION_NOTPOS;
    if (budget == 0 || onig_get_arg_by_callout_args(args, 0, &type, &group) != ONIG_NORMAL) return ONIG_ABORT;
    if (onig_get_capture_range_in_callout(args, (int)group.l, &begin, &end) != ONIG_NORMAL) return ONIG_ABORT;
    budget->units -= 1 + (begin >= 0 && end > begin ? (end - begin) / 16 : 0);
    return budget->units < 0 ? ONIG_ABORT : ONIG_CALLOUT_SUCCESS;
}

static inline int dialplan_onig_name(const char *name, OnigCalloutFunc function, int arguments) {
    unsigned int types[1] = { ONIG_TYPE_LONG };
    int code = onig_set_callout_of_name(
        ONIG_ENCODING_UTF8, ONIG_CALLOUT_TYPE_SINGLE, (OnigUChar *)name, (OnigUChar *)name + 1, ONIG_CALLOUT_IN_PROGRESS,
        function, 0, arguments, arguments ? types : 0, 0, 0);
    return code < 0 ? code : ONIG_NORMAL;
}

// onig_initialize is not safe to race; the caller runs it once. `counted` becomes Ruby's syntax with callouts. (No variable of
// this header: every object file that includes it would have its own.)
static inline int dialplan_onig_start(OnigSyntaxType *counted) {
    OnigEncoding encodings[1] = { ONIG_ENCODING_UTF8 };
    int code = onig_initialize(encodings, 1);
    if (code != ONIG_NORMAL) return code;
    onig_copy_syntax(counted, ONIG_SYNTAX_RUBY);
    onig_set_syntax_op2(counted, onig_get_syntax_op2(counted) | ONIG_SYN_OP2_ASTERISK_CALLOUT_NAME);
    code = dialplan_onig_name("u", dialplan_onig_unit, 0);
    return code == ONIG_NORMAL ? dialplan_onig_name("r", dialplan_onig_reference, 1) : code;
}
// onig_error_code_to_str is variadic, which Swift cannot call.
static inline int dialplan_onig_error(unsigned char *text, int code, OnigErrorInfo *info) {
    return onig_error_code_to_str(text, code, info);
}
#endif
