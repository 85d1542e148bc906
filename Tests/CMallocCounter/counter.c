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

// What this thread has been given and not given back, in blocks and in their usable bytes. (mallinfo would not do: a freed
// block that malloc keeps for its thread is in use there. Nor would the whole process: Swift Testing's threads work on.)
static __thread int64_t live_blocks __attribute__((tls_model("initial-exec")));
static __thread int64_t live_bytes __attribute__((tls_model("initial-exec")));

static void *gave(void *p) {
    if (p) {
        live_blocks += 1;
        live_bytes += (int64_t)malloc_usable_size(p);
    }
    return p;
}

void *malloc(size_t size) { NOTE(); return gave(__libc_malloc(size)); }
void *calloc(size_t n, size_t size) { NOTE(); return gave(__libc_calloc(n, size)); }
void *realloc(void *p, size_t size) {
    NOTE();
    if (!p) return gave(__libc_malloc(size));
    int64_t old = (int64_t)malloc_usable_size(p);
    void *moved = __libc_realloc(p, size);
    if (moved) {
        live_bytes += (int64_t)malloc_usable_size(moved) - old;
    } else if (size == 0) {
        // The C library frees it.
        live_blocks -= 1;
        live_bytes -= old;
    }
    return moved;
}
void *memalign(size_t alignment, size_t size) { NOTE(); return gave(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { NOTE(); return gave(__libc_memalign(alignment, size)); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    NOTE();
    void *p = gave(__libc_memalign(alignment, size));
    if (!p) return ENOMEM;
    *result = p;
    return 0;
}
void free(void *p) {
    if (!p) return;
    live_blocks -= 1;
    live_bytes -= (int64_t)malloc_usable_size(p);
    __libc_free(p);
}

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

int64_t malloc_live_blocks(void) { return live_blocks; }
int64_t malloc_live_bytes(void) { return live_bytes; }

#endif
