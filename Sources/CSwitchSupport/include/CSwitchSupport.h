#ifndef CSWITCHSUPPORT_H
#define CSWITCHSUPPORT_H

/// Gives free heap memory back to the system where the C library can (glibc's malloc_trim, which Swift does not see).
void switch_trim_heap(void);

#endif
