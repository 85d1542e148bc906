import Testing

@testable import DialplanCore

/// Objects with `to_str` where a String is wanted. Until the callback tests demanded that they are asked, these said that
/// it is not supported, looped until the stack was full (which no `rescue` sees), or gave an empty message.
@Suite("An object with to_str is a text wherever one is wanted")
struct TextConversionTests {
    private static let prologue = """
        class Text; def to_str; 'l' end; def to_s; 'shown' end; end
        class Liar; def to_str; 5 end; end
        t = Text.new
        def c; yield.inspect; rescue Exception => e; "#{e.class} #{e.message}"; end

        """

    /// As CRuby 3.1 says, but for the names in the texts of TypeErrors.
    static let rows: [(code: String, shown: String)] = [
        ("format(t)", "\"l\""), ("'hello'.start_with?(t)", "false"), ("'hello'.end_with?(t)", "false"),
        ("'hello'.gsub(t, 'x')", "\"hexxo\""), ("'hello'.gsub(/h/, t)", "\"lello\""),
        ("'hello'.sub(t, 'x')", "\"hexlo\""),
        ("'hello'.index(t)", "2"), ("'hello'.rindex(t)", "3"), ("'hello'.partition(t)", "[\"he\", \"l\", \"lo\"]"),
        ("'hello'.rpartition(t)", "[\"hel\", \"l\", \"o\"]"), ("'hello'.scan(t)", "[\"l\", \"l\"]"),
        ("'hello'.split(t)", "[\"he\", \"\", \"o\"]"), ("'hello'.lines(t)", "[\"hel\", \"l\", \"o\"]"),
        ("'hello'.include?(t)", "true"), ("'hello'.count(t)", "2"), ("'hello'.tr(t, 'x')", "\"hexxo\""),
        ("'hello'.delete(t)", "\"heo\""), ("'hello'.center(8, t)", "\"lhelloll\""), ("'x'.dup.replace(t)", "\"l\""),
        ("'hello'.dup.insert(1, t)", "\"hlello\""), ("'hello'.dup.concat(t)", "\"hellol\""),
        ("s = 'hello'.dup; s[0] = t; s", "\"lello\""), ("'a'.upto(t) { |x| break x }", "\"a\""),
        ("Regexp.escape(t)", "\"l\""), ("Regexp.union(t)", "/l/"), ("/l/ =~ t", "0"), ("/l/.match(t)[0]", "\"l\""),
        ("Time.at(0).strftime(t)", "\"l\""), ("RuntimeError.new(t).message", "\"l\""),
        ("begin; raise RuntimeError, t; rescue => e; e.to_s; end", "\"l\""),
        ("begin; raise t; rescue => e; [e.class, e.message]; end", "[RuntimeError, \"l\"]"),
        ("RuntimeError.new(Object).message", "\"Object\""),
        ("'hello'.count(Liar.new)", "TypeError can't convert Liar to String (Liar#to_str gives Integer)"),
        ("'hello'.start_with?(Object.new)", "TypeError no implicit conversion of Object into String"),
        ("Regexp.new(t)", "TypeError the pattern of Regexp.new must be a String or Regexp"),
    ]

    @Test("texts", arguments: rows.indices)
    func texts(_ index: Int) throws {
        let (code, shown) = Self.rows[index]
        let report = try Trial().run(Self.prologue + "sys.Log c { \(code) }")
        #expect(report.result == .finished)
        #expect(report.lines == [shown], "\(code)")
    }
}
