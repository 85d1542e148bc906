import SIPMessage
import SIPStack

/// A phone behind a NAT writes its private address into its session description; the address that its messages come
/// from is put in its place, so that media finds it.
enum NATMangling {
    /// The body with the sender's real address, or as it was: when it is no SDP, when it names an address that means
    /// something everywhere, or when the sender is in a private network itself.
    static func body(_ body: [UInt8], _ contentType: String?, from sender: TransportAddress) -> [UInt8] {
        guard !body.isEmpty, contentType?.lowercased().hasPrefix("application/sdp") == true, !sender.isPrivate,
            case .v4(let address) = sender.host, var description = try? SessionDescription(parsing: body)
        else { return body }
        let named = [description.connectionAddress] + description.media.map(\.connectionAddress)
        guard named.contains(where: isPrivate) else { return body }
        if isPrivate(description.originAddress) { description.setOriginAddress(.ipv4(address)) }
        description.setConnectionAddress(.ipv4(address))
        return description.serialized()
    }

    private static func isPrivate(_ host: Host?) -> Bool {
        // 0.0.0.0 is the old way to put a call on hold (RFC 3264 §8.4).
        guard case .ipv4(let address)? = host, address.bits != 0 else { return false }
        return TransportAddress(host: .v4(address), port: 0).isPrivate
    }
}
