import Logging
import Synchronization
import Testing

@testable import ServiceSupport

/// A log that keeps its lines; its clock stands where it is put.
private final class Kept: Sendable {
    let lines = Mutex<[String]>([])
    let passed = Mutex<Duration>(.zero)
    let start = ContinuousClock.now

    func output(_ format: LogFormat) -> LogOutput {
        LogOutput(format: format) { line in
            self.lines.withLock { $0.append(line) }
        } now: {
            (self.start + self.passed.withLock { $0 }, 1_795_458_896_000_123)
        }
    }

    func logger(
        _ format: LogFormat, _ levels: LogControl.Levels = .init(standard: .info), label: String = "dialplan.pool"
    ) -> Logger {
        let control = LogControl(levels)
        let output = output(format)
        return Logger(label: label) { ServiceLogHandler(label: $0, output: output, control: control) }
    }
}

@Suite("Logging")
struct LoggingTests {
    @Test(
        "each format writes the same message in its own way",
        arguments: [
            (LogFormat.text, "18:34:56.000 warning  pool: worker ended  pid=7  reason=\"killed by 9\""),
            (.colour, "18:34:56.000 \u{1B}[33mwarning \u{1B}[0m pool: worker ended  pid=7  reason=\"killed by 9\""),
            (
                .json,
                "{\"time\":\"2026-11-23T18:34:56.000123Z\",\"level\":\"warning\",\"module\":\"pool\",\"message\":\"worker ended\",\"pid\":\"7\",\"reason\":\"killed by 9\"}"
            ),
            (
                .logfmt,
                "time=2026-11-23T18:34:56.000123Z level=warning module=pool message=\"worker ended\" pid=7 reason=\"killed by 9\""
            ),
            (.journal, "<4>module=pool message=\"worker ended\" pid=7 reason=\"killed by 9\""),
        ])
    func formats(format: LogFormat, line: String) {
        let kept = Kept()
        kept.logger(format).warning("worker ended", metadata: ["reason": "killed by 9", "pid": "7"])
        #expect(kept.lines.withLock { $0 } == [line])
    }

    @Test("what comes from outside cannot forge a line, a field or a terminal's state", arguments: LogFormat.allCases)
    func hostile(format: LogFormat) {
        let kept = Kept()
        let evil = "a\n<0>forged=1 \u{1B}[2J\r\u{202E}\"x\" =\\\u{2028}\u{0}"
        kept.logger(format).notice("\(evil)", metadata: ["who": "\(evil)", "bad key=\n": "1"])
        let lines = kept.lines.withLock { $0 }
        #expect(lines.count == 1)
        for scalar in lines.joined().unicodeScalars {
            #expect(scalar.value >= 0x20 && scalar.value != 0x202E && scalar.value != 0x2028)
        }
        #expect(lines.first?.contains("bad_key__=1") == true || lines.first?.contains("\"bad_key__\":\"1\"") == true)
    }

    @Test("values of secrets are not written", arguments: ["password", "HA1-MD5", "authorization", "provider-secret"])
    func secrets(key: String) {
        let kept = Kept()
        kept.logger(.logfmt).notice("x", metadata: [key: "hunter2", "header": "Digest response=\"hunter2\""])
        let text = kept.lines.withLock { $0 }.joined()
        #expect(text.contains("***") && !text.contains("hunter2"))
    }

    @Test("a module may have a level of its own, and levels may change while a logger lives")
    func levels() {
        let kept = Kept()
        let control = LogControl(.init(standard: .warning, modules: ["pool": .debug]))
        let output = kept.output(.logfmt)
        func logger(_ label: String) -> Logger {
            Logger(label: label) { ServiceLogHandler(label: $0, output: output, control: control) }
        }
        let (pool, admin) = (logger("dialplan.pool"), logger("dialplan.admin"))
        pool.debug("one")
        admin.notice("never")
        control.current = .init(standard: .info)
        pool.debug("never")
        admin.info("two")
        #expect(
            kept.lines.withLock { $0.map { $0.contains("message=one") || $0.contains("message=two") } } == [true, true])
    }

    @Test("a message that comes again and again is dropped after a while, counted, and does not silence others")
    func repeats() {
        let kept = Kept()
        let logger = kept.logger(.logfmt)
        for number in 0..<(LogOutput.most + 400) { logger.notice("refused", metadata: ["source": "\(number)"]) }
        logger.notice("rare")
        #expect(kept.lines.withLock { $0.count } == LogOutput.most + 1)
        kept.passed.withLock { $0 = LogOutput.period }
        logger.notice("refused")
        #expect(kept.lines.withLock { $0.last?.hasSuffix("message=refused dropped-before=400") } == true)
    }

    @Test("kinds that are told apart are bounded: a flood of different messages shares one account")
    func boundedKinds() {
        var limiter = RepeatLimiter(most: 2, period: .seconds(1), kinds: 3)
        let now = ContinuousClock.now
        for name in ["a", "b", "c"] { #expect(limiter.judge(name, at: now) == .write(droppedBefore: 0)) }
        let written = (0..<100).count { limiter.judge("other \($0)", at: now) != .drop }
        #expect(written == 2)
        #expect(limiter.judge("a", at: now) == .write(droppedBefore: 0))
    }

    @Test(
        "times are civil UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"), (4_102_444_799_999_999, "2099-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func times(microseconds: Int64, text: String) {
        #expect(LogTime.text(microseconds) == text)
    }
}
