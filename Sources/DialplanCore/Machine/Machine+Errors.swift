/// Making exceptions. Messages are built in the region; nothing here touches the Swift heap.
extension Machine {
    /// Bytes of an error's text that leave the Machine.
    static let messageBytesMax = 8 << 10

    /// An exception object; slots 0 message, 1 position, 2 cause.
    mutating func newException(_ id: ClassID, _ message: Value) throws(Stop) -> Value {
        let object = try allocate(.exception, id)
        try heap.setField(object.handle, 0, message)
        return object
    }

    /// Notes where an exception was raised (once) and what it came from.
    mutating func stamp(_ exception: Value) throws(Stop) {
        guard heap.field(exception.handle, 1).tag != .integer else { return }
        let position = currentPosition
        try heap.setField(
            exception.handle, 1, .integer(Int64(position.line) << 12 | Int64(min(position.column, 0xFFF))))
        if !errorInfo.isIdentical(to: exception) { try heap.setField(exception.handle, 2, errorInfo) }
    }

    /// Makes an exception pending. The caller throws what this returns.
    mutating func error(_ id: ClassID, _ text: StaticString) -> Stop {
        do throws(Stop) {
            return try raise(id, try heap.newString(text))
        } catch { return error }
    }

    mutating func raise(_ id: ClassID, _ message: Value) throws(Stop) -> Stop {
        let exception = try newException(id, message)
        try stamp(exception)
        pending = exception
        return .raise
    }

    /// With a name in the middle.
    mutating func error(_ id: ClassID, _ before: StaticString, _ name: ByteView, _ after: StaticString) -> Stop {
        do throws(Stop) {
            let position = heap.region.position(of: name)
            let text = try heap.newString(before)
            try heap.append(text.handle, heap.region.view(name, at: position))
            try heap.append(text.handle, after)
            return try raise(id, text)
        } catch { return error }
    }

    mutating func error(
        _ id: ClassID, _ before: StaticString, _ name: ByteView, _ between: StaticString, _ second: ByteView,
        _ after: StaticString
    ) -> Stop {
        do throws(Stop) {
            let (position, secondPosition) = (heap.region.position(of: name), heap.region.position(of: second))
            let text = try heap.newString(before)
            try heap.append(text.handle, heap.region.view(name, at: position))
            try heap.append(text.handle, between)
            try heap.append(text.handle, heap.region.view(second, at: secondPosition))
            try heap.append(text.handle, after)
            return try raise(id, text)
        } catch { return error }
    }

    /// With the text of a string object in the middle.
    mutating func error(_ id: ClassID, _ before: StaticString, _ middle: Value, _ after: StaticString) -> Stop {
        do throws(Stop) {
            let text = try heap.newString(before)
            try heap.append(text.handle, string: middle.handle)
            try heap.append(text.handle, after)
            return try raise(id, text)
        } catch { return error }
    }

    mutating func argumentCount(_ given: Int, _ least: Int, _ most: Int) -> Stop {
        do throws(Stop) {
            let text = try heap.newString("wrong number of arguments (given ")
            try heap.append(text.handle, integer: Int64(given))
            try heap.append(text.handle, ", expected ")
            try heap.append(text.handle, integer: Int64(least))
            if most < 0 {
                try heap.append(text.handle, "+")
            } else if most != least {
                try heap.append(text.handle, "..")
                try heap.append(text.handle, integer: Int64(most))
            }
            try heap.append(text.handle, ")")
            return try raise(Core.argumentError, text)
        } catch { return error }
    }

    mutating func frozen(_ value: Value) -> Stop {
        do throws(Stop) {
            let text = try heap.newString("can't modify frozen ")
            try heap.append(text.handle, symbolName(of: visibleClass(value)))
            try heap.append(text.handle, ": ")
            try heap.append(text.handle, string: try inspected(value).handle)
            return try raise(Core.frozenError, text)
        } catch { return error }
    }

