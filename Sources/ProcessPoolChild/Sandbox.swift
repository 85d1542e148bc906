/// The walls around a worker, which it puts up itself before it does anything else.
public enum Sandbox {
    /// Walls that can be asked for. Any of them brings the limits: no new privileges, no capabilities, no further
    /// processes, no files written.
    public struct Parts: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// No wall at all, for programs that are trusted.
        public static let none: Parts = []
        /// The limits.
        public static let limits = Parts(rawValue: 4)
        /// No file and no TCP port can be opened, no process outside can be signalled or traced (Landlock).
        public static let landlock = Parts(rawValue: 1)
        /// Only listed system calls (seccomp).
        public static let seccomp = Parts(rawValue: 2)
        public static let all: Parts = [.limits, .landlock, .seccomp]
    }

    /// How strong the walls are, for comparing with what an operator demands. Each includes those before it.
    public enum Level: UInt8, Comparable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
        case none = 0
        /// Limits only: the kernel has no seccomp, or refuses it.
        case limits = 1
        /// Limits and the filter of system calls. All that a kernel without Landlock can give.
        case filter = 2
        /// Limits, filter and Landlock.
        case full = 3

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        public init?(_ name: String) {
            guard let level = Level.allCases.first(where: { $0.description == name }) else { return nil }
            self = level
        }

        /// `none`, `limits`, `filter`, `full`.
        public var description: String {
            switch self {
            case .none: "none"
            case .limits: "limits"
            case .filter: "filter"
            case .full: "full"
            }
        }
    }

    /// What is in force.
    public struct Reached: Hashable, Sendable {
        public var parts: Parts
        /// The version of the kernel's Landlock interface in use; 0 without.
        public var landlockVersion: UInt8

        public init(parts: Parts = .none, landlockVersion: UInt8 = 0) {
            self.parts = parts
            self.landlockVersion = landlockVersion
        }

        /// Landlock without the filter counts as limits: it leaves too many ways out.
        public var level: Level {
            guard parts.contains(.limits) else { return .none }
            guard parts.contains(.seccomp) else { return .limits }
            return parts.contains(.landlock) ? .full : .filter
        }
    }
}
