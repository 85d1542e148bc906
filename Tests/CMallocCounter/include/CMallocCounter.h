#ifndef CMALLOCCOUNTER_H
#define CMALLOCCOUNTER_H

#include <stdint.h>

/// Counts allocations of the Swift heap on this thread from now on: calls of malloc and its kin that come from the Swift
/// runtime. The test binary's own definitions of these functions stand before the C library's. What C libraries and the
/// program itself ask of malloc is not counted. Meanwhile Swift Testing does not record where errors are thrown (it
/// allocates for it).
void swift_allocations_begin(void);

/// How many there were since `swift_allocations_begin`.
uint64_t swift_allocations_end(void);

/// Blocks that malloc and its kin have given to this thread, less those that it has given back. Work that stays on one thread
/// and leaves nothing leaves this as it was.
int64_t malloc_live_blocks(void);

/// The usable bytes of those blocks.
int64_t malloc_live_bytes(void);

#endif
