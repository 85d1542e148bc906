#ifndef CCALLSTORESUPPORT_H
#define CCALLSTORESUPPORT_H

struct sqlite3;

/// Adds `text_contains(text, text, part)` to a connection: 1 when `part` stands in one of the two texts, 0 when not or
/// when a value is NULL. The case of ASCII letters is ignored, as LIKE does; no character of `part` is a wildcard.
///
/// Returns SQLite's result code.
int call_store_add_text_contains(struct sqlite3 *_Nonnull database);

#endif
