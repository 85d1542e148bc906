import SIPMessage

/// What a leg is made from: the received INVITE, or for a plan that was dialled, the INVITE it would have received.
struct Invitation {
    var requestURI: SIPURI
    var from: NameAddress
    /// The message whose other headers and body the script sees.
    var message: SIPRequest
    var contentType: String?
    var body: [UInt8]
    /// Hops that are left for what is placed from here.
    var maxForwards: Int

    var dialledUser: String { requestURI.user ?? "" }
}
