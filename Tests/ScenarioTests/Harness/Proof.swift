import Foundation

/// How thorough the scenarios are: `make prove` gives them the times and numbers of the issue, `make test` smaller ones.
enum Proof {
    static let isThorough =
        (ProcessInfo.processInfo.environment["DIALPLAN_LOAD_SECONDS"].flatMap { Int($0) } ?? 0) >= 300
}
