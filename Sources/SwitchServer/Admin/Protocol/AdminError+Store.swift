public import CallStore

extension AdminError {
    /// Any error as administrators see it.
    public init(_ error: any Error) {
        switch error {
        case let known as AdminError: self = known
        case let error as StoreError: self.init(error.code.description, error.message)
        default: self.init(Self.failed, "\(error)")
        }
    }

    public init(_ code: StoreError.Code, _ message: String) { self.init(code.description, message) }

    public static func == (error: AdminError, code: StoreError.Code) -> Bool { error.code == code.description }
}
