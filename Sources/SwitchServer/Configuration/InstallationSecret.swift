import Foundation

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
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(secret), attributes: [.posixPermissions: 0o600])
        else { throw ServeError("cannot write \(path): check that its folder exists and can be written") }
        return secret
    }
}
