internal import Crypto
internal import Foundation

/// The key that provider secrets are encrypted with, in a file beside the database that only its owner may read.
///
/// It is not in the database, so that a copy of the database (a backup, a support case) shows no secret. It is made when
/// the first secret is stored.
struct SecretsKey: Sendable {
    static let byteCount = 32
    private static let format: UInt8 = 1

    private let key: SymmetricKey
    /// The first bytes of the key's hash: tells another key from a damaged secret. Says nothing about the key.
    private let fingerprint: [UInt8]

    init(bytes: [UInt8]) {
        self.key = SymmetricKey(data: bytes)
        self.fingerprint = Array(SHA256.hash(data: Array("dialplan secrets key".utf8) + bytes).prefix(8))
    }

    static func randomBytes() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    static func path(besides database: String) -> String { database + ".secrets-key" }

    // MARK: Secrets

    /// A format byte, the key's fingerprint, then nonce, ciphertext and tag.
    ///
    /// - Parameter context: what the secret belongs to; it opens for nothing else.
    func seal(_ text: String, context: String) throws -> Data {
        let box = try AES.GCM.seal(Array(text.utf8), using: self.key, authenticating: Array(context.utf8))
        // `combined` is nil only for nonces of another length than the default one.
        guard let sealed = box.combined else { throw StoreError(.unexpected, "AES-GCM gave no combined form") }
        return Data([Self.format] + self.fingerprint) + sealed
    }

    /// - Parameter what: whose secret, for the message.
    func open(_ sealed: Data, context: String, of what: String) throws -> String {
        let header = [Self.format] + self.fingerprint
        guard sealed.count > header.count, sealed.first == Self.format else {
            throw StoreError(.corrupt, "the stored secret of \(what) is damaged; set it again")
        }
        guard Array(sealed.prefix(header.count)) == header else {
            throw StoreError(
                .secretsKey,
                """
                the secret of \(what) was encrypted with another key than the one in the key file; put the file back \
                that belongs to this database, or set the secret again
                """)
        }
        guard let box = try? AES.GCM.SealedBox(combined: sealed.dropFirst(header.count)),
            let text = try? AES.GCM.open(box, using: self.key, authenticating: Array(context.utf8))
        else {
            throw StoreError(.corrupt, "the stored secret of \(what) is damaged; set it again")
        }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: The file

    /// nil when there is no file.
    static func load(from path: String) throws(StoreError) -> SecretsKey? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        try Self.checkMode(of: path)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError(.secretsKey, "\(path) cannot be read; give it to the user that the switch runs as")
        }
        guard data.count == Self.byteCount else {
            throw StoreError(
                .secretsKey,
                "\(path) should hold \(Self.byteCount) bytes but holds \(data.count); restore it from your backup")
        }
        return SecretsKey(bytes: Array(data))
    }

    static func checkMode(of path: String) throws(StoreError) {
        guard let mode = FileStatus(path)?.mode, mode & 0o077 != 0 else { return }
        throw StoreError(
            .secretsKey,
            """
            \(path) can be read by other users (mode \(String(mode, radix: 8))); run 'chmod 600 \(path)', and change \
            the providers' passwords if somebody may have read it
            """)
    }

    /// Makes the file: at once with its right mode, whole or not at all, and never over one that is there.
    static func create(at path: String) throws(StoreError) -> SecretsKey {
        let bytes = Self.randomBytes()
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe Foundation.open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemCallFailure(number: errno).storeError(opening: path) }
        defer {
            close(descriptor)
            _ = unsafe unlink(temporary)
        }
        // Unsafe: C strings of Swift's, and the key's own bytes, for the length of each call. `link`, unlike `rename`,
        // fails when another process was faster.
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            unsafe link(temporary, path) == 0
        else { throw SystemCallFailure(number: errno).storeError(opening: path) }
        return SecretsKey(bytes: bytes)
    }
}