    mutating func typeMismatch(_ value: Value, into: StaticString) -> Stop {
        do throws(Stop) {
            let text = try heap.newString("no implicit conversion of ")
            switch value.tag {
            case .null: try heap.append(text.handle, "nil")
            case .isTrue: try heap.append(text.handle, "true")
            case .isFalse: try heap.append(text.handle, "false")
            default: try heap.append(text.handle, symbolName(of: visibleClass(value)))
            }
            try heap.append(text.handle, " into ")
            try heap.append(text.handle, into)
            return try raise(Core.typeError, text)
        } catch { return error }
    }

    /// NoMethodError, or NameError for a bare word.
    mutating func missingMethod(_ call: NativeCall) -> Stop {
        do throws(Stop) {
            let bare = call.flags.contains(.variable)
            let text = try heap.newString(bare ? "undefined local variable or method `" : "undefined method `")
            try heap.append(text.handle, symbolName(call.selector))
            try heap.append(text.handle, "' for ")
            try describe(call.receiver, into: text.handle)
            let stop = try raise(bare ? Core.nameError : Core.noMethodError, text)
            try setField(of: pending, Sym.nameField, .symbol(call.selector))
            try setField(of: pending, Sym.receiverField, call.receiver)
            return stop
        } catch { return error }
    }

    /// A receiver as error messages show it.
    private mutating func describe(_ value: Value, into text: Handle) throws(Stop) {
        switch value.tag {
        case .null: try heap.append(text, "nil:NilClass")
        case .isTrue: try heap.append(text, "true:TrueClass")
        case .isFalse: try heap.append(text, "false:FalseClass")
        case .classReference:
            try heap.append(text, symbolName(of: value.classID))
            try heap.append(text, isModule(value.classID) ? ":Module" : ":Class")
        case .string where heap.length(value.handle) <= 64, .integer, .float, .symbol:
            try heap.append(text, string: try inspected(value).handle)
            try heap.append(text, ":")
            try heap.append(text, symbolName(of: visibleClass(value)))
        case .host: try heap.append(text, "sys")
        case .record:
            try heap.append(
                text, symbolName(Symbol(rawValue: heap.region.u32(value.handle, Layout.Record.typeName))))
        default:
            if value.isIdentical(to: mainObject) {
                try heap.append(text, "main:Object")
            } else {
                try heap.append(text, "an instance of ")
                try heap.append(text, symbolName(of: visibleClass(value)))
            }
        }
    }

    /// No method: `method_missing`, host members, or the error.
    mutating func missing(
        _ call: NativeCall, result: Int, start: Int, frameFlags: FrameFlags
    ) throws(Stop) -> Next {
        if call.receiver.tag == .host { return try callHost(call, result: result) }
        if call.receiver.tag == .record, let value = try recordMember(call) {
            return try deliver(value, call.receiver, result: result, frameFlags: frameFlags)
        }
        let (handler, owner) = method(classID(of: call.receiver), Sym.methodMissing)
        guard handler.tag != .undefined, call.selector != Sym.methodMissing,
            handler.tag != .method || handler.methodKind != Method.Kind.native.rawValue
        else { throw missingMethod(call) }
        try reserveStack(start + (call.count + 1) * 16)
        heap.region.move(from: stack, call.arguments, to: stack, start + 16, count: call.count * 16)
        heap.region.set(stack, start, .symbol(call.selector))
        var inner = call
        inner.arguments = start
        inner.count += 1
        inner.selector = Sym.methodMissing
        inner.flags.insert(.onSelf)
        return try dispatch(
            handler, owner, inner, result: result, start: start + inner.count * 16, frameFlags: frameFlags)
    }

    mutating func checkVisibility(_ method: Value, _ owner: ClassID, _ call: NativeCall) throws(Stop) {
        if method.extra == Method.Visibility.isProtected.rawValue,
            isKind(receiver(of: frame), of: owner)
        {
            return
        }
        let text = try heap.newString(
            method.extra == Method.Visibility.isPrivate.rawValue ? "private method `" : "protected method `")
        try heap.append(text.handle, symbolName(call.selector))
        try heap.append(text.handle, "' called for ")
        try describe(call.receiver, into: text.handle)
        throw try raise(Core.noMethodError, text)
    }
}
