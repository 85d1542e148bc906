import Crypto
import SIPMessage

/// Mints every identifier that leaves the switch. They are functions of what they name, so that a repeated effect
/// repeats the identifier and never makes a second call; and they cannot be guessed without the secret.
struct Identifiers: Sendable {
    enum Kind: UInt8 { case callID = 1, fromTag, toTag, branch, seed, nonce }

    private let key: SymmetricKey
    private let prefix: String

    init(secret: [UInt8], shard: UInt8) {
        key = SymmetricKey(data: secret)
        prefix = String(shard, radix: 16) + "-"
    }

    /// 80 bits of a keyed hash in hexadecimal, behind the shard's number.
    func token(_ kind: Kind, _ numbers: UInt64...) -> Token { Token(text(kind, numbers)) ?? "0" }

    func callID(_ numbers: UInt64...) -> CallID { CallID(Token(text(.callID, numbers)) ?? "0") }

    private func text(_ kind: Kind, _ numbers: [UInt64]) -> String { prefix + String(hex(kind, numbers).prefix(20)) }

    func branch(_ numbers: UInt64...) -> Token { Token(Via.magicCookie + text(.branch, numbers)) ?? "z9hG4bK" }

    func seed(execution: UInt64) -> UInt64 { UInt64(hex(.seed, [execution]).prefix(16), radix: 16) ?? execution }

    func signature(_ kind: Kind, _ numbers: UInt64...) -> String { String(hex(kind, numbers).prefix(32)) }

    private func hex(_ kind: Kind, _ numbers: [UInt64]) -> String {
        var input = [kind.rawValue]
        for number in numbers {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                input.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        let code = HMAC<SHA256>.authenticationCode(for: input, using: key)
        return code.reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
