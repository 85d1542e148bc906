#include "CSwitchSupport.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif

void switch_trim_heap(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}
