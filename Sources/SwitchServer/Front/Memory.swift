import CSwitchSupport

/// The allocator's own memory.
enum Memory {
    /// Returns what is free to the system: after a busy time glibc keeps it otherwise.
    static func giveBack() { switch_trim_heap() }
}
