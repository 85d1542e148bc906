/// Why the store could not do what it was asked.
///
/// `message` is written for the person at the keyboard: what is wrong, with names, and what to do about it. Codes are
/// static members rather than enum cases, so that new ones break nobody.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// Another connection holds the file's write lock for longer than the busy timeout.
        public static let locked = Code(description: "locked")
        /// A serving process has the store open; this role may not be taken beside it.
        public static let beingServed = Code(description: "beingServed")
        /// The file is damaged or is no SQLite file.
        public static let corrupt = Code(description: "corrupt")
        /// No room left on the file system.
        public static let diskFull = Code(description: "diskFull")
        /// The file or its folder cannot be written, or the store was opened for inspecting.
        public static let readOnly = Code(description: "readOnly")
        /// The file could not be opened or created.
        public static let cannotOpen = Code(description: "cannotOpen")
        /// The file is an SQLite database of another program.
        public static let notAStore = Code(description: "notAStore")
        /// A newer version of this program wrote the file.
        public static let newerSchema = Code(description: "newerSchema")
        /// The file is from an older version and was opened for inspecting only, so it was not migrated.
        public static let olderSchema = Code(description: "olderSchema")
        /// The operating system failed to read or write.
        public static let inputOutput = Code(description: "inputOutput")
        public static let unknownUser = Code(description: "unknownUser")
        public static let unknownDomain = Code(description: "unknownDomain")
        public static let unknownAccount = Code(description: "unknownAccount")
        public static let unknownProvider = Code(description: "unknownProvider")
        public static let unknownDialplan = Code(description: "unknownDialplan")
        public static let unknownBinding = Code(description: "unknownBinding")
        public static let alreadyExists = Code(description: "alreadyExists")
        /// It cannot go while others need it; the message names them.
        public static let inUse = Code(description: "inUse")
        /// Somebody else changed it since it was read.
        public static let changedMeanwhile = Code(description: "changedMeanwhile")
        /// The key file of the provider secrets is lost, damaged, readable by others, or another one than they were
        /// encrypted with.
        public static let secretsKey = Code(description: "secretsKey")
        /// A provider has no secret.
        public static let noSecret = Code(description: "noSecret")
        /// A value breaks a rule for it; the message names the rule.
        public static let invalidValue = Code(description: "invalidValue")
        /// More writes are waiting than the queue may hold; nothing of this submission was taken.
        public static let queueFull = Code(description: "queueFull")
        /// The store has been closed.
        public static let closed = Code(description: "closed")
        /// An error that nobody thought of; the message has SQLite's words.
        public static let unexpected = Code(description: "unexpected")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String {
        self.message
    }
}
