#define _GNU_SOURCE
#include "CSwitchSupport.h"

#if defined(__linux__)
#include <arpa/nameser.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

int switch_landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
    return version > 0 ? (int)version : 0;
}

int switch_has_seccomp_filter(void)
{
    unsigned action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int switch_has_memfd(void)
{
    int descriptor = memfd_create("doctor", MFD_CLOEXEC);
    if (descriptor < 0) return 0;
    close(descriptor);
    return 1;
}

int switch_has_pidfd(void)
{
    int descriptor = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (descriptor < 0) return 0;
    close(descriptor);
    return 1;
}

int switch_clock_is_synchronised(void)
{
    struct timex state;
    memset(&state, 0, sizeof state);
    int result = adjtimex(&state);
    if (result < 0) return -1;
    return (state.status & STA_UNSYNC) == 0;
}

int switch_srv_count(const char *name)
{
    unsigned char answer[8192];
    int length = res_query(name, ns_c_in, ns_t_srv, answer, sizeof answer);
    if (length < 0) return h_errno == HOST_NOT_FOUND ? -2 : h_errno == NO_DATA ? 0 : -1;
    /* ANCOUNT of the header (RFC 1035 4.1.1). */
    return length < 12 ? -1 : answer[6] << 8 | answer[7];
}
#else
int switch_landlock_version(void) { return 0; }
int switch_has_seccomp_filter(void) { return 0; }
int switch_has_memfd(void) { return 0; }
int switch_has_pidfd(void) { return 0; }
int switch_clock_is_synchronised(void) { return -1; }
int switch_srv_count(const char *name) { (void)name; return -1; }
#endif
