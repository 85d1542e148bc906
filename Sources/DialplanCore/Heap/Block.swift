#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The bytes that a region lies in; its owner frees them.
///
/// Small blocks are malloc's and move when they grow. A large one gets its addresses, up to the most that it may ever need,
/// when it is made, and their memory piece by piece: growing it copies nothing and touches nothing. (By realloc, a region of
/// 8 MiB that grew was copied and its pages were touched anew, which took longer than a collection.)
@safe struct Block: BitwiseCopyable {
    @unsafe private(set) var base: UnsafeMutableRawPointer
    /// Bytes that can be used.
    private(set) var capacity: Int
    /// Bytes of address space; 0: malloc's.
    private var reserved: Int

    /// From here on blocks are large.
    static let largeBytes = 1 << 20
    /// Large blocks begin at, and get their memory in, the size of large pages, which the system is asked for: touching thousands of
    /// small ones takes longer than filling them.
    private static let pageBytes = 2 << 20

    /// - Parameter most: what it may have to grow to.
    /// - Returns: nil when the system has no memory.
    init?(_ size: Int, most: Int) {
        if size < Block.largeBytes {
            guard let block = unsafe malloc(size) else { return nil }
            unsafe base = block
            capacity = size
            reserved = 0
            return
        }
        let space = Block.pages(max(size, most))
        guard let start = unsafe Block.reserve(space) else { return nil }
        unsafe base = start
        capacity = 0
        reserved = space
        guard commit(size) else {
            release()
            return nil
        }
    }

    /// No memory; nothing can be read in it.
    static var none: Block { unsafe Block(nowhere: UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped) }

    private init(nowhere: UnsafeMutableRawPointer) {
        unsafe base = unsafe nowhere
        capacity = 0
        reserved = 0
    }

    /// Addresses without memory that begin at a large page.
    @unsafe private static func reserve(_ space: Int) -> UnsafeMutableRawPointer? {
        guard let start = unsafe mmap(nil, space + pageBytes, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0),
            unsafe start != MAP_FAILED
        else { return nil }
        let before = pages(Int(bitPattern: start)) - Int(bitPattern: start)
        if before > 0 { _ = unsafe munmap(start, before) }
        if before < pageBytes { _ = unsafe munmap(start + before + space, pageBytes - before) }
        return unsafe start + before
    }

    private static func pages(_ size: Int) -> Int { (size &+ pageBytes &- 1) & ~(pageBytes &- 1) }

    /// Grows (or shrinks) to `size` bytes, of which `used` are kept; false, and nothing has changed, when the system has no
    /// memory.
    mutating func resize(to size: Int, used: Int, most: Int) -> Bool {
        if reserved == 0, size < Block.largeBytes {
            guard let block = unsafe realloc(base, size) else { return false }
            unsafe base = block
            capacity = size
            return true
        }
        if reserved > 0, size >= Block.largeBytes, size <= reserved {
            if size > capacity { return commit(size) }
            return decommit(to: Block.pages(size))
        }
        guard let other = Block(size, most: most) else { return false }
        unsafe memcpy(other.base, base, used)
        release()
        self = other
        return true
    }

    private mutating func commit(_ size: Int) -> Bool {
        let end = min(Block.pages(size), reserved)
        let start = Block.pages(capacity)
        if end > start {
            guard unsafe mprotect(base + start, end - start, PROT_READ | PROT_WRITE) == 0 else { return false }
            #if os(Linux)
            // A wish: nothing changes when it is refused.
            _ = unsafe madvise(base, end, MADV_HUGEPAGE)
            #endif
        }
        capacity = size
        return true
    }

    /// What is taken away reads as zeros when it comes back, as fresh memory does.
    private mutating func decommit(to size: Int) -> Bool {
        let end = Block.pages(capacity)
        if size < end {
            _ = unsafe madvise(base + size, end - size, MADV_DONTNEED)
            _ = unsafe mprotect(base + size, end - size, PROT_NONE)
        }
        capacity = min(capacity, size)
        return true
    }

    /// What lies beyond is no room: of a to-space that became a region.
    mutating func limit(to most: Int) { capacity = min(capacity, most) }

    func release() {
        if reserved > 0 {
            _ = unsafe munmap(base, reserved)
        } else if capacity > 0 {
            unsafe free(base)
        }
    }
}
