#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// How often this program has asked for heap memory (malloc, calloc, realloc, memalign and kin) since it started; the
/// program's own definitions of these functions stand before the C library's. 0 on systems other than Linux.
uint64_t allocation_count(void);

/// CPU time of this process in nanoseconds.
uint64_t cpu_nanoseconds(void);

#endif
