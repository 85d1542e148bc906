import CoreMetrics
import Synchronization

/// Where the switch's metrics live: a backend of swift-metrics that can be written out in Prometheus' text format.
///
/// Recorders and timers become histograms with fixed bounds; timers are in seconds.
final class PrometheusRegistry: MetricsFactory, Sendable {
    fileprivate enum Kind: String { case counter, gauge, histogram }

    fileprivate struct Series: Sendable {
        var value = 0.0
        /// Of histograms: observations at most each bound, and all of them.
        var buckets: [Double] = []
        var count = 0.0
    }

    fileprivate struct Family: Sendable {
        var kind: Kind
        /// By the labels as they are written.
        var series: [String: Series] = [:]
    }

    /// Upper bounds in seconds.
    private static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// - Parameter help: a sentence for each name.
    init(help: [String: String]) {
        self.help = help
    }

    /// All metrics in the text format, version 0.0.4.
    var exposition: String {
        families.withLock { families in
            var text = ""
            for (name, family) in families.sorted(by: { $0.key < $1.key }) {
                if let help = help[name] { text += "# HELP \(name) \(help)\n" }
                text += "# TYPE \(name) \(family.kind.rawValue)\n"
                for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                    text +=
                        family.kind == .histogram
                        ? Self.histogram(name, labels, series) : "\(name)\(braced(labels)) \(number(series.value))\n"
                }
            }
            return text
        }
    }

    private static func histogram(_ name: String, _ labels: String, _ series: Series) -> String {
        var text = ""
        let prefix = labels.isEmpty ? "" : labels + ","
        for (bound, count) in zip(bounds.map { "\($0)" } + ["+Inf"], series.buckets + [series.count]) {
            text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(Int(count))\n"
        }
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        return text + "\(name)_sum\(braces) \(series.value)\n\(name)_count\(braces) \(Int(series.count))\n"
    }

    private func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private func number(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { name, value in
            let escaped = value.reduce(into: "") { text, character in
                switch character {
                case "\\": text += "\\\\"
                case "\"": text += "\\\""
                case "\n": text += "\\n"
                default: text.append(character)
                }
            }
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }

    fileprivate func change(_ handler: Handler, _ body: (inout Double) -> Void) {
        families.withLock {
            body(&$0[handler.name, default: Family(kind: handler.kind)].series[handler.labels, default: Series()].value)
        }
    }

    fileprivate func observe(_ handler: Handler, _ value: Double) {
        families.withLock { families in
            var family = families[handler.name] ?? Family(kind: .histogram)
            var series = family.series[handler.labels] ?? Series()
            if series.buckets.isEmpty { series.buckets = Self.bounds.map { _ in 0 } }
            for (index, bound) in Self.bounds.enumerated() where value <= bound { series.buckets[index] += 1 }
            series.count += 1
            series.value += value
            family.series[handler.labels] = series
            families[handler.name] = family
        }
    }

    /// Takes a series out: what it told of is no more.
    func remove(_ name: String, _ dimensions: [(String, String)]) {
        families.withLock { $0[name]?.series[Self.labels(dimensions)] = nil }
    }

    // MARK: MetricsFactory

    /// One series; all kinds in one.
    fileprivate final class Handler: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
        TimerHandler, Sendable
    {
        let registry: PrometheusRegistry
        let kind: Kind
        let name: String
        let labels: String

        init(_ registry: PrometheusRegistry, _ kind: Kind, _ name: String, _ dimensions: [(String, String)]) {
            self.registry = registry
            self.kind = kind
            self.name = name
            labels = PrometheusRegistry.labels(dimensions)
            if kind != .histogram { registry.change(self) { _ in } }
        }

        func increment(by amount: Int64) { registry.change(self) { $0 += Double(max(0, amount)) } }
        func increment(by amount: Double) { registry.change(self) { $0 += amount } }
        func decrement(by amount: Double) { registry.change(self) { $0 -= amount } }
        func reset() { registry.change(self) { $0 = 0 } }
        func set(_ value: Int64) { registry.change(self) { $0 = Double(value) } }
        func set(_ value: Double) { registry.change(self) { $0 = value } }
        func record(_ value: Int64) { registry.observe(self, Double(value)) }
        func record(_ value: Double) { registry.observe(self, value) }
        func recordNanoseconds(_ duration: Int64) { registry.observe(self, Double(duration) / 1e9) }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler(self, .counter, label, dimensions)
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        Handler(self, .counter, label, dimensions)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        Handler(self, .gauge, label, dimensions)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Handler(self, .histogram, label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Handler(self, .histogram, label, dimensions)
    }

    // Series stay until `remove`: a counter that is forgotten and made again must not begin anew.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
