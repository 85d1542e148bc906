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

    private func text(_ kind: Kind, _ numbers: [UInt64]) -> String { prefix + hex(kind, numbers, bytes: 10) }

    func branch(_ numbers: UInt64...) -> Token { Token(Via.magicCookie + text(.branch, numbers)) ?? "z9hG4bK" }

    func seed(execution: UInt64) -> UInt64 {
        code(.seed, [execution]).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    func signature(_ kind: Kind, _ numbers: UInt64...) -> String { hex(kind, numbers, bytes: 16) }

    /// The first bytes of the code in hexadecimal.
    private func hex(_ kind: Kind, _ numbers: [UInt64], bytes: Int) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes)
        for byte in code(kind, numbers).prefix(bytes) {
            digits.append(Self.digit(byte >> 4))
            digits.append(Self.digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 87 }

    private func code(_ kind: Kind, _ numbers: [UInt64]) -> HMAC<SHA256>.MAC {
        var input = [kind.rawValue]
        input.reserveCapacity(1 + 8 * numbers.count)
        for number in numbers {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                input.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return HMAC<SHA256>.authenticationCode(for: input, using: key)
    }
}
