import CallStore
import Foundation

/// What a newcomer finds on the first start: a user, a domain, two phones and a dialplan.
public struct DemoSetup: Sendable {
    public static let user = "demo"
    public static let domain = "demo.test"
    public static let dialplan = "default"

    public struct Phone: Sendable {
        public let username: String
        public let password: String
    }

    public let phones: [Phone]

    /// Makes the demo user when the store has no user at all; nil otherwise. The passwords are random and shown once.
    static func make(in store: CallStore, hosts: [String]) throws -> DemoSetup? {
        guard try store.users().isEmpty else { return nil }
        _ = try store.addUser(user)
        _ = try store.addDomain(domain, aliases: hosts)
        _ = try store.setDialplan(owner: user, name: dialplan, text: script, author: "dialplanctl", note: "demo")
        let phones = ["alice", "bob"].map { Phone(username: $0, password: randomPassword()) }
        for phone in phones {
            _ = try AccountAddition(
                "\(phone.username)@\(domain)", owner: user, password: phone.password, outDialplan: dialplan
            ).perform(on: store)
        }
        return DemoSetup(phones: phones)
    }

    private static func randomPassword() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<12).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    static let script = """
        # The demo dialplan: runs for every call from alice and bob.
        # Edit it:  dialplanctl dialplan set default FILE --owner demo
        sys.Log("#{req.Header.From} calls #{req.URI.User}")

        case req.URI.User
        when /^(alice|bob)$/
          sys.Dial("#{$1}@demo.test", 30)
          sys.Respond(480, "#{$1} does not answer") unless sys.LastDialled.nil?
        when /^9(\\d+)$/
          # 9 and a number: somebody outside
          sys.Dial("sip:#{$1}@127.0.0.1:5080", 20)
        else
          sys.Respond(404, "Nobody here has that number")
        end

        """
}
