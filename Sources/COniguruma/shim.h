// Headers of Debian's libonig-dev (Oniguruma 6.9), and access to its two global tables that Swift 6 cannot name directly.
#ifndef DIALPLAN_ONIGURUMA_SHIM_H
#define DIALPLAN_ONIGURUMA_SHIM_H
#include <oniguruma.h>

static inline OnigSyntaxType *dialplan_onig_syntax_ruby(void) { return ONIG_SYNTAX_RUBY; }
static inline OnigEncoding dialplan_onig_utf8(void) { return ONIG_ENCODING_UTF8; }
// onig_initialize is not safe to race; the caller runs it once.
static inline int dialplan_onig_start(void) {
    OnigEncoding encodings[1] = { ONIG_ENCODING_UTF8 };
    return onig_initialize(encodings, 1);
}
// onig_error_code_to_str is variadic, which Swift cannot call.
static inline int dialplan_onig_error(unsigned char *text, int code, OnigErrorInfo *info) {
    return onig_error_code_to_str(text, code, info);
}
#endif
