#ifndef CSWITCHSUPPORT_H
#define CSWITCHSUPPORT_H

/// Gives free heap memory back to the system where the C library can (glibc's malloc_trim, which Swift does not see).
void switch_trim_heap(void);

/* What `dialplanctl doctor` asks the kernel and the resolver. */

/// The version of the kernel's Landlock interface; 0: none, or switched off.
int switch_landlock_version(void);
/// 1 if the kernel can filter system calls (seccomp mode 2).
int switch_has_seccomp_filter(void);
/// 1 if there are anonymous memory files.
int switch_has_memfd(void);
/// 1 if processes can be named by descriptors.
int switch_has_pidfd(void);
/// 1 if something keeps the clock in step (NTP), 0 if not, -1 if the kernel does not say.
int switch_clock_is_synchronised(void);
/// How many SRV records a name has; -1: the name server gave no answer, -2: there is no such name.
int switch_srv_count(const char *name);

#endif
