// Every truncated character at the end of a region, under AddressSanitizer: Scripts/fuzz-language edges.
import DialplanCore
import Foundation

@main
struct RegexEdgesMain {
    static func main() {
        let violations = RegexEdges.violations(RegexEdges.endings)
        for violation in violations { print(violation) }
        print("\(RegexEdges.endings.count) endings, \(violations.count) violations, nothing read beyond a region")
        exit(violations.isEmpty ? 0 : 1)
    }
}
