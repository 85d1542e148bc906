import Foundation
import Glibc

/// The installation's secret, in a file beside the database that only its owner may read.
enum InstallationSecret {
    static let byteCount = 32

    /// Reads the secret, or makes one on the first start.
    static func load(besides database: String) throws(ServeError) -> [UInt8] {
        let path = database + ".key"
        if let data = FileManager.default.contents(atPath: path) {
            guard data.count == byteCount else {
                throw ServeError(
                    "\(path) should hold \(byteCount) bytes but holds \(data.count); restore it from a backup, "
                        + "or delete it (registrations go on, nonces given out become invalid)")
            }
            return Array(data)
        }
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        // Unsafe: C strings of Swift's, and the secret's own bytes, for the length of each call.
        // Nobody else may read it at any moment, and a half-written file must not stay.
        let temporary = path + ".new"
        _ = unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, unsafe write(descriptor, secret, secret.count) == secret.count,
            fsync(descriptor) == 0, unsafe rename(temporary, path) == 0
        else {
            throw ServeError("cannot write \(path): check that its folder exists, can be written and has room")
        }
        return secret
    }
}
