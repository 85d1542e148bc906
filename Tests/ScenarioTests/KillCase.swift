import Foundation
import Testing

/// A call whose worker is killed at one position: the script, and what the callee does with each leg.
struct KillCase: Sendable, CustomTestStringConvertible {
    enum Leg: Sendable {
        /// The callee ends it by itself, by the name that is dialled (Tests/Scenarios/callee_by_name.xml).
        case passes
        /// It rings; in the run with kills the worker is killed now; then the callee answers.
        case killedThenAnswered
        /// It rings; in the run with kills the worker is killed now; then the callee is busy.
        case killedThenBusy
        /// It rings, and the callee answers; nothing is killed.
        case answered

        var kills: Bool {
            switch self {
            case .passes, .answered: false
            case .killedThenAnswered, .killedThenBusy: true
            }
        }

        /// What the test tells the callee once it rings (see callee_by_name.xml); nil when it needs no word.
        var word: String? {
            switch self {
            case .passes: nil
            case .answered, .killedThenAnswered: "NOTIFY"
            case .killedThenBusy: "INFO"
            }
        }
    }

    var testDescription: String
    /// Killed as soon as a worker runs the script, before its first host call.
    var killedBeforeFirstCall = false
    var legs: [Leg]
    /// The script; `CALLEE` stands for the callee's address. It logs `token RAND TIME` once and dials users
    /// `WORD-RAND-TIME`; further random numbers stand in the log as `rNNN`.
    var script: String

    var kills: Int { legs.count(where: \.kills) + (killedBeforeFirstCall ? 1 : 0) }

    /// `rand` and `Time.now` once, for the log and for the legs that follow.
    static let token = #"""
        n = rand(1000000)
        t = Time.now.to_f
        token = "#{n}-#{(t * 1000000).to_i}"
        sys.Log("token #{token}")

        """#

    /// Runs for a second or so without a host call.
    static let computing = #"""
        i = 0
        while i < 12000000
          i = i + 1
        end

        """#

    static let all: [KillCase] = [
        KillCase(
            testDescription: "before the first host call, while the script computes", killedBeforeFirstCall: true,
            legs: [.answered],
            script: computing + token + #"sys.Dial("sip:waits-#{token}@CALLEE")"#),
        KillCase(
            testDescription: "while the first dial rings, which is then answered", legs: [.killedThenAnswered],
            script: token + #"sys.Dial("sip:waits-#{token}@CALLEE")"#),
        KillCase(
            testDescription: "while the first dial rings, which then fails: the next leg carries the values of before",
            legs: [.killedThenBusy, .answered],
            script: token + #"""
                sys.Dial("sip:waits-first@CALLEE")
                sys.Log("after #{sys.LastDialled[0].TransactionFinalResponse.StatusCode} with #{token}")
                sys.Dial("sip:waits-#{token}@CALLEE")
                """#),
        KillCase(
            testDescription: "after two failed dials with LastDialled read",
            legs: [.passes, .passes, .killedThenBusy, .answered],
            script: token + #"""
                sys.Dial("sip:busy@CALLEE")
                first = sys.LastDialled[0].TransactionFinalResponse.StatusCode
                sys.Dial("sip:missing@CALLEE")
                second = sys.LastDialled[0].TransactionFinalResponse.StatusCode
                sys.Log("so far #{first} and #{second}, r#{rand(1000)}")
                sys.Dial("sip:waits-third@CALLEE") if first == 486 && second == 404
                sys.Log("again r#{rand(1000)}")
                sys.Dial("sip:waits-#{token}@CALLEE")
                """#),
        KillCase(
            testDescription: "inside a block in a method", legs: [.passes, .killedThenBusy, .answered],
            script: #"""
                def attempt(names, token)
                  tried = 0
                  names.each do |name|
                    tried = tried + 1
                    sys.Log("attempt #{tried}: #{name}")
                    sys.Dial("sip:#{name}-#{token}@CALLEE")
                    sys.Log("no luck with #{name}, #{names.length - tried} to go")
                  end
                end

                """# + token + #"attempt(["busy", "waits", "waits", "busy"], token)"#),
        KillCase(
            testDescription: "inside rescue", legs: [.killedThenBusy, .answered],
            script: token + #"""
                begin
                  raise "no route to #{req.URI.User}"
                rescue => error
                  sys.Log("rescued: #{error.message}")
                  sys.Dial("sip:waits-first@CALLEE")
                  sys.Log("still in rescue: #{error.message}, r#{rand(1000)}")
                  sys.Dial("sip:waits-#{token}@CALLEE")
                end
                """#),
        KillCase(
            testDescription: "in each in map in rescue with ensure",
            legs: [.passes, .killedThenBusy, .killedThenAnswered],
            script: token + #"""
                begin
                  raise "first"
                rescue => error
                  begin
                    results = [["busy", "waits"], ["waits", "busy"]].map do |group|
                      group.each do |name|
                        sys.Log("#{error.message}: #{name} r#{rand(1000)}")
                        sys.Dial("sip:#{name}-#{token}@CALLEE")
                      end
                      group.length
                    end
                    sys.Log("not reached #{results.length}")
                  ensure
                    sys.Log("ensured")
                  end
                end
                """#),
        KillCase(
            testDescription: "twice in one call", legs: [.killedThenBusy, .killedThenAnswered],
            script: token + #"""
                sys.Dial("sip:waits-first@CALLEE")
                sys.Log("second try")
                sys.Dial("sip:waits-#{token}@CALLEE")
                """#),
    ]
}
