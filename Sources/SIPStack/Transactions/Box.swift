/// A value kept apart, so that what holds it stays small once it is gone.
final class Box<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
