#ifndef CMALLOCCOUNTER_H
#define CMALLOCCOUNTER_H

#include <stdint.h>

/// Allocations (malloc, calloc, realloc, aligned forms) that this thread has made since it began. The test binary's own
/// definitions of these functions stand before the C library's, so that the Swift runtime's calls are counted too.
uint64_t malloc_counter_of_this_thread(void);

#endif
