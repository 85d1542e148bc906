internal import CProcessPoolSupport

/// The parent's view of a worker's shared page. Read only; the worker may write at any moment.
@safe final class SharedPageReader: Sendable {
    // Unsafe: memory from mmap, valid until deinit, only ever read, each field atomically; so it may cross threads.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

    init?(descriptor: Int32) {
        guard let memory = unsafe processpool_page_map(descriptor, 0) else { return nil }
        unsafe self.memory = unsafe memory
    }

    deinit {
        unsafe processpool_page_unmap(memory)
    }

    func read() -> SharedPageReading {
        SharedPageReading(
            execution: load(PROCESSPOOL_PAGE_EXECUTION),
            position: load(PROCESSPOOL_PAGE_POSITION),
            line: load(PROCESSPOOL_PAGE_LINE),
            progress: load(PROCESSPOOL_PAGE_PROGRESS),
            isBusy: load(PROCESSPOOL_PAGE_BUSY) != 0,
            framesRead: load(PROCESSPOOL_PAGE_FRAMES),
            work: load(PROCESSPOOL_PAGE_WORK),
            held: load(PROCESSPOOL_PAGE_HELD),
            refusedCalls: load(PROCESSPOOL_PAGE_REFUSALS),
            lastRefusedCall: load(PROCESSPOOL_PAGE_LAST_REFUSED)
        )
    }

    private func load(_ field: Int) -> UInt64 {
        unsafe processpool_page_load(memory, UInt32(field))
    }
}
