import CallStore
public import Switchboard

/// What a switch would know if it started on a store now.
public struct DirectoryFile: Sendable {
    public let directory: Directory
    public let bindings: [Switchboard::Binding]

    /// - Throws: ``StoreError``.
    public init(database: String) throws {
        let store = try CallStore.open(database, role: .inspecting)
        defer { store.close() }
        let loaded = try LoadedDirectory(store)
        directory = loaded.directory
        bindings = loaded.bindings
    }
}
