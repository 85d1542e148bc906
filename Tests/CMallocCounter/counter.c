#define _GNU_SOURCE
#include "CMallocCounter.h"

#if defined(__linux__)

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static __thread uint64_t count __attribute__((tls_model("initial-exec")));
static __thread int counting __attribute__((tls_model("initial-exec")));

static void note(const void *caller) {
    Dl_info info;
    if (!dladdr(caller, &info)) return;
    if (info.dli_fname && strstr(info.dli_fname, "libswiftCore")) count++;
    else if (info.dli_sname && strncmp(info.dli_sname, "swift_", 6) == 0) count++;
}

#define NOTE() do { if (counting) note(__builtin_return_address(0)); } while (0)

void *malloc(size_t size) { NOTE(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { NOTE(); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { NOTE(); return __libc_realloc(p, size); }
void *memalign(size_t alignment, size_t size) { NOTE(); return __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { NOTE(); return __libc_memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    NOTE();
    void *p = __libc_memalign(alignment, size);
    if (!p) return ENOMEM;
    *result = p;
    return 0;
}
void free(void *p) { __libc_free(p); }

// The runtime's hooks for thrown errors, which Swift Testing sets.
extern void *_swift_willThrowTypedImpl __attribute__((weak));
extern void *_swift_willThrow __attribute__((weak));
static void *saved_typed, *saved_untyped;

void swift_allocations_begin(void) {
    if (&_swift_willThrowTypedImpl) { saved_typed = _swift_willThrowTypedImpl; _swift_willThrowTypedImpl = 0; }
    if (&_swift_willThrow) { saved_untyped = _swift_willThrow; _swift_willThrow = 0; }
    count = 0;
    counting = 1;
}

uint64_t swift_allocations_end(void) {
    counting = 0;
    if (&_swift_willThrowTypedImpl) _swift_willThrowTypedImpl = saved_typed;
    if (&_swift_willThrow) _swift_willThrow = saved_untyped;
    return count;
}

uint64_t malloc_live_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

#endif
