import DialplanHostCalls
import Testing

@testable import DialplanCore

/// Every core method with script code in every place where it may call some: blocks, `==`, `hash`, `<=>`, `to_s`, `coerce`
/// and their kin. The methods come from the library's own tables, so a new one is tried without being named here.
@Suite("Callbacks of core methods may do anything")
struct CallbackTests {
    @Test("every method of the library's tables is called on something that has it")
    func receivesAll() throws {
        let covered = Set(CallbackTests.receivers.flatMap(\.classes))
        #expect(CallbackTests.tables.filter { !covered.contains($0.id) }.map(\.name) == [])
        // Methods that a receiver stands for are its own: a wrong sample would try nothing.
        for receiver in CallbackTests.receivers {
            let names = receiver.classes.flatMap(CallbackTests.names).map { ":'\($0)'" }.joined(separator: ", ")
            let script =
                CallbackTests.prologue
                + "x = \(receiver.make)\nm = [\(names)].reject { |n| x.respond_to?(n, true) }\nsys.Log m.inspect"
            let lines = try Trial().run(script).lines
            #expect(lines == ["[]"], "\(receiver.make)")
        }
    }

    @Test("suspended, raising, breaking, out of fuel or spoiling the receiver", arguments: receivers, actions.indices)
    func callbacks(_ receiver: Receiver, _ index: Int) throws {
        let limits = CallbackTests.limits
        for (image, whole) in try CallbackTests.runs(receiver, CallbackTests.actions[index].code) {
            if case .failed(let failure) = whole.result {
                #expect(failure.kind == .limit, "\(whole.lines): \(failure)")
            }
            // Out of fuel inside every callback; then everything moves at every safe point.
            #expect(try Trial(limits: limits, slice: 1).run(image) == whole, "\(whole.lines)")
            let collected = try Trial(limits: limits, slice: 7, collectsAlways: true).run(image)
            if whole.result == .finished, collected.result == .finished {
                #expect(collected.bytes == whole.bytes, "\(whole.lines)")
            }
        }
    }

    @Test("code of a script runs inside every method that may call it, whatever it does", arguments: actions.indices)
    func reachesAll(_ index: Int) throws {
        var reached: Set<CallbackTable.Row> = []
        for receiver in CallbackTests.receivers {
            for (_, whole) in try CallbackTests.runs(receiver, CallbackTests.actions[index].code) {
                for line in whole.lines {
                    if let row = line.split(separator: "\t").first.flatMap({ receiver.row(String($0)) }) {
                        reached.insert(row)
                    }
                }
            }
        }
        // A script does not see the names with two underscores; `freeze` would keep the others from their work.
        let demanded = Set(
            CallbackTable().rows.filter { !$0.name.hasPrefix("__") && $0.name != "freeze" }.map(CallbackTable.shown))
        let excepted = Set(CallbackTests.exceptions.flatMap(\.methods))
        let seen = Set(reached.map(CallbackTable.shown))
        #expect(demanded.union(CallbackTests.texts).subtracting(seen).subtracting(excepted).sorted() == [])
        // An exception that is none any more, or never was one.
        #expect(excepted.subtracting(demanded).union(excepted.intersection(seen)).sorted() == [])
    }
}
