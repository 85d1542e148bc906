#define _GNU_SOURCE
#include "CSIPTransportSupport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void put_be64(uint8_t *to, uint64_t value) {
    for (int i = 7; i >= 0; i--) {
        to[i] = (uint8_t)value;
        value >>= 8;
    }
}

static uint64_t get_be64(const uint8_t *from) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | from[i];
    return value;
}

static socklen_t to_sockaddr(struct sip_address address, struct sockaddr_storage *out) {
    if (address.family == 6) {
        struct sockaddr_in6 in6;
        memset(&in6, 0, sizeof in6);
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(address.port);
        put_be64(in6.sin6_addr.s6_addr, address.v6_high);
        put_be64(in6.sin6_addr.s6_addr + 8, address.v6_low);
        memcpy(out, &in6, sizeof in6);
        return sizeof in6;
    }
    struct sockaddr_in in4;
    memset(&in4, 0, sizeof in4);
    in4.sin_family = AF_INET;
    in4.sin_port = htons(address.port);
    in4.sin_addr.s_addr = htonl(address.v4);
    memcpy(out, &in4, sizeof in4);
    return sizeof in4;
}

struct sip_address sip_address_of(const void *sockaddr, uint32_t length) {
    struct sip_address address;
    memset(&address, 0, sizeof address);
    sa_family_t family = AF_UNSPEC;
    if (length >= sizeof(struct sockaddr_in)) family = ((const struct sockaddr *)sockaddr)->sa_family;
    if (family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sockaddr, sizeof in6);
        address.family = 6;
        address.port = ntohs(in6.sin6_port);
        address.v6_high = get_be64(in6.sin6_addr.s6_addr);
        address.v6_low = get_be64(in6.sin6_addr.s6_addr + 8);
    } else if (family == AF_INET) {
        struct sockaddr_in in4;
        memcpy(&in4, sockaddr, sizeof in4);
        address.family = 4;
        address.port = ntohs(in4.sin_port);
        address.v4 = ntohl(in4.sin_addr.s_addr);
    }
    return address;
}

// FORCE passes net.core.[rw]mem_max and needs CAP_NET_ADMIN; without it the plain option gives what the limit allows.
static int grow_buffer(int descriptor, int force_option, int option, int bytes) {
    if (bytes > 0 && setsockopt(descriptor, SOL_SOCKET, force_option, &bytes, sizeof bytes) != 0)
        setsockopt(descriptor, SOL_SOCKET, option, &bytes, sizeof bytes);
    int granted = 0;
    socklen_t length = sizeof granted;
    getsockopt(descriptor, SOL_SOCKET, option, &granted, &length);
    return granted;
}

struct sip_udp_socket sip_udp_open(struct sip_address local, int receive_buffer_bytes, int send_buffer_bytes) {
    struct sip_udp_socket result;
    memset(&result, 0, sizeof result);
    result.write_descriptor = -1;
    result.failed_step = sip_step_create;
    result.read_descriptor =
        socket(local.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (result.read_descriptor < 0) goto failed;

    result.failed_step = sip_step_option;
    if (local.family == 6) {
        int only = 1;
        if (setsockopt(result.read_descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0) goto failed;
    }
    // No SO_REUSEADDR: on Linux it would let two programs share a UDP port, and one of them would hear nothing.
    result.receive_buffer_bytes =
        grow_buffer(result.read_descriptor, SO_RCVBUFFORCE, SO_RCVBUF, receive_buffer_bytes);
    result.send_buffer_bytes = grow_buffer(result.read_descriptor, SO_SNDBUFFORCE, SO_SNDBUF, send_buffer_bytes);

    result.failed_step = sip_step_bind;
    struct sockaddr_storage storage;
    socklen_t length = to_sockaddr(local, &storage);
    if (bind(result.read_descriptor, (struct sockaddr *)&storage, length) != 0) goto failed;
    length = sizeof storage;
    if (getsockname(result.read_descriptor, (struct sockaddr *)&storage, &length) != 0) goto failed;
    result.local = sip_address_of(&storage, length);

    result.failed_step = sip_step_create;
    result.write_descriptor = fcntl(result.read_descriptor, F_DUPFD_CLOEXEC, 3);
    if (result.write_descriptor < 0) goto failed;
    result.failed_step = sip_step_none;
    return result;

failed:
    result.error = errno;
    if (result.read_descriptor >= 0) close(result.read_descriptor);
    result.read_descriptor = -1;
    return result;
}

int sip_udp_send(int descriptor, const uint8_t *bytes, const struct sip_datagram *datagrams, uint32_t count) {
    struct mmsghdr messages[sip_udp_batch_max];
    struct iovec vectors[sip_udp_batch_max];
    struct sockaddr_storage addresses[sip_udp_batch_max];
    if (count > sip_udp_batch_max) count = sip_udp_batch_max;
    if (count == 0) return 0;
    for (uint32_t i = 0; i < count; i++) {
        vectors[i].iov_base = (void *)(bytes + datagrams[i].offset);
        vectors[i].iov_len = datagrams[i].length;
        memset(&messages[i], 0, sizeof messages[i]);
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &addresses[i];
        messages[i].msg_hdr.msg_namelen = to_sockaddr(datagrams[i].to, &addresses[i]);
    }
    int sent;
    do {
        sent = sendmmsg(descriptor, messages, count, MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

void sip_close(int descriptor) {
    close(descriptor);
}
