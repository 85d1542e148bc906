// Datagram sockets for SIPTransport: what SwiftNIO's datagram channel cannot give us.
//
// NIO closes a datagram channel when a write fails with anything but EMSGSIZE or EHOSTUNREACH. One request to an
// address that the kernel refuses (ENETUNREACH, EACCES, EPERM, EINVAL, ...) would take a listener down, and phones
// choose the addresses we send to. So we make the socket, NIO reads from it, and we write through a duplicate of its
// descriptor: in batches, each failure belonging to one datagram. sendmmsg is also not visible to Swift's Glibc module.
#ifndef C_SIP_TRANSPORT_SUPPORT_H
#define C_SIP_TRANSPORT_SUPPORT_H

#include <stdint.h>

/// An IP address and port. `family` is 4 or 6; numbers are in host order, an address's first octet in the highest bits.
struct sip_address {
    uint8_t family;
    uint16_t port;
    uint32_t v4;
    uint64_t v6_high;
    uint64_t v6_low;
};

/// The address in a `struct sockaddr` of `length` bytes; family 0 when it is neither IPv4 nor IPv6.
struct sip_address sip_address_of(const void *sockaddr, uint32_t length);

/// One datagram to send: a range of a common buffer, and where it goes.
struct sip_datagram {
    uint32_t offset;
    uint32_t length;
    struct sip_address to;
};

enum sip_socket_step {
    sip_step_none = 0,
    sip_step_create = 1,
    sip_step_option = 2,
    sip_step_bind = 3,
};

/// A bound socket. `read_descriptor` and `write_descriptor` are two descriptors of the same socket, each to be closed
/// by its owner. Buffer sizes are what the kernel granted, in bytes of payload and bookkeeping together.
/// On failure `error` is the errno and `failed_step` says what failed; both descriptors are then -1.
struct sip_udp_socket {
    int read_descriptor;
    int write_descriptor;
    struct sip_address local;
    int receive_buffer_bytes;
    int send_buffer_bytes;
    int error;
    enum sip_socket_step failed_step;
};

/// Makes a non-blocking, close-on-exec UDP socket bound to `local` (port 0: the kernel chooses), asks for buffers of
/// these sizes (beyond the system's limit where the process may), and returns it. IPv6 sockets take IPv6 only.
struct sip_udp_socket sip_udp_open(struct sip_address local, int receive_buffer_bytes, int send_buffer_bytes);

/// The most datagrams one `sip_udp_send` takes.
enum { sip_udp_batch_max = 64 };

/// Sends up to `sip_udp_batch_max` datagrams from `bytes` in one system call.
/// Returns how many were taken (at least 1), or the negative errno that the first one met; then none was.
int sip_udp_send(int descriptor, const uint8_t *bytes, const struct sip_datagram *datagrams, uint32_t count);

/// Closes a descriptor.
void sip_close(int descriptor);

#endif
