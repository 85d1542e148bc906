internal import CProcessPoolSupport
internal import Glibc

/// The page on which a worker shows its parent what it is doing, without a message.
///
/// The parent reads it when the worker hangs or has died, so it must be written *before* the work it tells of.
/// Every write is one 64-bit store. The layout is in `CProcessPoolSupport.h`.
@safe public final class SharedPage {
    // Unsafe: memory from mmap, valid until deinit; the fields are below the page's size by their definition.
    private let memory: UnsafeMutableRawPointer

    /// Maps the page behind a descriptor; `nil` when it is not one.
    package init?(descriptor: Int32) {
        guard let memory = unsafe processpool_page_map(descriptor, 1) else { return nil }
        unsafe self.memory = unsafe memory
    }

    deinit {
        unsafe processpool_page_unmap(memory)
    }

    /// Says what is about to be worked on.
    ///
    /// - Parameters:
    ///   - execution: the worker's number for the piece of work; 0 means none.
    ///   - position: how far that work has come (its journal position).
    ///   - line: the line of the script that it stands at.
    public func write(execution: UInt64, position: UInt64, line: UInt64) {
        store(PROCESSPOOL_PAGE_EXECUTION, execution)
        store(PROCESSPOOL_PAGE_POSITION, position)
        store(PROCESSPOOL_PAGE_LINE, line)
        advance()
    }

    /// Shows that the worker lives: to be called at least every 100 ms or so while there is work.
    public func advance() {
        store(PROCESSPOOL_PAGE_PROGRESS, load(PROCESSPOOL_PAGE_PROGRESS) &+ 1)
    }

    /// Says that so many more pieces of work are begun: what the pool counts for its limit of work and its search for
    /// leaks.
    public func countWork(_ count: Int = 1) {
        store(PROCESSPOOL_PAGE_WORK, load(PROCESSPOOL_PAGE_WORK) &+ UInt64(clamping: count))
    }

    /// Says how many pieces of work are held now, begun and not ended: the memory that they take is not taken for a leak.
    public func showHeldWork(_ count: Int) {
        store(PROCESSPOOL_PAGE_HELD, UInt64(clamping: count))
    }

    /// Puts up the walls; calls that they refuse are counted on this page, which therefore must live as long as the
    /// process.
    func enterSandbox(_ parts: Sandbox.Parts) throws(ChildChannel.Failure) -> Sandbox.Reached {
        // The filter's handler writes to the page at any later time.
        _ = unsafe Unmanaged.passRetained(self)
        var result = processpool_sandbox_result()
        // Unsafe: the result is written during the call; the page stays mapped, see above.
        let error = unsafe processpool_sandbox_enter(parts.rawValue & 3, memory, &result)
        guard error == 0 else { throw .notSandboxed(errno: -error) }
        var reached = Sandbox.Reached(parts: .limits)
        if result.landlock_version > 0 {
            reached.parts.insert(.landlock)
            reached.landlockVersion = UInt8(clamping: result.landlock_version)
        }
        if result.has_seccomp != 0 { reached.parts.insert(.seccomp) }
        for (wall, error) in [("Landlock", result.landlock_error), ("seccomp", result.seccomp_error)] where error != 0 {
            // Openly: the log says what is missing, the pool whether that will do.
            let line = Array("sandbox: \(wall) is not in force, error \(error)\n".utf8)
            // Unsafe: the array and its count, during the call.
            _ = unsafe Glibc.write(2, line, line.count)
        }
        return reached
    }

    func setBusy(_ busy: Bool) {
        store(PROCESSPOOL_PAGE_BUSY, busy ? 1 : 0)
    }

    func countFrames(_ frames: Int) {
        store(PROCESSPOOL_PAGE_FRAMES, load(PROCESSPOOL_PAGE_FRAMES) &+ UInt64(frames))
    }

    private func store(_ field: Int, _ value: UInt64) {
        unsafe processpool_page_store(memory, UInt32(field), value)
    }

    private func load(_ field: Int) -> UInt64 {
        unsafe processpool_page_load(memory, UInt32(field))
    }
}
